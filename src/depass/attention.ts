/**
 * One layer's attention on decomposed hidden states (section 3.2, eq. 12 and 13), as a program.
 *
 *  1. norm: every row times the frozen scale of the stream at its position (gain and centring are in the weights)
 *  2. queries and keys of the stream x → the pattern A, frozen
 *  3. values of every row
 *  4. mix in head space: for each component, Σ_i A[j, i] · value[i]
 *  5. project the mixed rows that exist, and add them to the rows they continue
 *
 * Rows are the non-zero rows of x and of all components, in any order; row 0 is zero and stands for all that is absent.
 * Biases enter the rows that are flagged: x, and the component BIAS.
 *
 * Letters: B sequences, N positions, J positions that are computed, M components side by side, n positions that these
 * components reach (the last n of N), R rows given, T rows taken, P rows made; D H K G=H/K dh of the model.
 */
import { Binding } from '../model/bind.ts'
import type { ModelConfig } from '../model/config.ts'
import { effectiveGain, foldBias, foldNorm, normScale } from '../model/fold.ts'
import { attentionPattern } from '../model/pattern.ts'
import type { LayerWeights } from '../model/weights.ts'
import type { Ops } from '../tensor/ops.ts'
import { padHeight, padRows } from '../tensor/padding.ts'
import { compact, index, need, real, type Program } from '../tensor/program.ts'

export interface AttentionVariant {
  /** Also gives what each head adds to x: the input `xPlaces` and the output `heads`. */
  splitsHeads: boolean
  /**
   * Steps 3 and 4 in the other order: rows are mixed first, and the mixture is projected to values. The same by
   * linearity; far less arithmetic where few positions are computed, as in the last layer.
   */
  mixesFirst: boolean
  /** Every row carries a value and is continued as it stands: no row is moved on the way in. */
  steady: boolean
}

/** Which flags the rows of a model's attention need. */
export const attentionBiases = (config: ModelConfig) => ({
  /** LayerNorm's own bias comes through the value projection. */
  value: config.biases.qkv || config.biases.norm,
  output: config.biases.output,
})

