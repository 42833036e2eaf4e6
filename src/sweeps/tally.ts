/**
 * The statistics of each feature over a dataset. Their size depends on the number of features and on how many examples are
 * kept, not on the dataset. Tallies of parts of a dataset merge, in any order, into the tally of the whole: counts are whole
 * numbers, sums are kept as whole multiples of 2^-30, and the choice of examples does not depend on the order.
 */
import { ByteWriter, Bytes } from './bytes.ts'
import type { Firings } from './firings.ts'
import { type Example, Selection } from './selection.ts'
import { BINS, BINS_PER_OCTAVE, binOf, OCTAVES, type SweepOptions } from './sizes.ts'

/** Where a sequence comes from, and the tie of each of its positions. */
export interface SequencePlace {
  prompt: number
  piece: number
  tie(position: number): number
}

export interface Moments {
  fired: number
  /** The mean of the activations that are not 0. */
  mean: number | null
  max: number | null
  histogram: Uint32Array
}

/** Sums are counted in this unit, which makes them exact: the order of adding changes nothing. */
const UNIT = 2 ** -30
/** Where the lower part of a sum carries into the upper one. */
const CARRY = 2 ** 50

export type TallySizes = Pick<SweepOptions, 'strongest' | 'perInterval' | 'before' | 'after'>

export class Tally {
  /** Features first … first + count − 1. */
  readonly first: number
  readonly count: number
  readonly strongest: Selection
  /** Group: (feature − first) · OCTAVES + interval. */
  readonly intervals: Selection
  readonly #sizes: TallySizes
  readonly #fired: Float64Array
  /** A sum is (upper · CARRY + lower) · UNIT. */
  readonly #upper: Float64Array
  readonly #lower: Float64Array
  /** The activation of largest magnitude. */
  readonly #max: Float32Array
  /** [count, BINS] */
  readonly #histograms: Uint32Array
  /** The next example. One object is reused for all, because a sequence has some thousands. */
  readonly #example: Example

  constructor(first: number, count: number, sizes: TallySizes) {
    this.first = first
    this.count = count
    this.#sizes = sizes
    this.strongest = new Selection(count, sizes.strongest, 'strength')
    this.intervals = new Selection(count * OCTAVES, sizes.perInterval, 'tie')
    this.#fired = new Float64Array(count)
    this.#upper = new Float64Array(count)
    this.#lower = new Float64Array(count)
    this.#max = new Float32Array(count)
    this.#histograms = new Uint32Array(count * BINS)
    const window = new Float32Array(sizes.before + 1 + sizes.after)
    this.#example = { value: 0, tie: 0, prompt: 0, piece: 0, position: 0, from: 0, window }
  }

  /** Adds all that fires in one sequence. */
  add({ count, features, positions, values }: Firings, { prompt, piece, tie: tieOf }: SequencePlace): void {
    const example = { ...this.#example, prompt, piece }
    for (let from = 0; from < count; ) {
      const feature = features[from]!
      let to = from + 1
      while (to < count && features[to] === feature) to += 1
      const f = feature - this.first
      for (let i = from; i < to; i++) {
        const value = values[i]!
        const strength = Math.abs(value)
        const position = positions[i]!
        const bin = binOf(strength)
        this.#count(f, value, bin)
        const tie = tieOf(position)
        const group = f * OCTAVES + Math.floor(bin / BINS_PER_OCTAVE)
        const [isStrong, isDrawn] = [this.strongest.wants(f, strength, tie), this.intervals.wants(group, strength, tie)]
        if (!isStrong && !isDrawn) continue
        example.value = value
        example.tie = tie
        example.position = position
        const length = this.#around(example, positions, values, i, from, to)
        if (isStrong) this.strongest.add(f, example, length)
        if (isDrawn) this.intervals.add(group, example, length)
      }
      from = to
    }
  }

  #count(f: number, value: number, bin: number): void {
    this.#fired[f]! += 1
    this.#addToSum(f, 0, Math.round(value / UNIT))
    if (Math.abs(value) > Math.abs(this.#max[f]!)) this.#max[f] = value
    this.#histograms[f * BINS + bin]! += 1
  }

  /** `lower`: a whole number below 2^52. */
  #addToSum(f: number, upper: number, lower: number): void {
    const sum = this.#lower[f]! + lower
    const carried = Math.trunc(sum / CARRY)
    this.#lower[f] = sum - carried * CARRY
    this.#upper[f]! += upper + carried
  }

  /**
   * Copies the activations from … to − 1 of the feature that are near the i-th into the example's window; returns their
   * length.
   */
  #around(example: Example, positions: Uint32Array, values: Float32Array, i: number, from: number, to: number): number {
    const { before, after } = this.#sizes
    const position = positions[i]!
    let [a, b] = [i, i]
    while (a > from && position - positions[a - 1]! <= before) a -= 1
    while (b + 1 < to && positions[b + 1]! - position <= after) b += 1
    const start = positions[a]!
    const length = positions[b]! - start + 1
    for (let at = 0; at < length; at++) example.window[at] = 0
    for (let j = a; j <= b; j++) example.window[positions[j]! - start] = values[j]!
    example.from = start - position
    return length
  }

