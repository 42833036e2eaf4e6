/**
 * A feature set: one dictionary of features at one site of one model, as plain data, whatever format it came in.
 * Letters: F features, D the width of the vectors that are read, E the width of those that are written (E = D but for
 * transcoders), T rows.
 *
 * What it computes for a row x [D], read at `site` (src/features/encode.ts does it):
 *   1. normalise   a = (x − mean) · scale; `normalisation` says which, and an attribution freezes both
 *   2. encode      pre[f] = encoderScale[f] · ((a − c) · W_enc[:, f]) + encoderBias[f],
 *                  c = decoderBias where `subtractsDecoderBias`, else 0
 *   3. activate    act[f] from pre[f], and from the gate where there is one: `activation`
 *   4. rebuild     y = (Σ act[f] · decoderScale[f] · W_dec[f, :] + decoderBias) · unscale + mean (+ x · W_skip)
 *
 * y stands for x itself, or for the vector at `writes` in a transcoder.
 *
 * Whatever a library multiplies pre-activations by is in encoderScale and encoderBias: exp(r_mag) of a gated set,
 * decoder norms of a set whose activations are rescaled by them. A constant factor that some libraries fold into the
 * weights is `normalisation.scale` instead, so that weights stay in their files; what is computed is the same.
 */
import { readWeight, type WeightRef } from '../model/weight-ref.ts'
import { readSlices } from './slices.ts'
import type { Site } from './site.ts'

export const formatNames = [
  'saelens',
  'gemma-scope',
  'gemma-scope-2',
  'llama-scope',
  'openai',
  'sparsify',
  'dictionary-learning',
  'qwen-scope',
  'circuit-tracer',
] as const
export type FormatName = (typeof formatNames)[number]

/** How pre-activations [F] become activations [F]. */
export type Activation =
  | { kind: 'relu' }
  /**
   * This is also the rule of BatchTopK, which is trained with a budget per batch and used with the threshold that
   * resulted. Fires if pre > θ.
   */
  | {
      kind: 'jumprelu'
      /** [F] */
      threshold: Float32Array
      /** Whether negative values above a negative threshold are set to 0. */
      relu: boolean
    }
  /** The k largest. All that are equal to the k-th count, because the libraries leave open which of them do. */
  | {
      kind: 'topk'
      k: number
      /** The largest values, or the largest in magnitude with their sign kept (AbsTopK). */
      by: 'value' | 'magnitude'
      /** Whether negative values among the k are set to 0. */
      relu: boolean
    }
  /**
   * Fires if (a − c) · W_enc[:, f] + gateBias[f] > 0. The value is relu(pre), whose bias is that of the magnitude
   * path.
   */
  | {
      kind: 'gated'
      /** [F] */
      gateBias: Float32Array
    }

/** How rows are scaled to the scale that the set was trained on, and back. */
export type Normalisation =
  | { kind: 'none' }
  /** One factor for all rows (SAELens' expected_average_only_in, Llama Scope's dataset-wise norm). */
  | { kind: 'constant'; scale: number; unscale: number }
  /** To the length √D (SAELens' constant_norm_rescale). */
  | { kind: 'length'; restores: boolean }
  /** Centred, then divided by the sample's standard deviation + epsilon; scaled back by the deviation alone. */
  | { kind: 'layer_norm'; epsilon: number; restores: boolean }

/** Claims of the files about the set. No number depends on them. Null if the files do not say. */
export interface Claims {
  /** As the library names it: jumprelu, BatchTopKSAE … */
  architecture: string | null
  model: string | null
  /** The hook's or module's name as it is in the files. */
  hook: string | null
  hookOut: string | null
  dataset: string | null
  contextSize: number | null
  prependBos: boolean | null
  /** model/source of Neuronpedia. */
  neuronpedia: string | null
  /** Features that fire per token. */
  l0: number | null
  /** Share of the variance that is explained, up to 1. */
  varianceExplained: number | null
  /** Share of features that never fired. */
  dead: number | null
}

