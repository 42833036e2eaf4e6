/** The attention pattern of the residual stream (eq. 1), which the decomposed pass freezes. */
import type { Ops } from '../tensor/ops.ts'
import type { ModelConfig } from './config.ts'

export interface PatternInputs<T> {
  /** [B, J, H·dh], one row a query position */
  queries: T
  /** [B, N, K·dh] */
  keys: T
  /** [B, J, N]: 0 where the query may look, a very negative number elsewhere */
  mask: T
  /** Rotation of queries [B, J, r/2] and keys [N, r/2]; null without rotary positions. */
  rotation: { queryCos: T; querySin: T; keyCos: T; keySin: T } | null
  /** Gains [dh] of the norms on queries and keys; null without. */
  headNorms: { query: T; key: T } | null
}

/** A [B, K, G, J, N]: rows sum to 1; G = H/K query heads share a key head. */
export function attentionPattern<T>(ops: Ops<T>, config: ModelConfig, inputs: PatternInputs<T>): T {
  const { K, headWidth } = config
  const G = config.H / K
  let q = ops.reshape(inputs.queries, [0, 0, K, G, headWidth])
  let k = ops.reshape(inputs.keys, [0, 0, K, headWidth])
  if (inputs.headNorms !== null) {
    q = headNorm(ops, config, q, inputs.headNorms.query)
    k = headNorm(ops, config, k, inputs.headNorms.key)
  }
  if (inputs.rotation !== null && config.rope !== null) {
    const { queryCos, querySin, keyCos, keySin } = inputs.rotation
    const width = config.rope.rotaryWidth
    q = rotate(ops, q, width, ops.unsqueeze(queryCos, [2, 3]), ops.unsqueeze(querySin, [2, 3]), headWidth)
    k = rotate(ops, k, width, ops.unsqueeze(keyCos, [0, 2]), ops.unsqueeze(keySin, [0, 2]), headWidth)
  }
  const keysLast = ops.unsqueeze(ops.transpose(k, [0, 2, 3, 1]), [2])
  let scores = ops.matmul(ops.transpose(q, [0, 2, 3, 1, 4]), keysLast)
  scores = ops.mul(scores, ops.scalar(config.attentionScale))
  if (config.attentionSoftCap !== null) scores = softCap(ops, scores, config.attentionSoftCap)
  return ops.softmax(ops.add(scores, ops.unsqueeze(inputs.mask, [1, 2])))
}

/** cap · tanh(x / cap) */
export const softCap = <T>(ops: Ops<T>, x: T, cap: number): T =>
  ops.mul(ops.tanh(ops.mul(x, ops.scalar(1 / cap))), ops.scalar(cap))

/** RMSNorm of each head on its own (QK-norm). */
function headNorm<T>(ops: Ops<T>, config: ModelConfig, x: T, gain: T): T {
  const scale = ops.rsqrt(ops.add(ops.mean(ops.mul(x, x), -1), ops.scalar(config.norm.epsilon)))
  return ops.mul(ops.mul(x, scale), gain)
}

/** Rotary positions on the first `width` of the `headWidth` numbers, pairs half the width apart. */
function rotate<T>(ops: Ops<T>, x: T, width: number, cos: T, sin: T, headWidth: number): T {
  const half = width / 2
  const a = ops.slice(x, -1, 0, half)
  const b = ops.slice(x, -1, half, width)
  const turned = [
    ops.sub(ops.mul(a, cos), ops.mul(b, sin)),
    ops.add(ops.mul(b, cos), ops.mul(a, sin)),
  ]
  return ops.concat(width < headWidth ? [...turned, ops.slice(x, -1, width, Infinity)] : turned, -1)
}
