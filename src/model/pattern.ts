/** The attention pattern of the residual stream (eq. 1), which the decomposed pass freezes. */
import type { Ops } from '../tensor/ops.ts'
import type { ModelConfig, QkNorm } from './config.ts'
import type { RopeConfig } from './rope/rope.ts'

export interface PatternInputs<T> {
  /** [B, J, H·dh], one row a query position */
  queries: T
  /** [B, N, K·dh] */
  keys: T
  /** [B, J, N]: 0 where the query may attend, a very negative number elsewhere */
  mask: T
  /** Rotation of queries [B, J, r/2] and keys [B, N, r/2]; null without rotary positions. */
  rotation: { rope: RopeConfig; queryCos: T; querySin: T; keyCos: T; keySin: T } | null
  /** Gains of the norms on queries and keys, as config.qkNorm says; null without. */
  headNorms: { query: T; key: T } | null
  /** [H]; null without. */
  sinks: T | null
}

/** A [B, K, G, J, N]; G = H/K query heads share a key head. Rows sum to 1, or to less if there are sinks. */
export function attentionPattern<T>(ops: Ops<T>, config: ModelConfig, inputs: PatternInputs<T>): T {
  const { H, K, headWidth, qkNorm } = config
  const G = H / K
  const heads = { q: [K, G, headWidth], k: [K, headWidth] }
  let q = inputs.queries
  let k = inputs.keys
  if (inputs.headNorms !== null && qkNorm?.over === 'all') {
    q = scaledNorm(ops, config, qkNorm, q, inputs.headNorms.query)
    k = scaledNorm(ops, config, qkNorm, k, inputs.headNorms.key)
  }
  q = ops.reshape(q, [0, 0, ...heads.q])
  k = ops.reshape(k, [0, 0, ...heads.k])
  if (inputs.headNorms !== null && qkNorm?.over === 'head') {
    const gain = (of: T, shape: number[]) => (qkNorm.gainPerHead ? ops.reshape(of, shape) : of)
    q = scaledNorm(ops, config, qkNorm, q, gain(inputs.headNorms.query, heads.q))
    k = scaledNorm(ops, config, qkNorm, k, gain(inputs.headNorms.key, heads.k))
  }
  if (inputs.rotation !== null) {
    const { rope, queryCos, querySin, keyCos, keySin } = inputs.rotation
    q = rotate(ops, q, rope, { cos: ops.unsqueeze(queryCos, [2, 3]), sin: ops.unsqueeze(querySin, [2, 3]), headWidth, before: 4 })
    k = rotate(ops, k, rope, { cos: ops.unsqueeze(keyCos, [2]), sin: ops.unsqueeze(keySin, [2]), headWidth, before: 3 })
  }
  const keysLast = ops.unsqueeze(ops.transpose(k, [0, 2, 3, 1]), [2])
  let scores = ops.matmul(ops.transpose(q, [0, 2, 3, 1, 4]), keysLast)
  scores = ops.mul(scores, ops.scalar(config.attentionScale))
  if (config.attentionSoftCap !== null) scores = softCap(ops, scores, config.attentionSoftCap)
  const masked = ops.add(scores, ops.unsqueeze(inputs.mask, [1, 2]))
  return inputs.sinks === null ? ops.softmax(masked) : softmaxWithSinks(ops, masked, ops.reshape(inputs.sinks, [K, G, 1, 1]))
}

/**
 * The softmax of scores [B, K, G, J, N] and one more logit per head [K, G, 1, 1], without the share of that logit.
 */
function softmaxWithSinks<T>(ops: Ops<T>, scores: T, sinks: T): T {
  // A column of zeros in the scores' shape. The largest score is finite, because each position sees itself.
  const zeros = ops.mul(ops.max(scores, -1), ops.scalar(0))
  return ops.slice(ops.softmax(ops.concat([ops.add(zeros, sinks), scores], -1)), -1, 1, Infinity)
}

/** cap · tanh(x / cap) */
export const softCap = <T>(ops: Ops<T>, x: T, cap: number): T =>
  ops.mul(ops.tanh(ops.mul(x, ops.scalar(1 / cap))), ops.scalar(cap))

/** The norm of queries or keys over their last axis (QK-norm). */
function scaledNorm<T>(ops: Ops<T>, { norm }: ModelConfig, { kind }: QkNorm, x: T, gain: T): T {
  const centred = kind === 'layer' ? ops.sub(x, ops.mean(x, -1)) : x
  const scale = ops.rsqrt(ops.add(ops.mean(ops.mul(centred, centred), -1), ops.scalar(norm.epsilon)))
  return ops.mul(ops.mul(centred, scale), gain)
}

interface Turn<T> {
  /** [..., r/2] */
  cos: T
  sin: T
  headWidth: number
  /** Axes before the numbers of a head. */
  before: number
}

/** Rotary positions on the first numbers of each head. The numbers of a pair are neighbours, or r/2 apart. */
function rotate<T>(ops: Ops<T>, x: T, { rotaryWidth, interleaved }: RopeConfig, { cos, sin, headWidth, before }: Turn<T>): T {
  const half = rotaryWidth / 2
  const kept = Array<number>(before).fill(0)
  const neighbours = (at: 0 | 1): T => {
    const pairs = ops.reshape(ops.slice(x, -1, 0, rotaryWidth), [...kept, half, 2])
    return ops.reshape(ops.slice(pairs, -1, at, at + 1), [...kept, half])
  }
  const [a, b] = interleaved
    ? [neighbours(0), neighbours(1)]
    : [ops.slice(x, -1, 0, half), ops.slice(x, -1, half, rotaryWidth)]
  const first = ops.sub(ops.mul(a, cos), ops.mul(b, sin))
  const second = ops.add(ops.mul(b, cos), ops.mul(a, sin))
  const column = (y: T) => ops.unsqueeze(y, [before + 1])
  const turned = interleaved
    ? ops.reshape(ops.concat([column(first), column(second)], -1), [...kept, rotaryWidth])
    : ops.concat([first, second], -1)
  return rotaryWidth < headWidth ? ops.concat([turned, ops.slice(x, -1, rotaryWidth, Infinity)], -1) : turned
}