export interface FeatureSet {
  /** Neuronpedia's source id: 6-res-jb. */
  id: string
  format: FormatName
  /** The file or folder that it was opened from, absolute. */
  path: string
  /** The site that it reads. */
  site: Site
  /** The site that a transcoder writes; null for an autoencoder, which writes the site that it reads. */
  writes: Site | null
  D: number
  E: number
  F: number
  /** 'out,in' is [F, D], 'in,out' [D, F], as stored in the file. */
  encoder: WeightRef
  /** 'out,in' is [E, F], 'in,out' [F, E], as stored in the file. */
  decoder: WeightRef
  /** [F]; null where all are 1. */
  encoderScale: Float32Array | null
  /** [F] */
  encoderBias: Float32Array
  /** [F]; null where all are 1. */
  decoderScale: Float32Array | null
  /** [E] */
  decoderBias: Float32Array
  subtractsDecoderBias: boolean
  activation: Activation
  normalisation: Normalisation
  /** A transcoder's linear path, which takes the row before normalisation: 'out,in' is [E, D]. */
  skip: WeightRef | null
  /** sha256 (hex) of the weights and of everything that changes a number. */
  hash: string
  claims: Claims
}

/**
 * [indices.length, D]: the vectors whose product with a normalised row gives the pre-activation, encoderScale
 * included.
 */
export async function encoderRows(
  set: FeatureSet,
  indices: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  checkIndices(set, indices)
  const rows = await readSlices(set.encoder, set.encoder.orientation === 'out,in' ? 0 : 1, indices, signal)
  return scaleRows(rows, set.D, indices, set.encoderScale)
}

/**
 * [indices.length, E]: what an activation of 1 adds to the reconstructed row before `unscale`, decoderScale included.
 */
export async function decoderRows(
  set: FeatureSet,
  indices: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  checkIndices(set, indices)
  const rows = await readSlices(set.decoder, set.decoder.orientation === 'in,out' ? 0 : 1, indices, signal)
  return scaleRows(rows, set.E, indices, set.decoderScale)
}

/**
 * [indices.length]: the constant part of a pre-activation, beside its product with the normalised row: b_enc −
 * b_dec·W_enc (gated: b_mag − b_dec·W_enc·exp(r_mag)). `rows`: the features' `encoderRows`, if they were already
 * read.
 */
export async function constantTerms(
  set: FeatureSet,
  indices: readonly number[],
  rows?: Float32Array,
): Promise<Float64Array> {
  const encoder = set.subtractsDecoderBias ? (rows ?? (await encoderRows(set, indices))) : null
  return Float64Array.from(indices, (feature, i) => {
    let term = set.encoderBias[feature]!
    if (encoder !== null) for (let d = 0; d < set.D; d++) term -= set.decoderBias[d]! * encoder[i * set.D + d]!
    return term
  })
}

/** The skip [E, D], row-major; null without one. */
export async function skipMatrix({ skip, D, E }: FeatureSet): Promise<Float32Array | null> {
  if (skip === null) return null
  const values = await readWeight(skip)
  if (skip.orientation === 'out,in') return values
  const turned = new Float32Array(values.length)
  for (let d = 0; d < D; d++) for (let e = 0; e < E; e++) turned[e * D + d] = values[d * E + e]!
  return turned
}

function scaleRows(
  rows: Float32Array,
  width: number,
  indices: readonly number[],
  scale: Float32Array | null,
): Float32Array {
  if (scale === null) return rows
  indices.forEach((feature, i) => {
    for (let at = i * width; at < (i + 1) * width; at++) rows[at]! *= scale[feature]!
  })
  return rows
}

function checkIndices({ id, F }: FeatureSet, indices: readonly number[]): void {
  const wrong = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= F)
  if (wrong !== undefined)
    throw new RangeError(`Feature ${wrong} of ${id} was asked for; it has features 0 to ${F - 1}`)
}