  /** Adds the numbers of another tally for this one's features; the other tally must hold all of them. */
  merge(other: Tally): void {
    const offset = this.first - other.first
    for (let f = 0; f < this.count; f++) {
      const o = f + offset
      this.#fired[f]! += other.#fired[o]!
      this.#addToSum(f, other.#upper[o]!, other.#lower[o]!)
      if (isStronger(other.#max[o]!, this.#max[f]!)) this.#max[f] = other.#max[o]!
      for (let bin = 0; bin < BINS; bin++) this.#histograms[f * BINS + bin]! += other.#histograms[o * BINS + bin]!
    }
    this.strongest.merge(other.strongest, offset, offset + this.count, 0)
    this.intervals.merge(other.intervals, offset * OCTAVES, (offset + this.count) * OCTAVES, 0)
  }

  momentsOf(feature: number): Moments {
    const f = feature - this.first
    const fired = this.#fired[f]!
    const sum = this.#upper[f]! * (CARRY * UNIT) + this.#lower[f]! * UNIT
    return {
      fired,
      mean: fired === 0 ? null : sum / fired,
      max: fired === 0 ? null : this.#max[f]!,
      histogram: this.#histograms.subarray(f * BINS, (f + 1) * BINS),
    }
  }

  /** How many activations of all features were counted. */
  get firings(): number {
    return this.#fired.reduce((sum, fired) => sum + fired, 0)
  }

  /** Packs features first … first + count − 1, which must be among this tally's. */
  pack(first = this.first, count = this.count): Uint8Array {
    const [from, to] = [first - this.first, first - this.first + count]
    const writer = new ByteWriter()
    writer.uint32(Uint32Array.of(PACK_VERSION, first, count))
    for (const numbers of [this.#fired, this.#upper, this.#lower]) writer.float64(numbers.subarray(from, to))
    writer.float32(this.#max.subarray(from, to)).uint32(this.#histograms.subarray(from * BINS, to * BINS))
    this.strongest.pack(from, to, writer)
    this.intervals.pack(from * OCTAVES, to * OCTAVES, writer)
    return writer.bytes()
  }

  /** Reads what `pack` gave. Throws if the bytes are of another version. */
  static unpack(packed: Uint8Array, sizes: TallySizes): Tally {
    const bytes = new Bytes(packed)
    const [version, first = 0, count = 0] = bytes.uint32(3)
    if (version !== PACK_VERSION)
      throw new Error(`a tally of version ${version} was read; this program writes ${PACK_VERSION}`)
    const tally = new Tally(first, count, sizes)
    tally.#fired.set(bytes.float64(count))
    tally.#upper.set(bytes.float64(count))
    tally.#lower.set(bytes.float64(count))
    tally.#max.set(bytes.float32(count))
    tally.#histograms.set(bytes.uint32(count * BINS))
    tally.strongest.unpack(bytes, count, 0)
    tally.intervals.unpack(bytes, count * OCTAVES, 0)
    if (bytes.left !== 0) throw new Error(`a tally has ${bytes.left} bytes behind its end`)
    return tally
  }
}

const PACK_VERSION = 1

/** Of equal magnitudes, the positive one counts as stronger, so the result does not depend on which came first. */
const isStronger = (value: number, than: number) =>
  Math.abs(value) > Math.abs(than) || (Math.abs(value) === Math.abs(than) && value > than)
