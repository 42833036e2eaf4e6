/**
 * One layer's attention on decomposed hidden states (section 3.2, eq. 12 and 13), as a program.
 *
 *  1. norm: the frozen scale of the stream at each position (gain and centring are in folded weights)
 *  2. queries and keys of the stream x → the pattern A, frozen
 *  3. values of every row, but for the scale of its position
 *  4. mix in head space: for each component, Σ_i A[j, i] · scale[i] · value[i]
 *  5. project the mixed rows that exist, and add them to the rows they continue
 *
 * Rows are the non-zero rows of x and of all components, in any order; row 0 is zero and stands for every absent row.
 * Biases enter the rows that are flagged: x, and the component BIAS.
 *
 * Letters: B sequences, N positions, J positions that are computed, M components side by side, n positions that these
 * components reach (the last n of N), R rows given, T rows taken, P rows made; D H K G=H/K dh of the model.
 */
import { Binding } from '../../model/bind.ts'
import type { ModelConfig } from '../../model/config.ts'
import {
  effectiveGain, foldBias, foldNorm, normScale, preNormScale, rowGain, throughNorm, type WeightForm,
} from '../../model/fold.ts'
import { attentionPattern } from '../../model/pattern.ts'
import type { AttentionWeights } from '../../model/weights.ts'
import type { Ops } from '../../tensor/ops.ts'
import { noZeros, padHeight, padRows, zerosAfter, type Zeros } from '../../tensor/padding.ts'
import { compact, index, need, real, type Program } from '../../tensor/program.ts'

export interface AttentionVariant {
  /** Also gives what each head and the output's bias add to x: the input `xPlaces`, the outputs `heads` and `biasRows`. */
  splitsHeads: boolean
  /**
   * Steps 3 and 4 in the other order: rows are mixed first, and the mixture is projected to values. By linearity the
   * result is the same. It takes far less arithmetic if few positions are computed, as in the last layer.
   */
  mixesFirst: boolean
  /** Every row carries a value and is continued unchanged in place, so no row is moved on the way in. */
  steady: boolean
  /** Additional outputs: vectors inside the sublayer for every row made, and the pattern of x. */
  gives: readonly AttentionGift[]
  /** The pattern is an input, taken from another pass and frozen, instead of being computed. */
  takesPattern: boolean
  /** Some keys are hidden from some queries besides the mask: the input `hidden`. */
  hides: boolean
}

/** z [P, H·dh] before the output projection; attn_out_raw [P, D] before a post-norm; attn_out [P, D]; pattern [B, K, G, J, N]. */
export const attentionGifts = ['z', 'attn_out_raw', 'attn_out', 'pattern'] as const
export type AttentionGift = (typeof attentionGifts)[number]
const RANKS: Record<AttentionGift, number> = { z: 2, attn_out_raw: 2, attn_out: 2, pattern: 5 }

/** Which flags the rows of a model's attention need. */
export const attentionBiases = (config: ModelConfig) => ({
  /** LayerNorm's own bias comes through the value projection. */
  value: config.biases.qkv || config.biases.norm,
  output: config.biases.output,
  /**
   * With sinks, the weights of a pattern sum to less than 1, so only a part of the value bias arrives, and that part
   * depends on the query.
   */
  byQuery: config.sinks && (config.biases.qkv || config.biases.norm),
})

