/**
 * The model's forward pass over packed sequences, written against `Ops` so that it runs on a tape as well.
 * Letters: B rows of T positions, R = B·T; D H K I V as everywhere; dh = D/H; G = H/K.
 */
import { activate } from '../../src/model/activation.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { normScale } from '../../src/model/fold.ts'
import { attentionPattern, type PatternInputs } from '../../src/model/pattern.ts'
import type { Ops } from '../../src/tensor/ops.ts'
import { need } from '../../src/tensor/program.ts'

interface Rows<T> {
  B: number
  T: number
  /** [R, V] */
  oneHot: T
  /** [B, T, T]: 0 within a document up to the position itself, very negative elsewhere. */
  mask: T
}

interface Forward<T> {
  /** [R, D] at the input of every layer, and after the last one. */
  streams: T[]
  /** [R, V] */
  logits: T
}

export function forward<T>(ops: Ops<T>, config: ModelConfig, weights: Readonly<Record<string, T>>, rows: Rows<T>): Forward<T> {
  const weight = (name: string) => need(weights, `${name}.weight`)
  const norm = (x: T, name: string) => ops.mul(ops.mul(x, normScale(ops, config, x)), weight(name))
  const rotation = rotary(ops, config, rows.T)
  const streams = [ops.matmul(rows.oneHot, weight('model.embed_tokens'))]
  for (let layer = 0; layer < config.L; layer++) {
    const at = `model.layers.${layer}`
    const x = streams[layer]!
    const normed = norm(x, `${at}.input_layernorm`)
    const mid = ops.add(x, ops.matmul(attention(normed, `${at}.self_attn`), weight(`${at}.self_attn.o_proj`)))
    const normedMid = norm(mid, `${at}.post_attention_layernorm`)
    const [gate, up] = [`${at}.mlp.gate_proj`, `${at}.mlp.up_proj`].map((name) => ops.matmul(normedMid, weight(name)))
    const neurons = activate(ops, config.activation, gate!, up!)
    streams.push(ops.add(mid, ops.matmul(neurons, weight(`${at}.mlp.down_proj`))))
  }
  const logits = ops.matmul(norm(streams[config.L]!, 'model.norm'), weight('lm_head'))
  return { streams, logits }

  /** [R, D] → the heads side by side, [R, H·dh] */
  function attention(normed: T, at: string): T {
    const { H, K, headWidth } = config
    const split = (a: T, width: number) => ops.reshape(a, [rows.B, rows.T, width])
    const pattern = attentionPattern(ops, config, {
      queries: split(ops.matmul(normed, weight(`${at}.q_proj`)), H * headWidth),
      keys: split(ops.matmul(normed, weight(`${at}.k_proj`)), K * headWidth),
      mask: rows.mask,
      rotation,
      headNorms: null,
      sinks: null,
    })
    const values = ops.reshape(ops.matmul(normed, weight(`${at}.v_proj`)), [rows.B, rows.T, K, headWidth])
    const mixed = ops.matmul(pattern, ops.unsqueeze(ops.transpose(values, [0, 2, 1, 3]), [2]))
    return ops.reshape(ops.transpose(mixed, [0, 3, 1, 2, 4]), [rows.B * rows.T, H * headWidth])
  }
}

/**
 * Rotations of T positions. Positions count through a row and not from a document's start: rotary attention only sees
 * distances, so the two are the same.
 */
function rotary<T>(ops: Ops<T>, config: ModelConfig, T: number): PatternInputs<T>['rotation'] {
  const rope = config.rope[0]
  if (rope == null) throw new Error('the demo model has rotary positions')
  const half = config.headWidth / 2
  const table = (f: (angle: number) => number) => Float32Array.from({ length: T * half }, (_, i) => {
    const pair = i % half
    return f(Math.floor(i / half) * configTheta ** (-pair / half))
  })
  const [cos, sin] = [ops.constant(table(Math.cos), [T, half]), ops.constant(table(Math.sin), [T, half])]
  const [allCos, allSin] = [ops.unsqueeze(cos, [0]), ops.unsqueeze(sin, [0])]
  return { rope, queryCos: allCos, querySin: allSin, keyCos: allCos, keySin: allSin }
}

const configTheta = 10_000
