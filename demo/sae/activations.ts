/** Residual streams of the demo model on its corpus, with the tokens that they stand at. */
import type { Engine } from '../../src/tensor/engine.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { Corpus } from '../corpus/corpus.ts'
import type { Sampled } from '../corpus/document.ts'
import { Random } from '../random.ts'
import { pack, sequenceOf, type WordEncoder } from '../train/batches.ts'
import { forwardProgram, type BatchShape } from '../train/step.ts'
import type { Tongue } from '../world/language.ts'
import { makeWorld } from '../world/world.ts'

const shape: BatchShape = { B: 32, T: 64 }

export interface Activations {
  /** [rows, D] */
  x: Float32Array
  rows: number
  /** Token id of each row. */
  ids: Int32Array
  /** Number of the document that each row is in. */
  documents: Int32Array
  /** Every document: its ids without the beginning of sequence, and what it is. */
  texts: { ids: number[]; about: string; tongue: Tongue }[]
}

/**
 * What `stream` (0 is the embedding, l + 1 the output of layer l) holds at every token but the first of each document:
 * the beginning of a sequence holds the same large vector everywhere, which would drown the rest.
 */
export async function collectActivations(
  engine: Engine, config: ModelConfig, vector: Float32Array, encoder: WordEncoder, streams: readonly number[],
  batches: number, seed: number,
): Promise<Activations[]> {
  const executable = await engine.compile(forwardProgram(config, shape))
  const corpus = new Corpus(makeWorld())
  const { D } = config
  const capacity = batches * shape.B * shape.T
  const collected = streams.map((): Activations => ({
    x: new Float32Array(capacity * D), rows: 0, ids: new Int32Array(capacity), documents: new Int32Array(capacity), texts: [],
  }))
  for (let n = 0; n < batches; n++) {
    const random = new Random(seed * 1_000_003 + n)
    const sampled: Sampled[] = []
    const batch = pack(shape, () => {
      const document = corpus.sample(random)
      sampled.push(document)
      return sequenceOf(encoder, document)
    })
    const outputs = await executable.run({
      vector: float32(vector, [vector.length]), ids: int32(batch.ids, [batch.ids.length]),
      mask: float32(batch.mask, [shape.B, shape.T, shape.T]),
    })
    for (const [s, into] of collected.entries()) {
      const stream = outputs[`stream${streams[s]}`]!.data
      for (const [n, { row, column, length }] of batch.starts.entries()) {
        const at = row * shape.T + column
        for (let i = 1; i < length; i++) {
          for (let d = 0; d < D; d++) into.x[into.rows * D + d] = stream[(at + i) * D + d]!
          into.ids[into.rows] = batch.ids[at + i]!
          into.documents[into.rows++] = into.texts.length
        }
        const { about, tongue } = sampled[n]!
        into.texts.push({ ids: [...batch.ids.subarray(at + 1, at + length)], about, tongue })
      }
    }
  }
  await executable.dispose()
  return collected.map((each) => ({
    ...each, x: each.x.subarray(0, each.rows * D), ids: each.ids.subarray(0, each.rows),
    documents: each.documents.subarray(0, each.rows),
  }))
}