export function attentionProgram(config: ModelConfig, weights: LayerWeights, variant: AttentionVariant): Program {
  const { D, H, K, headWidth } = config
  const binding = new Binding()
  binding.norm('norm', weights.attnNorm)
  binding.linear('q', weights.q)
  binding.linear('k', weights.k)
  binding.linear('v', weights.v)
  binding.linear('output', weights.output)
  if (weights.qNorm !== null && weights.kNorm !== null) {
    binding.norm('qNorm', weights.qNorm)
    binding.norm('kNorm', weights.kNorm)
  }
  if (weights.postAttnNorm !== null) binding.norm('postNorm', weights.postAttnNorm)
  const biases = attentionBiases(config)
  const half = config.rope === null ? 0 : config.rope.rotaryWidth / 2

  return {
    name: 'attention',
    inputs: {
      rows: real('R', D),
      /** Row of x at each position; 0 past a sequence's end. */
      keyRows: index('B', 'N'),
      queryRows: index('B', 'J'),
      /** Positions of the queries. */
      queries: index('B', 'J'),
      /** [N, N]: 0 where a position may look, very negative elsewhere. */
      mask: real('N', 'N'),
      ...(config.rope === null ? {} : { cos: real('N', half), sin: real('N', half) }),
      /** Rows that carry values; the first must be row 0. */
      ...(variant.mixesFirst || variant.steady ? {} : { taken: index('T') }),
      /** Where each taken row's scale stands in [B·N]. */
      ...(variant.mixesFirst ? {} : { scaleAt: index('T') }),
      /** Place of each (position, component) among the rows taken, or all rows where none are; 0 for absent ones. */
      spread: index('B', 'n', 'M'),
      /** Place of each row made in the mixed [B·J·M]. */
      pack: index('P'),
      /** The row that each row made continues; 0 for none. In the steady variant the rows themselves. */
      ...(variant.steady ? { base: real('P', D) } : { from: index('P') }),
      ...(biases.value ? { valueFlag: real('P', 1) } : {}),
      ...(biases.output ? { outputFlag: real('P', 1) } : {}),
      /** Places of x in the mixed [B·J·M], one for each (sequence, query). */
      ...(variant.splitsHeads ? { xPlaces: index('X') } : {}),
      /** Rows made that are x at each (sequence, query); where in them each row made finds its scale. */
      ...(config.postNorms ? { madeX: index('X'), postScaleAt: index('P') } : {}),
    },
    // heads [H, X, D]: with their value biases, without the output projection's bias
    outputs: { made: 2, ...(variant.splitsHeads ? { heads: 3 } : {}) },
    weights: binding.weights,

    prepare(ops, w) {
      const norm = binding.normWeights(w, 'norm')
      const fold = (name: string) => foldNorm(ops, config, norm, binding.matrix(ops, w, name))
      const bias = (name: string) => foldBias(ops, norm, binding.matrix(ops, w, name), binding.bias(w, name))
      return compact({
        q: fold('q'), k: fold('k'),
        v: variant.mixesFirst
          ? byKeyHead(ops, config, fold('v'))
          : padHeight(ops, fold('v'), { height: D, width: K * headWidth }),
        output: padHeight(ops, binding.matrix(ops, w, 'output'), { height: H * headWidth, width: D }),
        qBias: bias('q'), kBias: bias('k'),
        valueBias: perQueryHead(ops, config, bias('v')),
        outputBias: binding.bias(w, 'output'),
        outputByHead: variant.splitsHeads ? ops.reshape(binding.matrix(ops, w, 'output'), [H, headWidth, -1]) : null,
        qNorm: weights.qNorm === null ? null : effectiveGain(ops, config, need(w, 'qNorm')),
        kNorm: weights.kNorm === null ? null : effectiveGain(ops, config, need(w, 'kNorm')),
        postNorm: weights.postAttnNorm === null ? null : effectiveGain(ops, config, need(w, 'postNorm')),
      })
    },

    run<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>, w: Readonly<Record<string, T>>) {
      const input = (name: string) => need(inputs, name)
      const rows = input('rows')

      const x = ops.gather(rows, input('keyRows')) // [B, N, D]
      const scale = normScale(ops, config, x) // [B, N, 1]
      const queryX = ops.gather(rows, input('queryRows')) // [B, J, D]
      const normedQueries = ops.mul(queryX, normScale(ops, config, queryX))
      const pattern = attentionPattern(ops, config, {
        queries: withBias(ops, ops.matmul(normedQueries, need(w, 'q')), w.qBias),
        keys: withBias(ops, ops.matmul(ops.mul(x, scale), need(w, 'k')), w.kBias),
        mask: ops.gather(input('mask'), input('queries')),
        rotation: config.rope === null ? null : {
          queryCos: ops.gather(input('cos'), input('queries')),
          querySin: ops.gather(input('sin'), input('queries')),
          keyCos: input('cos'),
          keySin: input('sin'),
        },
        headNorms: w.qNorm === undefined ? null : { query: w.qNorm, key: need(w, 'kNorm') },
      }) // [B, K, G, J, N]

      const reached = ops.lastLike(pattern, -1, input('spread'), 1) // [B, K, G, J, n]
      const frozen: Frozen<T> = { pattern: reached, scale, rows, spread: input('spread') }
      const mixed = variant.mixesFirst
        ? mixThenProject(ops, config, frozen, need(w, 'v'))
        : projectThenMix(ops, config, frozen, need(w, 'v'), inputs.taken, input('scaleAt')) // [H, B·J·M, dh]
      const packed = ops.gather(mixed, input('pack'), 1) // [H, P, dh]

      let made = ops.reshape(ops.transpose(packed, [1, 0, 2]), [0, H * headWidth]) // [P, H·dh]
      if (biases.value) made = ops.add(made, ops.mul(input('valueFlag'), need(w, 'valueBias')))
      made = ops.matmul(padRows(ops, made, H * headWidth), need(w, 'output')) // [P, D]
      if (biases.output) made = ops.add(made, ops.mul(input('outputFlag'), need(w, 'outputBias')))
      let heads = variant.splitsHeads ? headOutputs(ops, config, ops.gather(mixed, input('xPlaces'), 1), w) : null
      if (config.postNorms) {
        const postScale = normScale(ops, config, ops.gather(made, input('madeX'))) // [X, 1]
        const gain = need(w, 'postNorm')
        made = ops.mul(ops.mul(made, ops.gather(postScale, input('postScaleAt'))), gain)
        heads = heads && ops.mul(ops.mul(heads, postScale), gain)
      }
      const base = variant.steady ? input('base') : ops.gather(rows, input('from'))
      return compact({ made: ops.add(made, base), heads })
    },
  }
}

