/** Accuracy: an answer is right when each of its tokens is the model's first choice. */
import type { ModelConfig } from '../../src/model/config.ts'
import type { Engine, Executable } from '../../src/tensor/engine.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import type { Document } from '../corpus/document.ts'
import { pack, sequenceOf, type Batch, type WordEncoder } from './batches.ts'
import { forwardProgram, type BatchShape } from './step.ts'

const examShape: BatchShape = { B: 32, T: 64 }

export interface Score {
  right: number
  /** Answers whose first token alone is right. */
  firstRight: number
  count: number
}

export class Examiner {
  private readonly executable: Executable
  private readonly config: ModelConfig
  private readonly encoder: WordEncoder

  private constructor(executable: Executable, config: ModelConfig, encoder: WordEncoder) {
    this.executable = executable
    this.config = config
    this.encoder = encoder
  }

  static async open(engine: Engine, config: ModelConfig, encoder: WordEncoder): Promise<Examiner> {
    return new Examiner(await engine.compile(forwardProgram(config, examShape)), config, encoder)
  }

  async score(vector: Float32Array, documents: readonly Document[]): Promise<Score> {
    const score: Score = { right: 0, firstRight: 0, count: 0 }
    let done = 0
    while (done < documents.length) {
      const asked: number[] = []
      const batch = pack(examShape, () => {
        const document = documents[done + asked.length]
        if (document === undefined) return null
        const { ids } = sequenceOf(this.encoder, { ...document, rest: '' })
        asked.push(this.encoder.encode(` ${document.answer}`).length)
        // END is no target here, so the sequence ends with the answer's last token.
        return { ids, targets: [...ids.slice(1), 0], shares: ids.map(() => 0) }
      })
      // A document that fitted no more is asked again in the next batch.
      done += batch.starts.length
      const logits = await this.logits(vector, batch)
      for (const [n, start] of batch.starts.entries()) {
        const from = start.row * examShape.T + start.column + start.length - asked[n]! - 1
        const hits = Array.from({ length: asked[n]! }, (_, i) => this.best(logits, from + i) === batch.targets[from + i])
        score.count++
        score.right += hits.every(Boolean) ? 1 : 0
        score.firstRight += hits[0] === true ? 1 : 0
      }
    }
    return score
  }

  async close() {
    await this.executable.dispose()
  }

  private async logits(vector: Float32Array, { ids, mask }: Batch): Promise<ArrayLike<number>> {
    const { B, T } = examShape
    const { logits } = await this.executable.run({
      vector: float32(vector, [vector.length]), ids: int32(ids, [ids.length]), mask: float32(mask, [B, T, T]),
    })
    return logits!.data
  }

  private best(logits: ArrayLike<number>, row: number): number {
    let best = 0
    const at = row * this.config.V
    for (let id = 1; id < this.config.V; id++) if (logits[at + id]! > logits[at + best]!) best = id
    return best
  }
}
