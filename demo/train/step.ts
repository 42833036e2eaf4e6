/**
 * One step of training as one program: forward, backward, clipping and AdamW (Loshchilov and Hutter 2019).
 * Parameters, and the two moments, are one vector each, [P]: three tensors go in and out, whatever the model has.
 */
import type { ModelConfig } from '../../src/model/config.ts'
import { Tape, type Taped } from '../../src/tensor/gradient.ts'
import type { Ops } from '../../src/tensor/ops.ts'
import { index, need, real, type Program } from '../../src/tensor/program.ts'
import { forward } from './forward.ts'
import { countOf, parametersOf, sizeOf, type Parameter } from './shape.ts'

export const BETA1 = 0.9
export const BETA2 = 0.98
const EPSILON = 1e-12
const CLIP = 1
const WEIGHT_DECAY = 0.05

export interface BatchShape {
  B: number
  T: number
}

/**
 * Rows with 1 at an id, [R, V], are read from the identity: 3 ms where comparing with all ids took 25.
 * The product with the embedding then has a gradient that is a product too, where gathering would need a scatter.
 */
export function identity<T>(ops: Ops<T>, V: number): T {
  return ops.constant(Float32Array.from({ length: V * V }, (_, i) => (i % (V + 1) === 0 ? 1 : 0)), [V, V])
}

/** The parameters cut out of the vector. */
export function cut<T>(ops: Ops<T>, vector: T, parameters: readonly Parameter[]): Record<string, T> {
  let from = 0
  return Object.fromEntries(parameters.map((parameter) => {
    const start = from
    from += sizeOf(parameter)
    return [parameter.name, ops.reshape(ops.slice(vector, 0, start, from), parameter.shape)]
  }))
}

export function trainingStep(config: ModelConfig, { B, T }: BatchShape): Program {
  const parameters = parametersOf(config)
  const P = countOf(parameters)
  const R = B * T
  return {
    name: 'training step',
    inputs: {
      vector: real(P), first: real(P), second: real(P), ids: index(R), targets: index(R), shares: real(R),
      mask: real(B, T, T), rate: real(1), correction1: real(1), correction2: real(1),
    },
    outputs: { newVector: 1, newFirst: 1, newSecond: 1, chances: 1, gradientNorm: 1 },
    weights: {},
    prepare: () => ({}),
    run: (ops, inputs) => {
      const { chances, gradient } = lossGradient(ops, config, { B, T }, inputs, parameters)
      const update = adamW(ops, inputs, gradient, decayed(ops, parameters))
      return { ...update, chances }
    },
  }
}

/** The chances given to the targets [R], and the gradient [P] of −Σ share · log chance. */
function lossGradient<T>(
  ops: Ops<T>, config: ModelConfig, { B, T: length }: BatchShape, inputs: Readonly<Record<string, T>>,
  parameters: readonly Parameter[],
): { chances: T; gradient: T } {
  const R = B * length
  const tape = new Tape(ops)
  const pieces = cut(ops, need(inputs, 'vector'), parameters)
  const weights: Record<string, Taped<T>> = Object.fromEntries(
    parameters.map(({ name, shape }) => [name, tape.variable(need(pieces, name), shape)]))
  const ones = identity(ops, config.V)
  const { logits } = forward(tape, config, weights, {
    B, T: length,
    oneHot: tape.given(ops.gather(ones, need(inputs, 'ids')), [R, config.V]),
    mask: tape.given(need(inputs, 'mask'), [B, length, length]),
  })
  const wanted = ops.gather(ones, need(inputs, 'targets'))
  const predicted = ops.softmax(logits.value)
  const chances = ops.reshape(ops.sum(ops.mul(predicted, wanted), 1), [R])
  // Softmax and cross-entropy together have a simple cotangent, and Ops needs no logarithm.
  const cotangent = ops.mul(ops.sub(predicted, wanted), ops.unsqueeze(need(inputs, 'shares'), [1]))
  const gradients = tape.gradients(logits, cotangent, parameters.map(({ name }) => need(weights, name)))
  return { chances, gradient: ops.concat(gradients.map((each) => ops.reshape(each, [-1])), 0) }
}

/** [P]: the decay of every parameter; gains have none. */
function decayed<T>(ops: Ops<T>, parameters: readonly Parameter[]): T {
  const decay = parameters.map((parameter) =>
    new Float32Array(sizeOf(parameter)).fill(parameter.shape.length === 1 ? 0 : WEIGHT_DECAY))
  const all = new Float32Array(countOf(parameters))
  let at = 0
  for (const part of decay) {
    all.set(part, at)
    at += part.length
  }
  return ops.constant(all, [all.length])
}

/** `decay` [P]. The corrections are 1 / (1 − βᵗ), worked out outside. */
export function adamW<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>, gradient: T, decay: T | null) {
  const vector = need(inputs, 'vector')
  const inverseNorm = ops.rsqrt(ops.add(ops.sum(ops.mul(gradient, gradient), 0), ops.scalar(1e-20)))
  const gradientNorm = ops.div(ops.scalar(1), inverseNorm)
  const scale = ops.where(ops.smallerThan(gradientNorm, CLIP), ops.scalar(1), ops.mul(inverseNorm, ops.scalar(CLIP)))
  const clipped = ops.mul(gradient, scale)
  const blend = (old: T, fresh: T, beta: number) =>
    ops.add(ops.mul(old, ops.scalar(beta)), ops.mul(fresh, ops.scalar(1 - beta)))
  const newFirst = blend(need(inputs, 'first'), clipped, BETA1)
  const newSecond = blend(need(inputs, 'second'), ops.mul(clipped, clipped), BETA2)
  const direction = ops.mul(
    ops.mul(newFirst, need(inputs, 'correction1')),
    ops.rsqrt(ops.add(ops.mul(newSecond, need(inputs, 'correction2')), ops.scalar(EPSILON))))
  const moved = decay === null ? direction : ops.add(direction, ops.mul(vector, decay))
  return { newVector: ops.sub(vector, ops.mul(moved, need(inputs, 'rate'))), newFirst, newSecond, gradientNorm }
}

/** Logits [R, V] and residual streams of packed sequences. */
export function forwardProgram(config: ModelConfig, { B, T }: BatchShape): Program {
  const parameters = parametersOf(config)
  const R = B * T
  return {
    name: 'forward',
    inputs: { vector: real(countOf(parameters)), ids: index(R), mask: real(B, T, T) },
    outputs: { logits: 2, ...Object.fromEntries(Array.from({ length: config.L + 1 }, (_, l) => [`stream${l}`, 2])) },
    weights: {},
    prepare: () => ({}),
    run: (ops, inputs) => {
      const weights = cut(ops, need(inputs, 'vector'), parameters)
      const { logits, streams } = forward(ops, config, weights, {
        B, T, oneHot: ops.gather(identity(ops, config.V), need(inputs, 'ids')), mask: need(inputs, 'mask'),
      })
      return { logits, ...Object.fromEntries(streams.map((stream, l) => [`stream${l}`, stream])) }
    },
  }
}
