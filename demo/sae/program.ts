/**
 * A sparse autoencoder with one threshold: a = z where z > θ, else 0, with z = (x − b_dec) W_enc + b_enc, and
 * x̂ = a W_dec + b_dec with rows of W_dec of length 1. θ is moved from outside until as many features are active as
 * wanted (BatchTopK with a running threshold, Bussmann et al. 2024); it is saved as a JumpReLU's.
 * Letters: R rows, D residual width, F features.
 */
import { Tape } from '../../src/tensor/gradient.ts'
import type { Ops } from '../../src/tensor/ops.ts'
import { need, real, type Program } from '../../src/tensor/program.ts'
import { adamW } from '../train/step.ts'

export interface SaeShape {
  D: number
  F: number
}

export interface Sae {
  /** Reads resid_post of this layer. */
  layer: number
  shape: SaeShape
  /** [D, F] */
  W_enc: Float32Array
  /** [F, D] */
  W_dec: Float32Array
  /** [F] */
  b_enc: Float32Array
  /** [D] */
  b_dec: Float32Array
  /** [F] */
  threshold: Float32Array
}

export const parts = ({ D, F }: SaeShape) => [
  { name: 'W_enc', shape: [D, F] }, { name: 'W_dec', shape: [F, D] }, { name: 'b_enc', shape: [F] }, { name: 'b_dec', shape: [D] },
] as const

const sizeOf = (shape: readonly number[]) => shape.reduce((n, extent) => n * extent, 1)

export const saeSize = (shape: SaeShape) => parts(shape).reduce((n, part) => n + sizeOf(part.shape), 0)

/** The four tensors cut out of the vector. */
export function cutData(shape: SaeShape, vector: Float32Array): Record<'W_enc' | 'W_dec' | 'b_enc' | 'b_dec', Float32Array> {
  const found = { W_enc: vector, W_dec: vector, b_enc: vector, b_dec: vector }
  let at = 0
  for (const part of parts(shape)) found[part.name] = vector.slice(at, at += sizeOf(part.shape))
  return found
}

/** One step of training; `chosen` [R, F] is what is active. */
export function saeStep(shape: SaeShape, R: number): Program {
  const { D, F } = shape
  const P = saeSize(shape)
  return {
    name: 'autoencoder step',
    inputs: {
      vector: real(P), first: real(P), second: real(P), x: real(R, D), threshold: real(1), rate: real(1),
      correction1: real(1), correction2: real(1),
    },
    outputs: { newVector: 1, newFirst: 1, newSecond: 1, gradientNorm: 1, error: 2, active: 2 },
    weights: {},
    prepare: () => ({}),
    run: <T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>) => {
      const tape = new Tape(ops)
      const vector = need(inputs, 'vector')
      let at = 0
      const [encoder, decoder, encoderBias, decoderBias] = parts(shape).map(({ shape: extents }) =>
        tape.variable(ops.reshape(ops.slice(vector, 0, at, at += sizeOf(extents)), extents), extents))
      const x = tape.given(need(inputs, 'x'), [R, D])
      const z = tape.add(tape.matmul(tape.sub(x, decoderBias!), encoder!), encoderBias!)
      const over = ops.relu(ops.sub(z.value, need(inputs, 'threshold')))
      const gate = ops.sub(ops.scalar(1), ops.smallerThan(over, 1e-30))
      const activations = tape.mul(tape.relu(z), tape.given(gate, [R, F]))
      const lengths = tape.rsqrt(tape.sum(tape.mul(decoder!, decoder!), 1))
      const rebuilt = tape.add(tape.matmul(activations, tape.mul(decoder!, lengths)), decoderBias!)
      const error = ops.sub(rebuilt.value, x.value)
      const gradients = tape.gradients(rebuilt, ops.mul(error, ops.scalar(2 / R)), [encoder!, decoder!, encoderBias!, decoderBias!])
      const gradient = ops.concat(gradients.map((each) => ops.reshape(each, [-1])), 0)
      return {
        ...adamW(ops, inputs, gradient, null),
        error: ops.sum(ops.mul(error, error), 1),
        active: ops.sum(gate, 0),
      }
    },
  }
}

/** Activations [R, F] and the sum of squares of what is not rebuilt [R, 1]. */
export function saeForward(shape: SaeShape): Program {
  const { D, F } = shape
  return {
    name: 'autoencoder',
    inputs: { x: real('R', D), W_enc: real(D, F), W_dec: real(F, D), b_enc: real(F), b_dec: real(D), threshold: real(F) },
    outputs: { activations: 2, error: 2 },
    weights: {},
    prepare: () => ({}),
    run: (ops, inputs) => {
      const x = need(inputs, 'x')
      const z = ops.add(ops.matmul(ops.sub(x, need(inputs, 'b_dec')), need(inputs, 'W_enc')), need(inputs, 'b_enc'))
      const over = ops.relu(ops.sub(z, need(inputs, 'threshold')))
      const activations = ops.mul(ops.relu(z), ops.sub(ops.scalar(1), ops.smallerThan(over, 1e-30)))
      const error = ops.sub(ops.add(ops.matmul(activations, need(inputs, 'W_dec')), need(inputs, 'b_dec')), x)
      return { activations, error: ops.sum(ops.mul(error, error), 1) }
    },
  }
}
