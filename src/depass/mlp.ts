/**
 * One layer's MLP on decomposed hidden states (section 3.2, eq. 14 and 15), as a program.
 *
 *  1. norm: every row times the frozen scale of the stream at its position (gain and centring are in the weights)
 *  2. one product with the gate gives the relevance of every component and the stream's own pre-activations
 *  3. activations h of the stream, frozen
 *  4. each neuron's activation is shared among the components of its group (share.ts)
 *  5. one product with the down projection, added to the rows
 *
 * Rows are x and the components of some positions, without row 0. A group is what shares a neuron: the components of one
 * start at one position. Its M places hold rows; an absent place names any row of the group that is present.
 *
 * Letters: R rows given and made, X positions, Q groups, M places; D I of the model. Inside, I and D may be padded by
 * a few zeros (src/tensor/padding.ts).
 */
import { Binding } from '../model/bind.ts'
import { activate } from '../model/activation.ts'
import type { ModelConfig } from '../model/config.ts'
import { effectiveGain, foldBias, foldNorm, normScale } from '../model/fold.ts'
import type { LayerWeights } from '../model/weights.ts'
import { SMALLEST_NORMAL, type Ops } from '../tensor/ops.ts'
import { compact, index, need, real, type Program } from '../tensor/program.ts'
import type { Mode, Rule } from './rule.ts'
import { padColumns, padHeight, padRows, zerosAfter } from '../tensor/padding.ts'
import { shareOut } from './share.ts'

export interface MlpVariant {
  rule: Rule
  mode: Mode
  /** Some neuron's gate weights are all 0: its relevance is 0 for every component, and the last one gets its output. */
  deadNeurons: boolean
  /** Some group sets the relevance of its first component to 1: adds the input `forced`. */
  forcesFirst: boolean
}

type Tensors<T> = Readonly<Record<string, T>>

export function mlpProgram(config: ModelConfig, weights: LayerWeights, variant: MlpVariant): Program {
  const { D, I } = config
  const gateName = config.gatedMlp ? 'gate' : 'up'
  const binding = new Binding()
  binding.norm('norm', weights.mlpNorm)
  if (weights.gate !== null) binding.linear('gate', weights.gate)
  binding.linear('up', weights.up)
  binding.linear('down', weights.down)
  if (weights.postMlpNorm !== null) binding.norm('postNorm', weights.postMlpNorm)
  const flagged = biasIsRelevance(config, variant.rule)

  return {
    name: 'mlp',
    inputs: {
      /** What the norm reads: the layer's middle, or its input in a parallel residual. */
      rows: real('R', config.D),
      /** What is added to, where that is something else. */
      ...(config.parallelResidual ? { base: real('R', config.D) } : {}),
      /** The rows of x. */
      xRows: index('X'),
      /** Where each row finds its scale among the X. */
      scaleAt: index('R'),
      /** The row at each place. */
      places: index('Q', 'M'),
      present: real('Q', 1, 'M'),
      fallback: real('Q', 1, 'M'),
      ...(variant.forcesFirst ? { forced: real('Q', 1, 'M') } : {}),
      /** The position of each group among the X. */
      owner: index('Q'),
      temperature: real(1),
      /** Where each row finds its increment in [Q·M + X + 1]; the last is zero, for rows without a share. */
      pack: index('R'),
      /** What dead neurons give, in [X + 1]; the last is zero. */
      ...(variant.deadNeurons ? { deadAt: index('R') } : {}),
      ...(needsBiasFlag(config, variant.rule) ? { biasFlag: real('R', 1) } : {}),
    },
    outputs: { made: 2, activations: 2 },
    weights: binding.weights,

    prepare(ops, w) {
      const norm = binding.normWeights(w, 'norm')
      const gate = binding.matrix(ops, w, gateName)
      const up = config.gatedMlp ? binding.matrix(ops, w, 'up') : null
      // Neurons that pad the width have zeros for weights: they are never active, and reach nothing.
      const padded = { matrix: { height: D, width: I }, bias: { height: 1, width: I } }
      const folded = padColumns(ops, foldNorm(ops, config, norm, gate), padded.matrix)
      const ownBias = foldBias(ops, norm, gate, binding.bias(w, gateName))
      const gateBias = ownBias && padColumns(ops, ownBias, padded.bias)
      const upBias = up && foldBias(ops, norm, up, binding.bias(w, 'up'))
      const dead = variant.deadNeurons ? ops.smallerThan(ops.max(ops.abs(gate), 0), SMALLEST_NORMAL) : null
      return compact({
        // As one more input of the product the bias costs no pass over the relevances.
        gate: flagged && gateBias !== null
          ? ops.concat([folded, gateBias], 0)
          : padHeight(ops, folded, { height: D, width: I + zerosAfter(I) }),
        gateBias: flagged ? null : gateBias,
        up: up && padColumns(ops, foldNorm(ops, config, norm, up), padded.matrix),
        upBias: upBias && padColumns(ops, upBias, padded.bias),
        down: padHeight(ops, binding.matrix(ops, w, 'down'), { height: I, width: D }),
        downBias: binding.bias(w, 'down'),
        postNorm: weights.postMlpNorm === null ? null : effectiveGain(ops, config, need(w, 'postNorm')),
        dead: dead && padColumns(ops, dead, padded.bias),
      })
    },

    run: (ops, inputs, w) => runMlp(config, variant, flagged, ops, inputs, w),
  }
}

