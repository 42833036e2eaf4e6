/** Which feature is most active at the end of a text. */
import type { Engine } from '../../src/tensor/engine.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import { pack, sequenceOf, type WordEncoder } from '../train/batches.ts'
import { demoConfig } from '../train/shape.ts'
import { forwardProgram, type BatchShape } from '../train/step.ts'
import { saeForward } from '../sae/program.ts'
import type { Sae } from '../sae/program.ts'

const shape: BatchShape = { B: 1, T: 64 }

export async function strongestFeature(
  engine: Engine, vector: Float32Array, encoder: WordEncoder, sae: Sae, text: string,
): Promise<{ index: number; activation: number }> {
  const { ids } = sequenceOf(encoder, { prompt: text, answer: '', rest: '' })
  let given = false
  const batch = pack(shape, () => {
    if (given) return null
    given = true
    return { ids, targets: ids.map(() => 0), shares: ids.map(() => 0) }
  })
  const streams = await engine.compile(forwardProgram(demoConfig, shape))
  const outputs = await streams.run({
    vector: float32(vector, [vector.length]), ids: int32(batch.ids, [shape.T]), mask: float32(batch.mask, [1, shape.T, shape.T]),
  })
  await streams.dispose()
  const { D, F } = sae.shape
  const at = (ids.length - 1) * D
  const x = Float32Array.from(outputs[`stream${sae.layer + 1}`]!.data.subarray(at, at + D))
  const autoencoder = await engine.compile(saeForward(sae.shape))
  const { activations } = await autoencoder.run({
    x: float32(x, [1, D]), W_enc: float32(sae.W_enc, [D, F]), W_dec: float32(sae.W_dec, [F, D]),
    b_enc: float32(sae.b_enc, [F]), b_dec: float32(sae.b_dec, [D]), threshold: float32(sae.threshold, [F]),
  })
  await autoencoder.dispose()
  const values = Array.from(activations!.data)
  const activation = Math.max(...values)
  return { index: values.indexOf(activation), activation }
}
