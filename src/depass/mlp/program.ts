/**
 * One layer's MLP on decomposed hidden states (section 3.2, eq. 14 and 15), as a program.
 *
 *  1. norm: every row times the frozen scale of the stream at its position (gain and centring are in folded weights)
 *  2. one product with the gate gives the relevance of every component and the stream's own pre-activations
 *  3. activations h of the stream, frozen
 *  4. each neuron's activation is shared among the components of its group (share.ts)
 *  5. one product with the down projection, added to the rows
 *
 * Rows are x and the components of some positions, without row 0. A group is the components of one start at one position,
 * which share each neuron. Its M places hold rows; an absent place names any row of the group that is present.
 *
 * Letters: R rows given and made, X positions, Q groups, M places; D I of the model. Inside, I and D may be padded by
 * a few zeros (src/tensor/padding.ts).
 */
import { Binding } from '../../model/bind.ts'
import { activate } from '../../model/activation.ts'
import type { ModelConfig } from '../../model/config.ts'
import {
  effectiveGain, foldBias, foldNorm, normScale, preNormScale, rowGain, throughNorm, type WeightForm,
} from '../../model/fold.ts'
import { outputCount } from '../../model/weight-ref.ts'
import type { MlpWeights } from '../../model/weights.ts'
import { SMALLEST_NORMAL, type Ops } from '../../tensor/ops.ts'
import { compact, index, need, real, type Program } from '../../tensor/program.ts'
import { sharesWhole, type Mode, type Rule } from '../rule.ts'
import { noZeros, padColumns, padHeight, padRows, zerosAfter, type Zeros } from '../../tensor/padding.ts'
import { shareOut } from './share.ts'

export interface MlpVariant {
  rule: Rule
  mode: Mode
  /** Some neuron's gate weights are all 0: its relevance is 0 for every component, so the last component gets its output. */
  deadNeurons: boolean
  /** Some group sets the relevance of its first component to 1: adds the input `forced`. */
  forcesFirst: boolean
  /** Additional outputs, for every row: vectors before a post-norm, and what is added to the stream. */
  gives: readonly MlpGift[]
  /**
   * The program is one expert of a mixture and takes the input `weight`, which multiplies the output and the activations.
   * The output is not added to the rows, because several experts contribute to them.
   */
  isExpert: boolean
}

export const mlpGifts = ['mlp_out_raw', 'mlp_out'] as const
export type MlpGift = (typeof mlpGifts)[number]

type Tensors<T> = Readonly<Record<string, T>>

export function mlpProgram(
  config: ModelConfig, weights: MlpWeights, variant: MlpVariant, form: WeightForm = 'folded',
): Program {
  const { D } = config
  const I = outputCount(weights.up)
  const gateName = config.gatedMlp ? 'gate' : 'up'
  const binding = new Binding()
  binding.norm('norm', weights.norm)
  if (weights.gate !== null) binding.linear('gate', weights.gate)
  binding.linear('up', weights.up)
  binding.linear('down', weights.down)
  binding.norm('postNorm', weights.postNorm)
  const flagged = biasIsRelevance(config, variant.rule)
  const isFolded = form === 'folded'
  const zeros = isFolded ? zerosAfter : noZeros

  return {
    name: 'mlp',
    inputs: {
      /** What the norm reads: the layer's middle, or its input in a parallel residual. */
      rows: real('R', config.D),
      /** What the output is added to, if that is not `rows`. */
      ...(config.parallelResidual && !variant.isExpert ? { base: real('R', config.D) } : {}),
      /** The router's weight at the position of each row. */
      ...(variant.isExpert ? { weight: real('R', 1) } : {}),
      /** The rows of x. */
      xRows: index('X'),
      /** For each row, the index of its scale among the X. */
      scaleAt: index('R'),
      /** The row at each place. */
      places: index('Q', 'M'),
      present: real('Q', 1, 'M'),
      fallback: real('Q', 1, 'M'),
      ...(variant.forcesFirst ? { forced: real('Q', 1, 'M') } : {}),
      /** For each group, its position among the X. */
      owner: index('Q'),
      temperature: real(1),
      /** For each row, the index of its increment in [Q·M + X + 1]; the last entry is zero, for rows without a share. */
      pack: index('R'),
      /** For each row, the index of what it gets from dead neurons in [X + 1]; the last entry is zero. */
      ...(variant.deadNeurons ? { deadAt: index('R') } : {}),
      ...(needsBiasFlag(config, variant.rule) ? { biasFlag: real('R', 1) } : {}),
    },
    outputs: { made: 2, activations: 2, ...Object.fromEntries(variant.gives.map((name) => [name, 2])) },
    weights: binding.weights,
    takesWeightsAsStored: !isFolded,

    prepare<T>(ops: Ops<T>, w: Tensors<T>) {
      const norm = binding.normWeights(ops, w, 'norm')
      const gate = binding.matrix(ops, w, gateName)
      const up = config.gatedMlp ? binding.matrix(ops, w, 'up') : null
      // The neurons that pad the width have only zeros for weights: they are never active and write nothing.
      const padded = { matrix: { height: D, width: I }, bias: { height: 1, width: I } }
      const folded = (matrix: T) => (isFolded ? foldNorm(ops, config, norm, matrix) : matrix)
      const relevance = padColumns(ops, folded(gate), padded.matrix, zeros)
      const ownBias = foldBias(ops, norm, gate, binding.bias(ops, w, gateName))
      const gateBias = ownBias && padColumns(ops, ownBias, padded.bias, zeros)
      const upBias = up && foldBias(ops, norm, up, binding.bias(ops, w, 'up'))
      const dead = variant.deadNeurons ? ops.smallerThan(ops.max(ops.abs(gate), 0), SMALLEST_NORMAL) : null
      return compact({
        // As one more input of the product, the bias needs no separate pass over the relevances.
        gate: flagged && gateBias !== null
          ? ops.concat([relevance, gateBias], 0)
          : padHeight(ops, relevance, { height: D, width: I + zeros(I) }, zeros),
        gateBias: flagged ? null : gateBias,
        gain: isFolded ? null : rowGain(ops, config, norm),
        up: up && padColumns(ops, folded(up), padded.matrix, zeros),
        upBias: upBias && padColumns(ops, upBias, padded.bias, zeros),
        down: padHeight(ops, binding.matrix(ops, w, 'down'), { height: I, width: D }, zeros),
        downBias: binding.bias(ops, w, 'down'),
        postNorm: w.postNorm === undefined ? null : effectiveGain(ops, config, w.postNorm),
        dead: dead && padColumns(ops, dead, padded.bias, zeros),
      })
    },

    run: (ops, inputs, w) => shareOutput({ config, variant, flagged, isFolded, zeros, I }, ops, inputs, w),
  }
}