/** The attention of one layer; rotary angles are those of that layer. */
export function attentionProgram(
  config: ModelConfig, layer: number, weights: AttentionWeights, variant: AttentionVariant, form: WeightForm = 'folded',
): Program {
  const { D, H, K, headWidth } = config
  const rope = config.rope[layer] ?? null
  const binding = new Binding()
  binding.norm('norm', weights.norm)
  binding.linear('q', weights.q)
  binding.linear('k', weights.k)
  binding.linear('v', weights.v)
  binding.linear('output', weights.output)
  if (weights.qNorm !== null) binding.vector('qNorm', weights.qNorm)
  if (weights.kNorm !== null) binding.vector('kNorm', weights.kNorm)
  if (weights.sinks !== null) binding.vector('sinks', weights.sinks)
  binding.norm('postNorm', weights.postNorm)
  const biases = attentionBiases(config)
  const isFolded = form === 'folded'
  const zeros = isFolded ? zerosAfter : noZeros
  const half = rope === null ? 0 : rope.rotaryWidth / 2

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
      ...(variant.hides ? { hidden: real('B', 'J', 'N') } : {}),
      ...(variant.takesPattern ? { pattern: real('B', config.K, config.H / config.K, 'J', 'N') } : {}),
      /**
       * Angles of the positions, of each sequence or shared by all; `queryTurns` is where each query finds its own
       * angles.
       */
      ...(rope === null ? {} : { cos: real('A', 'N', half), sin: real('A', 'N', half), queryTurns: index('B', 'J') }),
      /** Rows that carry values; the first must be row 0. */
      ...(variant.mixesFirst || variant.steady ? {} : { taken: index('T') }),
      /**
       * Index of each (position, component) among the rows taken, or among all rows if no rows are taken out; 0 for
       * absent ones.
       */
      spread: index('B', 'n', 'M'),
      /** Place of each row made in the mixed [B·J·M]. */
      pack: index('P'),
      /** The row that each row made continues; 0 for none. The steady variant takes the rows themselves. */
      ...(variant.steady ? { base: real('P', D) } : { from: index('P') }),
      ...(biases.value ? { valueFlag: real('P', 1) } : {}),
      ...(biases.output ? { outputFlag: real('P', 1) } : {}),
      /** The (sequence, query) of each row made, in [B·J]. */
      ...(biases.byQuery ? { queryAt: index('P') } : {}),
      /** Places of x in the mixed [B·J·M], one for each (sequence, query). */
      ...(variant.splitsHeads ? { xPlaces: index('X') } : {}),
      ...(variant.splitsHeads && biases.byQuery ? { xQueries: index('X') } : {}),
      /**
       * `madeX`: the rows made that are x, one for each (sequence, query). `postScaleAt`: for each row made, its scale
       * among them.
       */
      ...(config.postNorms ? { madeX: index('X'), postScaleAt: index('P') } : {}),
    },
    // heads [H, X, D]: with their value biases, without the output projection's bias, which is biasRows [X, D]
    outputs: {
      made: 2,
      ...(variant.splitsHeads ? { heads: 3 } : {}),
      ...(variant.splitsHeads && biases.output ? { biasRows: 2 } : {}),
      ...Object.fromEntries(variant.gives.map((name) => [name, RANKS[name]])),
    },
    weights: binding.weights,
    takesWeightsAsStored: !isFolded,

    prepare(ops, w) {
      const norm = binding.normWeights(ops, w, 'norm')
      const fold = (name: string) => {
        const matrix = binding.matrix(ops, w, name)
        return isFolded ? foldNorm(ops, config, norm, matrix) : matrix
      }
      const bias = (name: string) => foldBias(ops, norm, binding.matrix(ops, w, name), binding.bias(ops, w, name))
      const gain = (name: string) => (w[name] === undefined ? null : effectiveGain(ops, config, w[name]))
      return compact({
        q: fold('q'), k: fold('k'),
        v: variant.mixesFirst
          ? byKeyHead(ops, config, fold('v'))
          : padHeight(ops, fold('v'), { height: D, width: K * headWidth }, zeros),
        gain: isFolded ? null : rowGain(ops, config, norm),
        output: padHeight(ops, binding.matrix(ops, w, 'output'), { height: H * headWidth, width: D }, zeros),
        qBias: bias('q'), kBias: bias('k'),
        valueBias: perQueryHead(ops, config, bias('v')),
        outputBias: binding.bias(ops, w, 'output'),
        outputByHead: variant.splitsHeads ? ops.reshape(binding.matrix(ops, w, 'output'), [H, headWidth, -1]) : null,
        qNorm: gain('qNorm'),
        kNorm: gain('kNorm'),
        postNorm: gain('postNorm'),
        sinks: w.sinks ?? null,
      })
    },

    run<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>, w: Readonly<Record<string, T>>) {
      const input = (name: string) => need(inputs, name)
      const rows = input('rows')

      const x = ops.gather(rows, input('keyRows')) // [B, N, D]
      const scale = preNormScale(ops, config, x) // [B, N, 1]
      const given: Partial<Record<AttentionGift, T>> = {}
      const queryX = ops.gather(rows, input('queryRows')) // [B, J, D]
      const through = (a: T) => (isFolded ? a : throughNorm(ops, config, w.gain, a))
      const normedQueries = ops.mul(through(queryX), preNormScale(ops, config, queryX))
      const turnOfQuery = (angles: T) => ops.gather(ops.reshape(angles, [-1, half]), input('queryTurns')) // [B, J, r/2]
      const visible = ops.gather(input('mask'), input('queries')) // [B, J, N]
      const pattern = variant.takesPattern ? input('pattern') : attentionPattern(ops, config, {
        queries: withBias(ops, ops.matmul(normedQueries, need(w, 'q')), w.qBias),
        keys: withBias(ops, ops.matmul(ops.mul(through(x), scale), need(w, 'k')), w.kBias),
        mask: variant.hides ? ops.add(visible, input('hidden')) : visible,
        rotation: rope === null ? null : {
          rope,
          queryCos: turnOfQuery(input('cos')),
          querySin: turnOfQuery(input('sin')),
          keyCos: input('cos'),
          keySin: input('sin'),
        },
        headNorms: w.qNorm === undefined ? null : { query: w.qNorm, key: need(w, 'kNorm') },
        sinks: w.sinks ?? null,
      }) // [B, K, G, J, N]
      given.pattern = pattern

      const reached = ops.lastLike(pattern, -1, input('spread'), 1) // [B, K, G, J, n]
      const frozen: Frozen<T> = { pattern: reached, scale, rows, spread: input('spread'), through, zeros }
      const mixed = variant.mixesFirst
        ? mixThenProject(ops, config, frozen, need(w, 'v'))
        : projectThenMix(ops, config, frozen, need(w, 'v'), inputs.taken) // [H, B·J·M, dh]
      const packed = ops.gather(mixed, input('pack'), 1) // [H, P, dh]

      const byRow = ops.transpose(packed, [1, 0, 2]) // [P, H, dh]
      // The sum of each head's pattern for each query: 1 unless there are sinks.
      const kept = biases.byQuery ? ops.reshape(ops.transpose(ops.sum(pattern, -1), [1, 2, 0, 3, 4]), [H, -1]) : null
      const withValueBias = (z: T) =>
        biases.value ? ops.add(z, ops.mul(input('valueFlag'), valueBiases(ops, config, w, kept, inputs.queryAt))) : z
      let made = withValueBias(ops.reshape(byRow, [0, H * headWidth])) // [P, H·dh]
      // z gets nodes of its own: onnxruntime 1.30 fuses the product below with the sum after it, and then loses the
      // product's input for other readers ("Node input … is not a graph input, initializer, or output of a previous node").
      if (variant.gives.includes('z')) given.z = withValueBias(ops.reshape(byRow, [-1, H * headWidth]))
      made = ops.matmul(padRows(ops, made, H * headWidth, zeros), need(w, 'output')) // [P, D]
      if (biases.output) made = ops.add(made, ops.mul(input('outputFlag'), need(w, 'outputBias')))
      given.attn_out_raw = made
      let heads = variant.splitsHeads
        ? headOutputs(ops, config, ops.gather(mixed, input('xPlaces'), 1), w, kept && ops.gather(kept, input('xQueries'), 1))
        : null
      let biasRows = heads !== null && biases.output ? ops.add(zeroRows(ops, config, heads), need(w, 'outputBias')) : null
      if (config.postNorms) {
        const postScale = normScale(ops, config, ops.gather(made, input('madeX'))) // [X, 1]
        const gain = need(w, 'postNorm')
        const behind = (y: T) => ops.mul(ops.mul(y, postScale), gain)
        made = ops.mul(ops.mul(made, ops.gather(postScale, input('postScaleAt'))), gain)
        heads = heads && behind(heads)
        biasRows = biasRows && behind(biasRows)
      }
      given.attn_out = made
      const base = variant.steady ? input('base') : ops.gather(rows, input('from'))
      return {
        ...compact({ made: ops.add(made, base), heads, biasRows }),
        ...Object.fromEntries(variant.gives.map((name) => [name, need(given, name)])),
      }
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
  /** Rows as the value projection takes them, except for the scale. */
  through(rows: T): T
  zeros: Zeros
}

