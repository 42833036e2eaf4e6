/**
 * Backward through an MLP, or one expert of a mixture, as a program over rows. It takes what the norm reads and the
 * cotangent of what is added. It gives the cotangent of the stream, each neuron's activation times its own cotangent
 * (AtP), and the expert's output times the cotangent, which is the derivative with respect to the expert's weight.
 *
 * Letters: R rows (a fixed number); D of the model, I neurons of this MLP.
 */
import { activate } from '../../model/activation.ts'
import { Binding } from '../../model/bind.ts'
import type { ModelConfig } from '../../model/config.ts'
import { effectiveGain, foldBias, foldNorm, normScale } from '../../model/fold.ts'
import { outputCount } from '../../model/weight-ref.ts'
import type { MlpWeights, RouterWeights } from '../../model/weights.ts'
import { compact, need, real, type Program } from '../../tensor/program.ts'
import { RuleTape, type BackwardRule } from './rule-tape.ts'

export interface RowsBackward {
  rule: BackwardRule
  /** Rows. */
  R: number
}

/** Inputs x, cotangent [R, D]; outputs stream [R, D], neurons [R, I], whole [R, 1]. */
export function mlpBackward(config: ModelConfig, weights: MlpWeights, { rule, R }: RowsBackward): Program {
  const { D, gatedMlp } = config
  const I = outputCount(weights.up)
  const gateName = gatedMlp ? 'gate' : 'up'
  const binding = new Binding()
  binding.norm('norm', weights.norm)
  if (weights.gate !== null) binding.linear('gate', weights.gate)
  binding.linear('up', weights.up)
  binding.linear('down', weights.down)
  binding.norm('postNorm', weights.postNorm)

  return {
    name: 'mlp backward',
    inputs: { x: real(R, D), cotangent: real(R, D) },
    outputs: { stream: 2, neurons: 2, whole: 2 },
    weights: binding.weights,
    prepare(ops, w) {
      const norm = binding.normWeights(ops, w, 'norm')
      const matrix = (name: string) => binding.matrix(ops, w, name)
      const bias = (name: string) => foldBias(ops, norm, matrix(name), binding.bias(ops, w, name))
      return compact({
        gate: foldNorm(ops, config, norm, matrix(gateName)), gateBias: bias(gateName),
        up: gatedMlp ? foldNorm(ops, config, norm, matrix('up')) : null, upBias: gatedMlp ? bias('up') : null,
        down: matrix('down'), downBias: binding.bias(ops, w, 'down'),
        postNorm: w.postNorm === undefined ? null : effectiveGain(ops, config, w.postNorm),
      })
    },
    run(ops, inputs, w) {
      const tape = new RuleTape(ops, rule, { tanhIsGate: true })
      const weight = (name: string, shape: readonly number[]) => (w[name] === undefined ? null : tape.given(w[name], shape))
      const x = tape.variable(need(inputs, 'x'), [R, D])
      const normed = config.preNorms ? tape.mul(x, normScale(tape, config, x)) : x
      const map = (name: 'gate' | 'up') => {
        const product = tape.matmul(normed, weight(name, [D, I])!)
        const bias = weight(`${name}Bias`, [1, I])
        return bias === null ? product : tape.add(product, bias)
      }
      // A gated MLP multiplies two factors that both depend on the stream.
      const neurons = gatedMlp
        ? activate(tape, config.activation, tape.shared(map('gate'), 0.5), tape.shared(map('up'), 0.5))
        : activate(tape, config.activation, map('gate'), null)
      let out = tape.matmul(neurons, weight('down', [I, D])!)
      const downBias = weight('downBias', [D])
      if (downBias !== null) out = tape.add(out, downBias)
      const postGain = weight('postNorm', [D])
      if (postGain !== null) {
        const centred = config.norm.kind === 'layer' ? tape.sub(out, tape.mean(out, -1)) : out
        out = tape.mul(tape.mul(centred, normScale(tape, config, out)), postGain)
      }
      const cotangent = need(inputs, 'cotangent')
      const [stream, neuronCotangent] = tape.gradients(out, cotangent, [x, neurons])
      return {
        stream: stream!, neurons: ops.mul(neurons.value, neuronCotangent!), whole: ops.sum(ops.mul(out.value, cotangent), -1),
      }
    },
  }
}

/** Backward through a router: rows x [R, D] and the cotangents of its logits [R, E] → the cotangent of the stream [R, D]. */
export function routerBackward(config: ModelConfig, { norm: normWeights, router }: RouterWeights, { rule, R }: RowsBackward): Program {
  const { D } = config
  const E = config.experts?.count ?? 0
  const binding = new Binding()
  binding.norm('norm', normWeights)
  binding.linear('router', router)
  return {
    name: 'router backward',
    inputs: { x: real(R, D), cotangent: real(R, E) },
    outputs: { stream: 2, logits: 2 },
    weights: binding.weights,
    prepare(ops, w) {
      const norm = binding.normWeights(ops, w, 'norm')
      const matrix = binding.matrix(ops, w, 'router')
      return compact({ router: foldNorm(ops, config, norm, matrix), bias: foldBias(ops, norm, matrix, binding.bias(ops, w, 'router')) })
    },
    run(ops, inputs, w) {
      const tape = new RuleTape(ops, rule, { tanhIsGate: true })
      const x = tape.variable(need(inputs, 'x'), [R, D])
      const normed = config.preNorms ? tape.mul(x, normScale(tape, config, x)) : x
      const product = tape.matmul(normed, tape.given(need(w, 'router'), [D, E]))
      const logits = w.bias === undefined ? product : tape.add(product, tape.given(w.bias, [1, E]))
      const [stream] = tape.gradients(logits, need(inputs, 'cotangent'), [x])
      return { stream: stream!, logits: logits.value }
    },
  }
}
