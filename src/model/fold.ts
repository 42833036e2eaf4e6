/**
 * Weights as the layer's program multiplies by them: [in, out], with what is linear and constant folded in. A norm's gain
 * scales the rows of the next matrix, and LayerNorm's centring, x − mean(x), is a projection of the input, so that
 *   (s·(x − mean(x))⊙g + β) W  =  s·x W′ + βW,   W′ = (I − 11ᵀ/D) diag(g) W.
 * The norm that remains is a multiplication by the frozen scale s, which distributes over components (eq. 10, 11).
 */
import type { Ops } from '../tensor/ops.ts'
import type { ModelConfig } from './config.ts'

export interface NormWeights<T> {
  /** [D] */
  gain: T
  /** [D]; LayerNorm only */
  bias: T | null
}

/** The gain as it multiplies: Gemma stores it less one. */
export const effectiveGain = <T>(ops: Ops<T>, config: ModelConfig, gain: T): T =>
  config.norm.gainOffset === 0 ? gain : ops.add(gain, ops.scalar(config.norm.gainOffset))

/** `matrix` [D, out] behind a norm → W′ [D, out]. */
export function foldNorm<T>(ops: Ops<T>, config: ModelConfig, norm: NormWeights<T>, matrix: T): T {
  const scaled = ops.mul(ops.unsqueeze(effectiveGain(ops, config, norm.gain), [1]), matrix)
  return config.norm.kind === 'layer' ? ops.sub(scaled, ops.mean(scaled, 0)) : scaled
}

/** βW + b [1, out]: what a linear map behind a norm adds to every row; null when there is nothing to add. */
export function foldBias<T>(ops: Ops<T>, norm: NormWeights<T>, matrix: T, bias: T | null): T | null {
  const fromNorm = norm.bias === null ? null : ops.matmul(ops.unsqueeze(norm.bias, [0]), matrix)
  const own = bias === null ? null : ops.unsqueeze(bias, [0])
  if (fromNorm === null) return own
  return own === null ? fromNorm : ops.add(fromNorm, own)
}

/** The frozen scale [..., 1] of rows x [..., D]: 1/√(mean(x²)+ε) of the centred row where the norm centres. */
export function normScale<T>(ops: Ops<T>, config: ModelConfig, x: T): T {
  const centred = config.norm.kind === 'layer' ? ops.sub(x, ops.mean(x, -1)) : x
  return ops.rsqrt(ops.add(ops.mean(ops.mul(centred, centred), -1), ops.scalar(config.norm.epsilon)))
}