/**
 * A ⊙ scale [B, K, G, J, n]. All rows at one position have the same scale, so it is multiplied into the pattern, which is
 * much smaller than the rows.
 */
function scaledPattern<T>(ops: Ops<T>, { pattern, scale, spread }: Frozen<T>): T {
  return ops.mul(pattern, ops.lastLike(ops.reshape(scale, [0, 1, 1, 1, -1]), -1, spread, 1))
}

/** Values [T, K·dh] of the rows taken without their scale, then (A ⊙ scale) · value in head space: [H, B·J·M, dh]. */
function projectThenMix<T>(
  ops: Ops<T>, { D, H, K, headWidth }: ModelConfig, frozen: Frozen<T>, v: T, taken: T | undefined,
): T {
  const { rows, spread, through, zeros } = frozen
  const carrying = taken === undefined ? rows : ops.gather(rows, taken)
  const values = ops.matmul(padRows(ops, through(carrying), D, zeros), v)
  // Transposed while the rows are packed: the dense tensors on both sides of the product are twice as large.
  const byHead = ops.transpose(ops.reshape(values, [0, K, headWidth]), [1, 0, 2]) // [K, T, dh]
  const dense = ops.reshape(ops.gather(byHead, spread, 1), [0, 0, 0, -1]) // [K, B, n, M·dh]
  const mixed = ops.matmul(ops.transpose(scaledPattern(ops, frozen), [1, 2, 0, 3, 4]), ops.unsqueeze(dense, [1])) // [K, G, B, J, M·dh]
  return ops.reshape(mixed, [H, -1, headWidth])
}

