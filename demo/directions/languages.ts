/**
 * The directions that tell languages apart at one layer: differences of mean streams from the overall mean. Simple, and
 * enough for four languages; the paper takes a probe's weights.
 */
import type { Engine } from '../../src/tensor/engine.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import type { Telling } from '../corpus/facts.ts'
import { pack, sequenceOf, type WordEncoder } from '../train/batches.ts'
import { forwardProgram, type BatchShape } from '../train/step.ts'
import { tongues } from '../world/language.ts'

const shape: BatchShape = { B: 32, T: 64 }

/** [4, D]: what each language's last tokens have beyond the mean of all, at stream `stream`. */
export async function languageDirections(
  engine: Engine, config: ModelConfig, vector: Float32Array, encoder: WordEncoder, tellings: readonly Telling[], stream: number,
): Promise<number[][]> {
  const executable = await engine.compile(forwardProgram(config, shape))
  const means: Float64Array[] = []
  for (const tongue of tongues) {
    const of = tellings.filter((telling) => telling.tongue === tongue)
    let at = 0
    const batch = pack(shape, () => {
      const telling = of[at++]
      if (telling === undefined) return null
      const { ids } = sequenceOf(encoder, { prompt: telling.prompt, answer: '', rest: '' })
      return { ids, targets: ids.map(() => 0), shares: ids.map(() => 0) }
    })
    const outputs = await executable.run({
      vector: float32(vector, [vector.length]), ids: int32(batch.ids, [batch.ids.length]),
      mask: float32(batch.mask, [shape.B, shape.T, shape.T]),
    })
    const data = outputs[`stream${stream}`]!.data
    const mean = new Float64Array(config.D)
    for (const { row, column, length } of batch.starts) {
      const from = (row * shape.T + column + length - 1) * config.D
      mean.forEach((value, d) => { mean[d] = value + data[from + d]! / batch.starts.length })
    }
    means.push(mean)
  }
  await executable.dispose()
  const middle = Array.from({ length: config.D }, (_, d) => means.reduce((sum, mean) => sum + mean[d]!, 0) / means.length)
  return means.map((mean) => Array.from(mean, (value, d) => value - middle[d]!))
}
