/**
 * Logistic regression as in scikit-learn: it minimises the sum of the losses times C, plus half the squared length of
 * the weights; intercepts are not penalised. With two classes there is one row of weights, for the second class; with
 * more there is a softmax over rows. n examples, D numbers each, K classes, R rows (1 with two classes, else K).
 */
import { minimise } from './minimise.ts'

export interface Logistic {
  /** [R][D], as float32 numbers: what is stored is what is used. */
  weights: Float32Array[]
  /** [R] */
  intercepts: number[]
}

/** scikit-learn's default. */
export const DEFAULT_C = 1

/** Tolerance of the derivative, per unit of loss. */
const TOLERANCE = 1e-7

/** `labels` [n]: 0 … K−1. */
export async function fitLogistic(
  examples: readonly Float32Array[], labels: readonly number[], K: number, C = DEFAULT_C,
): Promise<Logistic> {
  const n = examples.length
  const D = examples[0]?.length ?? 0
  const R = K === 2 ? 1 : K
  const found = await minimise((at, gradient) => {
    let value = 0
    for (let r = 0; r < R; r++) {
      for (let d = 0; d < D; d++) {
        const w = at[r * (D + 1) + d]!
        value += (w * w) / 2
        gradient[r * (D + 1) + d] = w
      }
    }
    for (let i = 0; i < n; i++) {
      const scores = scoresOf(examples[i]!, at, R, D)
      const chances = probabilitiesOf(scores)
      value -= C * Math.log(Math.max(chances[labels[i]!]!, 1e-300))
      for (let r = 0; r < R; r++) {
        const k = R === 1 ? 1 : r
        const error = C * (chances[k]! - (labels[i] === k ? 1 : 0))
        const from = r * (D + 1)
        const x = examples[i]!
        for (let d = 0; d < D; d++) gradient[from + d]! += error * x[d]!
        gradient[from + D]! += error
      }
    }
    return value
  }, R * (D + 1), TOLERANCE * C * n)
  return {
    weights: Array.from({ length: R }, (_, r) => Float32Array.from(found.subarray(r * (D + 1), r * (D + 1) + D))),
    intercepts: Array.from({ length: R }, (_, r) => Math.fround(found[r * (D + 1) + D]!)),
  }
}

/** [R] */
function scoresOf(x: Float32Array, parameters: Float64Array, R: number, D: number): number[] {
  return Array.from({ length: R }, (_, r) => {
    const from = r * (D + 1)
    let total = parameters[from + D]!
    for (let d = 0; d < D; d++) total += parameters[from + d]! * x[d]!
    return total
  })
}

/** [K] from [R]. */
function probabilitiesOf(scores: readonly number[]): number[] {
  const all = scores.length === 1 ? [0, scores[0]!] : scores
  const most = Math.max(...all)
  const powers = all.map((score) => Math.exp(score - most))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

/** The probability [K] of each class. */
export function classify({ weights, intercepts }: Logistic, x: ArrayLike<number>): number[] {
  return probabilitiesOf(weights.map((row, r) => {
    let total = intercepts[r]!
    for (let d = 0; d < row.length; d++) total += row[d]! * x[d]!
    return total
  }))
}