interface Frozen<T> {
  /** [B, K, G, J, n] */
  pattern: T
  /** [B, N, 1] */
  scale: T
  /** [R, D] */
  rows: T
  /** [B, n, M] */
  spread: T
}

/** Values [T, K·dh] of the rows taken, then A · value in head space: [H, B·J·M, dh]. */
function projectThenMix<T>(
  ops: Ops<T>, { D, H, K, headWidth }: ModelConfig, { pattern, scale, rows, spread }: Frozen<T>, v: T,
  taken: T | undefined, scaleAt: T,
): T {
  const takenScale = ops.gather(ops.reshape(scale, [-1, 1]), scaleAt) // [T, 1]
  const carrying = taken === undefined ? rows : ops.gather(rows, taken)
  const values = ops.matmul(padRows(ops, ops.mul(carrying, takenScale), D), v)
  // Turned while the rows are packed: the dense tensors on both sides of the product are twice as large.
  const byHead = ops.transpose(ops.reshape(values, [0, K, headWidth]), [1, 0, 2]) // [K, T, dh]
  const dense = ops.reshape(ops.gather(byHead, spread, 1), [0, 0, 0, -1]) // [K, B, n, M·dh]
  const mixed = ops.matmul(ops.transpose(pattern, [1, 2, 0, 3, 4]), ops.unsqueeze(dense, [1])) // [K, G, B, J, M·dh]
  return ops.reshape(mixed, [H, -1, headWidth])
}

/** (A ⊙ scale) · rows, then each head's value projection [K, 1, D, dh]: [H, B·J·M, dh]. */
function mixThenProject<T>(
  ops: Ops<T>, { D, H, K, headWidth }: ModelConfig, { pattern, scale, rows, spread }: Frozen<T>, v: T,
): T {
  const scales = ops.lastLike(ops.reshape(scale, [0, 1, 1, 1, -1]), -1, spread, 1) // [B, 1, 1, 1, n]
  const weights = ops.mul(pattern, scales)
  const dense = ops.unsqueeze(ops.reshape(ops.gather(rows, spread), [0, 0, -1]), [1, 2]) // [B, 1, 1, n, M·D]
  const mixed = ops.reshape(ops.matmul(weights, dense), [0, K, H / K, -1, D]) // [B, K, G, J·M, D]
  const values = ops.matmul(mixed, v) // [B, K, G, J·M, dh]
  return ops.reshape(ops.transpose(values, [1, 2, 0, 3, 4]), [H, -1, headWidth])
}

/** Each head's mixture [H, X, dh] through its own rows of the output projection: [H, X, D]. */
function headOutputs<T>(ops: Ops<T>, { H, headWidth }: ModelConfig, mixed: T, w: Readonly<Record<string, T>>): T {
  const biased = w.valueBias === undefined ? mixed : ops.add(mixed, ops.reshape(w.valueBias, [H, 1, headWidth]))
  return ops.matmul(biased, need(w, 'outputByHead'))
}

/** W_V [D, K·dh] as a matrix a key head, [K, 1, D, dh]. */
const byKeyHead = <T>(ops: Ops<T>, { K, headWidth }: ModelConfig, v: T): T =>
  ops.unsqueeze(ops.transpose(ops.reshape(v, [0, K, headWidth]), [1, 0, 2]), [1])

/** A bias [1, K·dh] of the values as every query head sees it: [1, H·dh]. */
function perQueryHead<T>(ops: Ops<T>, { H, K, headWidth }: ModelConfig, bias: T | null): T | null {
  if (bias === null) return null
  const head = ops.reshape(bias, [K, 1, headWidth])
  return ops.reshape(ops.concat(Array.from({ length: H / K }, () => head), 1), [1, H * headWidth])
}

const withBias = <T>(ops: Ops<T>, x: T, bias: T | undefined): T => (bias === undefined ? x : ops.add(x, bias))
