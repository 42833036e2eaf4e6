/**
 * How much of a dataset is kept for each feature. All these settings affect a sweep's numbers, so they are stored
 * with them.
 *
 * Strengths are |activation|. They are counted in bins of a quarter of an octave, and examples are drawn from
 * intervals of a whole octave. Bins are determined from the bits of the number, so every machine finds the same ones.
 */
import { z } from 'zod'

export const BINS_PER_OCTAVE = 4
export const OCTAVES = 20
/**
 * Bins of a histogram. The first begins at 2^LOWEST_EXPONENT; strengths outside the range are counted in the outer
 * bins.
 */
export const BINS = BINS_PER_OCTAVE * OCTAVES
export const LOWEST_EXPONENT = -8

export const sweepOptionsSchema = z.strictObject({
  /** The seed of the hash that chooses examples. */
  seed: z.int().nonnegative(),
  /** K: the strongest examples of a feature that are kept. */
  strongest: z.int().min(1).max(200),
  /** Q: how many examples are kept from each interval of strength. */
  perInterval: z.int().min(0).max(200),
  /** Positions before and after an example whose activations are kept. */
  before: z.int().min(0).max(1000),
  after: z.int().min(0).max(1000),
  /** How many positions co-firing is counted on. */
  sample: z.int().min(0).max(1_000_000),
  /** How many features are listed as firing together with a feature. */
  coFiring: z.int().min(0).max(100),
  /** The longest sequence; longer texts are read in pieces of this many tokens. */
  context: z.int().min(2),
  /** How many prompts are computed together. The boundaries decide which rows the engine multiplies at once. */
  block: z.int().min(1),
})
export type SweepOptions = z.infer<typeof sweepOptionsSchema>

export const defaultSizes: Omit<SweepOptions, 'context' | 'block'> = {
  seed: 0,
  strongest: 20,
  perInterval: 5,
  before: 16,
  after: 8,
  sample: 16_384,
  coFiring: 10,
}

/** How many features the sample keeps at one position: the strongest. No set is meant to fire that many. */
export const SAMPLED_FEATURES = 256

const number = new Float32Array(1)
const bits = new Uint32Array(number.buffer)
/** The fractions, as bits of a float32, at which bins two to four of an octave begin. */
const quarters = [0.25, 0.5, 0.75].map((part) => {
  number[0] = 2 ** part
  return bits[0]! & 0x7fffff
})
const [second, third, fourth] = quarters as [number, number, number]

/** The bin [0, BINS) of a strength above 0. */
export function binOf(strength: number): number {
  number[0] = strength
  const octave = (bits[0]! >>> 23) - 127 - LOWEST_EXPONENT
  if (octave < 0) return 0
  if (octave >= OCTAVES) return BINS - 1
  const fraction = bits[0]! & 0x7fffff
  const quarter = fraction < third ? (fraction < second ? 0 : 1) : fraction < fourth ? 2 : 3
  return octave * BINS_PER_OCTAVE + quarter
}

/** Where a bin begins. */
export const binStart = (bin: number): number => 2 ** (LOWEST_EXPONENT + bin / BINS_PER_OCTAVE)

/** The interval [0, OCTAVES) that a bin lies in. */
export const intervalOf = (bin: number): number => Math.floor(bin / BINS_PER_OCTAVE)
