/**
 * Counts what one feature set fires, row by row. The features that fire are found among the numbers of a position
 * (firings.ts). A sequence's firings go into the tally (tally.ts), and those of sampled positions go into the sample
 * (sample.ts).
 */
import { FiringsOfSequence } from './firings.ts'
import type { Piece } from './pieces.ts'
import { Sample } from './sample.ts'
import type { SweepOptions } from './sizes.ts'
import { Tally } from './tally.ts'
import { tiesOf } from './ties.ts'

export interface CounterOptions {
  F: number
  /**
   * [F]: the threshold that a pre-activation has to exceed; null if activations are given (src/features/activate.ts).
   */
  thresholds: Float32Array | null
  sweep: SweepOptions
}

export class Counter {
  readonly tally: Tally
  readonly sample: Sample
  readonly #firings: FiringsOfSequence
  readonly #F: number
  readonly #seed: number
  /** The pieces whose rows are still to come. */
  #pieces: { piece: Piece; tie: (position: number) => number }[] = []
  #within = 0

  constructor({ F, thresholds, sweep }: CounterOptions) {
    this.#F = F
    this.#seed = sweep.seed
    this.tally = new Tally(0, F, sweep)
    this.sample = new Sample(sweep.sample)
    this.#firings = new FiringsOfSequence(F, thresholds)
  }

  /** Announces the sequences whose rows follow those of the sequences announced before. */
  announce(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.#pieces.push({ piece, tie: tiesOf(this.#seed, piece.tokenIds) })
  }

  /** values: [count, F], for the next positions that are counted. */
  add(values: Float32Array, count: number): void {
    if (values.length < count * this.#F) throw new RangeError(`${count} rows of ${this.#F} numbers were announced, and ${values.length} numbers came`)
    for (let r = 0; r < count; r++) {
      const next = this.#pieces[0]
      if (next === undefined) throw new RangeError('a row was counted that belongs to no sequence')
      const { piece, tie } = next
      const position = piece.positions[this.#within]!
      this.#addRow(values.subarray(r * this.#F, (r + 1) * this.#F), position, tie(position))
      this.#within += 1
      if (this.#within < piece.positions.length) continue
      this.tally.add(this.#firings.finish(), { prompt: piece.prompt, piece: piece.piece, tie })
      this.#pieces.shift()
      this.#within = 0
    }
  }

  #addRow(row: Float32Array, position: number, tie: number): void {
    const count = this.#firings.add(row, position)
    if (!this.sample.wants(tie)) return
    const { features, values } = this.#firings.lastRow(count)
    this.sample.add(tie, features, values)
  }
}
