/**
 * A feature set as a program for the engines: rows in, pre-activations and activations out, and reconstructed rows if
 * requested. The set's matrices stay in their files if an engine can map them. A run takes at least one row.
 */
import { Binding } from '../model/bind.ts'
import type { Linear, WeightRef } from '../model/weight-ref.ts'
import { type Ops, SMALLEST_NORMAL } from '../tensor/ops.ts'
import { need, type Program, real, type WeightSource } from '../tensor/program.ts'
import type { FeatureSet } from './feature-set.ts'

/** [R, F], [R, F] and [R, E]; the last needs the decoder. */
export type EncodeOutput = 'preActivations' | 'activations' | 'reconstruction'

type Tensors<T> = Readonly<Record<string, T>>

const bare = (weight: WeightRef): Linear => ({ weight, bias: null })

const vector = (data: Float32Array): WeightSource => ({ kind: 'data', data, shape: [1, data.length] })

/**
 * Input `x` [R, D]; R may change from run to run. Only the requested outputs are computed: with many features, writing
 * an output takes as long as computing the product.
 */
export function encodeProgram(
  set: FeatureSet,
  outputs: readonly EncodeOutput[] = ['preActivations', 'activations'],
): Program {
  const reconstruction = outputs.includes('reconstruction')
  const binding = new Binding()
  binding.linear('encoder', bare(set.encoder))
  if (reconstruction) binding.linear('decoder', bare(set.decoder))
  if (reconstruction && set.skip !== null) binding.linear('skip', bare(set.skip))
  const { activation } = set
  const vectors: Record<string, Float32Array | null> = {
    encoderScale: set.encoderScale,
    encoderBias: set.encoderBias,
    decoderScale: reconstruction ? set.decoderScale : null,
    decoderBias: reconstruction || set.subtractsDecoderBias ? set.decoderBias : null,
    threshold: activation.kind === 'jumprelu' ? activation.threshold : null,
    gateBias: activation.kind === 'gated' ? activation.gateBias : null,
  }
  const weights: Record<string, WeightSource> = { ...binding.weights }
  for (const [name, data] of Object.entries(vectors)) if (data !== null) weights[name] = vector(data)
  return {
    name: `features ${set.id}`,
    inputs: { x: real('R', set.D) },
    outputs: Object.fromEntries(outputs.map((name) => [name, 2])),
    weights,
    prepare: (ops, given) => {
      const matrices = Object.keys(binding.weights).map((name) => [name, binding.matrix(ops, given, name)] as const)
      return { ...given, ...Object.fromEntries(matrices) }
    },
    run: (ops, inputs, w) => run(set, outputs, ops, need(inputs, 'x'), w),
  }
}

/**
 * Input `vectors` [R, E], output `products` [R, F]: the products with every row of the decoder as stored in its file.
 */
export function decoderProductsProgram({ id, decoder, E }: FeatureSet): Program {
  const binding = new Binding()
  // The same matrix, read as a map from E to F.
  binding.linear('decoder', bare({ ...decoder, orientation: decoder.orientation === 'in,out' ? 'out,in' : 'in,out' }))
  return {
    name: `decoder of ${id}`,
    inputs: { vectors: real('R', E) },
    outputs: { products: 2 },
    weights: binding.weights,
    prepare: (ops, w) => ({ decoder: binding.matrix(ops, w, 'decoder') }),
    run: (ops, inputs, w) => ({ products: ops.matmul(need(inputs, 'vectors'), need(w, 'decoder')) }),
  }
}

function run<T>(
  set: FeatureSet,
  outputs: readonly EncodeOutput[],
  ops: Ops<T>,
  x: T,
  w: Tensors<T>,
): Record<string, T> {
  const { normalise, restore } = normalisation(set, ops, x)
  const read = set.subtractsDecoderBias ? ops.sub(normalise, need(w, 'decoderBias')) : normalise
  const products = ops.matmul(read, need(w, 'encoder'))
  const scaled = set.encoderScale === null ? products : ops.mul(products, need(w, 'encoderScale'))
  const preActivations = ops.add(scaled, need(w, 'encoderBias'))
  if (!outputs.includes('activations') && !outputs.includes('reconstruction')) return { preActivations }
  const activations = activate(set, ops, preActivations, products, w)
  if (!outputs.includes('reconstruction')) return { preActivations, activations }
  const weighted = set.decoderScale === null ? activations : ops.mul(activations, need(w, 'decoderScale'))
  const rebuilt = restore(ops.add(ops.matmul(weighted, need(w, 'decoder')), need(w, 'decoderBias')))
  const skipped = set.skip === null ? rebuilt : ops.add(rebuilt, ops.matmul(x, need(w, 'skip')))
  return { preActivations, activations, reconstruction: skipped }
}

/** Normalises x [R, D] as the set reads it, and gives what scales reconstructed rows back. */
function normalisation<T>(
  { normalisation: method, D }: FeatureSet,
  ops: Ops<T>,
  x: T,
): { normalise: T; restore(rebuilt: T): T } {
  switch (method.kind) {
    case 'none':
      return { normalise: x, restore: (rebuilt) => rebuilt }
    case 'constant':
      return {
        normalise: ops.mul(x, ops.scalar(method.scale)),
        restore: (rebuilt) => ops.mul(rebuilt, ops.scalar(method.unscale)),
      }
    case 'length': {
      const squares = ops.sum(ops.mul(x, x), -1)
      const isZero = ops.smallerThan(squares, SMALLEST_NORMAL)
      const scale = ops.mul(ops.rsqrt(ops.where(isZero, ops.scalar(D), squares)), ops.scalar(Math.sqrt(D)))
      return {
        normalise: ops.mul(x, scale),
        restore: (rebuilt) => (method.restores ? ops.div(rebuilt, scale) : rebuilt),
      }
    }
    case 'layer_norm': {
      const mean = ops.mean(x, -1)
      const centred = ops.sub(x, mean)
      const variance = ops.mul(ops.sum(ops.mul(centred, centred), -1), ops.scalar(1 / (D - 1)))
      const deviation = ops.div(ops.scalar(1), ops.rsqrt(variance))
      return {
        normalise: ops.div(centred, ops.add(deviation, ops.scalar(method.epsilon))),
        restore: (rebuilt) => (method.restores ? ops.add(ops.mul(rebuilt, deviation), mean) : rebuilt),
      }
    }
    default:
      return method satisfies never
  }
}

/** [R, F] → [R, F]. `products`: the input of a gated set's gate before the gate's bias. */
function activate<T>({ activation }: FeatureSet, ops: Ops<T>, pre: T, products: T, w: Tensors<T>): T {
  switch (activation.kind) {
    case 'relu':
      return ops.relu(pre)
    case 'jumprelu': {
      const value = activation.relu ? ops.relu(pre) : pre
      return ops.mul(value, ops.greaterThan(pre, need(w, 'threshold')))
    }
    case 'gated':
      return ops.mul(ops.relu(pre), ops.greaterThan(ops.add(products, need(w, 'gateBias')), ops.scalar(0)))
    case 'topk': {
      const rank = activation.by === 'magnitude' ? ops.abs(pre) : pre
      const below = ops.greaterThan(ops.kthLargest(rank, activation.k), rank)
      const value = activation.relu ? ops.relu(pre) : pre
      return ops.mul(value, ops.sub(ops.scalar(1), below))
    }
    default:
      return activation satisfies never
  }
}