/** (A ⊙ scale) · rows, then each head's value projection [K, 1, D, dh]: [H, B·J·M, dh]. */
function mixThenProject<T>(
  ops: Ops<T>, { D, H, K, headWidth }: ModelConfig, frozen: Frozen<T>, v: T,
): T {
  const { rows, spread, through } = frozen
  const weights = scaledPattern(ops, frozen)
  const dense = ops.unsqueeze(ops.reshape(ops.gather(rows, spread), [0, 0, -1]), [1, 2]) // [B, 1, 1, n, M·D]
  const mixed = ops.reshape(ops.matmul(weights, dense), [0, K, H / K, -1, D]) // [B, K, G, J·M, D]
  // There are fewer rows than before the mixture, and by linearity the result is the same.
  const values = ops.matmul(through(mixed), v) // [B, K, G, J·M, dh]
  return ops.reshape(ops.transpose(values, [1, 2, 0, 3, 4]), [H, -1, headWidth])
}

/** The value bias as it arrives in every row made: [1, H·dh], or [P, H·dh] if it depends on the query. */
function valueBiases<T>(
  ops: Ops<T>, { H, headWidth }: ModelConfig, w: Readonly<Record<string, T>>, kept: T | null, queryAt: T | undefined,
): T {
  const bias = need(w, 'valueBias')
  if (kept === null || queryAt === undefined) return bias
  const parts = ops.unsqueeze(ops.transpose(ops.gather(kept, queryAt, 1), [1, 0]), [2]) // [P, H, 1]
  return ops.reshape(ops.mul(parts, ops.reshape(bias, [1, H, headWidth])), [0, H * headWidth])
}

/**
 * Each head's mixture [H, X, dh], and the part `kept` [H, X] of its value bias that arrives, multiplied by the head's own
 * rows of the output projection: [H, X, D].
 */
function headOutputs<T>(
  ops: Ops<T>, { H, headWidth }: ModelConfig, mixed: T, w: Readonly<Record<string, T>>, kept: T | null,
): T {
  if (w.valueBias === undefined) return ops.matmul(mixed, need(w, 'outputByHead'))
  const bias = ops.reshape(w.valueBias, [H, 1, headWidth])
  const arriving = kept === null ? bias : ops.mul(ops.unsqueeze(kept, [2]), bias)
  return ops.matmul(ops.add(mixed, arriving), need(w, 'outputByHead'))
}

/** Zeros [X, D], with the X of `heads` [H, X, D]. */
const zeroRows = <T>(ops: Ops<T>, { D }: ModelConfig, heads: T): T =>
  ops.mul(ops.reshape(ops.slice(heads, 0, 0, 1), [-1, D]), ops.scalar(0))

/** W_V [D, K·dh] as one matrix per key head, [K, 1, D, dh]. */
const byKeyHead = <T>(ops: Ops<T>, { K, headWidth }: ModelConfig, v: T): T =>
  ops.unsqueeze(ops.transpose(ops.reshape(v, [0, K, headWidth]), [1, 0, 2]), [1])

/** A bias [1, K·dh] of the values as every query head sees it: [1, H·dh]. */
function perQueryHead<T>(ops: Ops<T>, { H, K, headWidth }: ModelConfig, bias: T | null): T | null {
  if (bias === null) return null
  const head = ops.reshape(bias, [K, 1, headWidth])
  return ops.reshape(ops.concat(Array.from({ length: H / K }, () => head), 1), [1, H * headWidth])
}

const withBias = <T>(ops: Ops<T>, x: T, bias: T | undefined): T => (bias === undefined ? x : ops.add(x, bias))