/** Relevance has no biases, but the shares of the linear rules would not add up without them: BIAS takes them there. */
const biasIsRelevance = (config: ModelConfig, rule: Rule) =>
  (config.biases.norm || config.biases.mlp) && (rule === 'linear-weighted' || rule === 'taylor')

/** Does the program take the rows that biases enter? */
export const needsBiasFlag = (config: ModelConfig, rule: Rule) => config.biases.mlp || biasIsRelevance(config, rule)

function runMlp<T>(
  config: ModelConfig, variant: MlpVariant, flagged: boolean, ops: Ops<T>, inputs: Tensors<T>, w: Tensors<T>,
): Record<string, T> {
  const input = (name: string) => need(inputs, name)
  const rows = input('rows')
  const temperature = input('temperature')
  const x = ops.gather(rows, input('xRows')) // [X, D]
  const scale = normScale(ops, config, x) // [X, 1]

  let normed = ops.mul(rows, ops.gather(ops.div(scale, temperature), input('scaleAt'))) // [R, D]
  normed = flagged ? ops.concat([normed, ops.div(input('biasFlag'), temperature)], 1) : padRows(ops, normed, config.D)
  const product = ops.matmul(normed, need(w, 'gate')) // [R, I], divided by τ
  const relevance = ops.gather(product, input('places')) // [Q, M, I]
  const preActivation = ops.gather(product, input('xRows')) // [X, I], divided by τ

  const h = activations(config, ops, w, { preActivation, temperature, normedX: ops.mul(x, scale) }) // [X, I]
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

  const width = config.I + zerosAfter(config.I)
  const flat = ops.reshape(shared, [-1, width])
  const none = ops.constant(new Float32Array(width), [1, width])
  const down = ops.matmul(ops.concat([flat, h, none], 0), need(w, 'down')) // [Q·M + X + 1, D]
  let made = ops.gather(down, input('pack')) // [R, D]
  if (w.dead !== undefined) {
    const given = ops.matmul(ops.concat([ops.mul(h, w.dead), none], 0), need(w, 'down')) // [X + 1, D]
    made = ops.add(made, ops.gather(given, input('deadAt')))
  }
  if (w.downBias !== undefined) made = ops.add(made, ops.mul(input('biasFlag'), w.downBias))
  if (w.postNorm !== undefined) {
    const postScale = normScale(ops, config, ops.gather(made, input('xRows')))
    made = ops.mul(ops.mul(made, ops.gather(postScale, input('scaleAt'))), w.postNorm)
  }
  return {
    made: ops.add(config.parallelResidual ? input('base') : rows, made),
    activations: zerosAfter(config.I) === 0 ? h : ops.slice(h, 1, 0, config.I),
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
  const acted = activate(ops, config.activation, w.gateBias === undefined ? gate : ops.add(gate, w.gateBias))
  if (w.up === undefined) return acted
  const up = ops.matmul(stream.normedX, w.up)
  return ops.mul(acted, w.upBias === undefined ? up : ops.add(up, w.upBias))
}
