/**
 * Weights in the form in which the layer's program multiplies by them: [in, out], with linear constant steps folded in. A
 * norm's gain scales the rows of the next matrix. LayerNorm's centring, x − mean(x), is a projection of the input. So
 *   (s·(x − mean(x))⊙g + β) W  =  s·x W′ + βW,   W′ = (I − 11ᵀ/D) diag(g) W.
 * What remains of the norm is a multiplication by the frozen scale s, which distributes over components (eq. 10, 11).
 */
import type { Ops } from '../tensor/ops.ts'
import type { ModelConfig } from './config.ts'

/**
 * How a program takes its weights.
 *
 * - folded: constant factors are folded in, and matrices are transposed, packed and padded. This is done once, takes as long
 *   as thousands of rows, and makes every later product fastest.
 * - stored: the weights are used as they are in the model's file, which is mapped. Nothing is prepared before the first
 *   product; the norm's gain and centring are applied to the rows instead.
 */
export type WeightForm = 'folded' | 'stored'

export interface NormWeights<T> {
  /** [D]; null for 1 everywhere */
  gain: T | null
  /** [D]; LayerNorm only */
  bias: T | null
}

/** The gain as a factor: Gemma stores the factor minus 1. */
export const effectiveGain = <T>(ops: Ops<T>, { norm }: ModelConfig, gain: T): T =>
  norm.gainOffset === 0 ? gain : ops.add(gain, ops.scalar(norm.gainOffset))

/** `matrix` [D, out] of a sublayer → W′ [D, out], with the norm before it folded in if the model has one there. */
export function foldNorm<T>(ops: Ops<T>, config: ModelConfig, { gain }: NormWeights<T>, matrix: T): T {
  if (!config.preNorms) return matrix
  const scaled = gain === null ? matrix : ops.mul(ops.unsqueeze(effectiveGain(ops, config, gain), [1]), matrix)
  return config.norm.kind === 'layer' ? ops.sub(scaled, ops.mean(scaled, 0)) : scaled
}

/** The gain [D] that rows are multiplied by if it is not folded into the weights; null if there is none. */
export const rowGain = <T>(ops: Ops<T>, config: ModelConfig, { gain }: NormWeights<T>): T | null =>
  config.preNorms && gain !== null ? effectiveGain(ops, config, gain) : null

/**
 * Rows [..., D] as a stored matrix after the norm takes them, except for the scale: ⊙ gain, and centred if the norm
 * centres.
 */
export function throughNorm<T>(ops: Ops<T>, { norm, preNorms }: ModelConfig, gain: T | undefined, rows: T): T {
  const centred = preNorms && norm.kind === 'layer' ? ops.sub(rows, ops.mean(rows, -1)) : rows
  return gain === undefined ? centred : ops.mul(centred, gain)
}

/** βW + b [1, out]: what a linear map after a norm adds to every row; null if it adds nothing. */
export function foldBias<T>(ops: Ops<T>, norm: NormWeights<T>, matrix: T, bias: T | null): T | null {
  const fromNorm = norm.bias === null ? null : ops.matmul(ops.unsqueeze(norm.bias, [0]), matrix)
  const own = bias === null ? null : ops.unsqueeze(bias, [0])
  if (fromNorm === null) return own
  return own === null ? fromNorm : ops.add(fromNorm, own)
}

/** The frozen scale [..., 1] of rows x [..., D]: 1/√(mean(x²)+ε), with x centred first if the norm centres. */
export function normScale<T>(ops: Ops<T>, { norm }: ModelConfig, x: T): T {
  const centred = norm.kind === 'layer' ? ops.sub(x, ops.mean(x, -1)) : x
  return ops.rsqrt(ops.add(ops.mean(ops.mul(centred, centred), -1), ops.scalar(norm.epsilon)))
}

/** The scale of the norm before a sublayer; 1 where there is none. */
export function preNormScale<T>(ops: Ops<T>, config: ModelConfig, x: T): T {
  if (config.preNorms) return normScale(ops, config, x)
  return ops.add(ops.mul(ops.slice(x, -1, 0, 1), ops.scalar(0)), ops.scalar(1))
}
