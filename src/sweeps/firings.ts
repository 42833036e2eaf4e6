/**
 * The features that fire in one sequence. They are found among pre-activations [R, F] row by row, and then put in the
 * order of features. All later work is on these few numbers: a few dozen at each position instead of F.
 */

export interface Firings {
  count: number
  /** By feature, then by position. */
  features: Uint32Array
  positions: Uint32Array
  values: Float32Array
}

const FIRST = 4096

export class FiringsOfSequence {
  readonly #F: number
  /** Null if activations are given: then every number other than 0 fires. */
  readonly #thresholds: Float32Array | null
  #count = 0
  #features = new Uint32Array(FIRST)
  #positions = new Uint32Array(FIRST)
  #values = new Float32Array(FIRST)
  #sorted: Firings = {
    count: 0,
    features: new Uint32Array(FIRST),
    positions: new Uint32Array(FIRST),
    values: new Float32Array(FIRST),
  }
  readonly #starts: Uint32Array

  /** `thresholds` [F]: what a pre-activation has to exceed to fire (src/features/activate.ts). */
  constructor(F: number, thresholds: Float32Array | null) {
    this.#F = F
    this.#thresholds = thresholds
    this.#starts = new Uint32Array(F + 1)
  }

  /** Adds the row [F] of the next position. Returns how many features fire there; `lastRow` gives them. */
  add(row: Float32Array, position: number): number {
    if (this.#count + this.#F > this.#values.length) this.#grow()
    const before = this.#count
    const found = this.#thresholds === null ? this.#scanNonZero(row, before) : this.#scan(row, this.#thresholds, before)
    this.#positions.fill(position, before, found)
    this.#count = found
    return found - before
  }

  /**
   * The features of the position added last, and their values. These are views, valid until the next position is added.
   */
  lastRow(count: number): { features: Uint32Array; values: Float32Array } {
    const from = this.#count - count
    return { features: this.#features.subarray(from, this.#count), values: this.#values.subarray(from, this.#count) }
  }

  /** The firings of the whole sequence; the next row begins another sequence. Valid until the next call. */
  finish(): Firings {
    const count = this.#count
    if (this.#sorted.features.length < count) {
      const size = this.#values.length
      this.#sorted = {
        count,
        features: new Uint32Array(size),
        positions: new Uint32Array(size),
        values: new Float32Array(size),
      }
    }
    const starts = this.#starts.fill(0)
    for (let i = 0; i < count; i++) starts[this.#features[i]! + 1]! += 1
    for (let f = 0; f < this.#F; f++) starts[f + 1]! += starts[f]!
    // Rows are added in the order of positions, so the positions of each feature are in order.
    const { features, positions, values } = this.#sorted
    for (let i = 0; i < count; i++) {
      const feature = this.#features[i]!
      const at = starts[feature]!++
      features[at] = feature
      positions[at] = this.#positions[i]!
      values[at] = this.#values[i]!
    }
    this.#sorted.count = count
    this.#count = 0
    return this.#sorted
  }

  /**
   * The inner loop of a sweep: F comparisons per token, of which few find something. So four numbers are tested at a
   * time.
   */
  #scan(row: Float32Array, thresholds: Float32Array, from: number): number {
    const F = this.#F
    const whole = F - (F % 4)
    let at = from
    for (let f = 0; f < whole; f += 4) {
      if (
        row[f]! > thresholds[f]! ||
        row[f + 1]! > thresholds[f + 1]! ||
        row[f + 2]! > thresholds[f + 2]! ||
        row[f + 3]! > thresholds[f + 3]!
      )
        at = this.#take(row, thresholds, f, f + 4, at)
    }
    return this.#take(row, thresholds, whole, F, at)
  }

  /** Takes what fires among features from … to − 1 of a row. */
  #take(row: Float32Array, thresholds: Float32Array, from: number, to: number, first: number): number {
    let at = first
    for (let f = from; f < to; f++) {
      const value = row[f]!
      if (!(value > thresholds[f]!) || value === 0) continue
      this.#features[at] = f
      this.#values[at] = value
      at += 1
    }
    return at
  }

  #scanNonZero(row: Float32Array, from: number): number {
    const [features, values, F] = [this.#features, this.#values, this.#F]
    let at = from
    for (let f = 0; f < F; f++) {
      const value = row[f]!
      if (value !== 0) {
        features[at] = f
        values[at] = value
        at += 1
      }
    }
    return at
  }

  #grow(): void {
    const size = 2 * (this.#values.length + this.#F)
    const [features, positions, values] = [new Uint32Array(size), new Uint32Array(size), new Float32Array(size)]
    features.set(this.#features)
    positions.set(this.#positions)
    values.set(this.#values)
    this.#features = features
    this.#positions = positions
    this.#values = values
  }
}