/**
 * Relevance has no biases. But without them the shares of the linear rules would not add up, so under these rules BIAS
 * takes them.
 */
const biasIsRelevance = (config: ModelConfig, rule: Rule) =>
  (config.biases.norm || config.biases.mlp) && sharesWhole(rule)

/** Does the program need flags for the rows that biases enter? */
export const needsBiasFlag = (config: ModelConfig, rule: Rule) => config.biases.mlp || biasIsRelevance(config, rule)

interface MlpShape {
  config: ModelConfig
  variant: MlpVariant
  flagged: boolean
  isFolded: boolean
  zeros: Zeros
  /** Neurons. */
  I: number
}

function shareOutput<T>(
  { config, variant, flagged, isFolded, zeros, I }: MlpShape, ops: Ops<T>, inputs: Tensors<T>, w: Tensors<T>,
): Record<string, T> {
  const input = (name: string) => need(inputs, name)
  const rows = input('rows')
  const temperature = input('temperature')
  const x = ops.gather(rows, input('xRows')) // [X, D]
  const scale = preNormScale(ops, config, x) // [X, 1]

  const normInput = (a: T) => (isFolded ? a : throughNorm(ops, config, w.gain, a))
  let normed = ops.mul(normInput(rows), ops.gather(ops.div(scale, temperature), input('scaleAt'))) // [R, D]
  normed = flagged ? ops.concat([normed, ops.div(input('biasFlag'), temperature)], 1) : padRows(ops, normed, config.D, zeros)
  const product = ops.matmul(normed, need(w, 'gate')) // [R, I], divided by τ
  const relevance = ops.gather(product, input('places')) // [Q, M, I]
  const preActivation = ops.gather(product, input('xRows')) // [X, I], divided by τ

  const h = activations(config, ops, w, { preActivation, temperature, normedX: ops.mul(normInput(x), scale) }) // [X, I]
  const perGroup = (a: T) => ops.unsqueeze(ops.gather(a, input('owner')), [1]) // [Q, 1, I]
  const shared = shareOut(ops, variant.rule, variant.mode, {
    relevance,
    present: input('present'),
    fallback: input('fallback'),
    forced: variant.forcesFirst ? input('forced') : null,
    activation: perGroup(w.dead === undefined ? h : ops.mul(h, ops.sub(ops.scalar(1), w.dead))),
    preActivation: perGroup(preActivation),
    temperature,
  }) // [Q, M, I]

  const width = I + zeros(I)
  const flat = ops.reshape(shared, [-1, width])
  const none = ops.constant(new Float32Array(width), [1, width])
  // Only rows that are there are multiplied: places beyond a group's components would cost as much as the others.
  const shares = ops.gather(ops.concat([flat, h, none], 0), input('pack')) // [R, I]
  let made = ops.matmul(shares, need(w, 'down')) // [R, D]
  if (w.dead !== undefined) {
    const given = ops.matmul(ops.concat([ops.mul(h, w.dead), none], 0), need(w, 'down')) // [X + 1, D]
    made = ops.add(made, ops.gather(given, input('deadAt')))
  }
  if (w.downBias !== undefined) made = ops.add(made, ops.mul(input('biasFlag'), w.downBias))
  const raw = made
  if (w.postNorm !== undefined) {
    const postScale = normScale(ops, config, ops.gather(made, input('xRows')))
    made = ops.mul(ops.mul(made, ops.gather(postScale, input('scaleAt'))), w.postNorm)
  }
  const active = zeros(I) === 0 ? h : ops.slice(h, 1, 0, I)
  if (variant.isExpert) {
    const weight = input('weight')
    return { made: ops.mul(made, weight), activations: ops.mul(active, ops.gather(weight, input('xRows'))) }
  }
  const given: Record<MlpGift, T> = { mlp_out_raw: raw, mlp_out: made }
  return {
    ...Object.fromEntries(variant.gives.map((name) => [name, given[name]])),
    made: ops.add(config.parallelResidual ? input('base') : rows, made),
    activations: active,
  }
}

interface StreamRows<T> {
  preActivation: T
  temperature: T
  normedX: T
}

/** h [X, I]: act(gate) · up, or act(fc) in a plain MLP. */
function activations<T>(config: ModelConfig, ops: Ops<T>, w: Tensors<T>, stream: StreamRows<T>): T {
  const gate = ops.mul(stream.preActivation, stream.temperature)
  const biased = w.gateBias === undefined ? gate : ops.add(gate, w.gateBias)
  if (w.up === undefined) return activate(ops, config.activation, biased, null)
  const up = ops.matmul(stream.normedX, w.up)
  return activate(ops, config.activation, biased, w.upBias === undefined ? up : ops.add(up, w.upBias))
}
