/** Random numbers that depend on the experiment's seed and on what they are for, and on nothing else. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { sha256 } from '../src/hash.ts'

export interface Random {
  /** In [0, 1). */
  uniform(): number
  /** 0 … below − 1 */
  integer(below: number): number
  /** Mean 0, variance 1. */
  normal(): number
}

/**
 * `labels` say what the numbers are for. The same seed and labels give the same numbers, whatever else was drawn
 * before.
 */
export function seeded(seed: number, ...labels: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(Number.parseInt(sha256(JSON.stringify([seed, ...labels])).slice(0, 8), 16) | 0)
  const uniform = () => uniformFloat64(generator)
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    // Box and Muller.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** One score for each of `count`, by which they are in random order. */
export const randomScores = (random: Random, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => random.uniform())
