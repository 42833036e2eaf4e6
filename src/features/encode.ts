/**
 * A feature set applied to given rows on the host, in float64: the definition in feature-set.ts, step by step. The
 * engines' program is tested against it, and it is fast enough for a few positions. Matrices are read from their files
 * block by block.
 */
import { activate } from './activate.ts'
import { decoderRows, type FeatureSet, skipMatrix } from './feature-set.ts'
import { rowBlocks } from './row-blocks.ts'
import { type RowScales, rowScales } from './row-scale.ts'

/** The encoding of T rows. */
export interface Encoded {
  /** [T, F]: before the activation rule; in a gated set, of the magnitude path. */
  preActivations: Float64Array
  /** [T, F] */
  activations: Float64Array
  scales: RowScales
}

/** How many decoder rows are held at once during reconstruction. */
const ROWS_AT_ONCE = 4096

/** x: [T, D], row-major, vectors at the set's site. */
export async function encode(set: FeatureSet, x: ArrayLike<number>, signal?: AbortSignal): Promise<Encoded> {
  checkWidth(set, x)
  const scales = rowScales(set, x)
  const products = await encoderProducts(set, normalised(set, x, scales), signal)
  const preActivations = products.map((product, at) => {
    const f = at % set.F
    return (set.encoderScale?.[f] ?? 1) * product + set.encoderBias[f]!
  })
  return { preActivations, activations: activate(set, preActivations, products), scales }
}

/** [T, E]: the reconstruction from the activations, for rows x [T, D] with the scales that `encode` found. */
export async function reconstruct(
  set: FeatureSet,
  x: ArrayLike<number>,
  { activations, scales }: Pick<Encoded, 'activations' | 'scales'>,
  signal?: AbortSignal,
): Promise<Float64Array> {
  checkWidth(set, x)
  const { E } = set
  const rebuilt = await decoderProducts(set, activations, signal)
  const skip = await skipMatrix(set)
  for (let t = 0; t < rebuilt.length / E; t++) {
    for (let e = 0; e < E; e++) {
      const at = t * E + e
      rebuilt[at] = (rebuilt[at]! + set.decoderBias[e]!) * scales.unscale[t]! + scales.restored[t]!
      if (skip !== null) for (let d = 0; d < set.D; d++) rebuilt[at]! += skip[e * set.D + d]! * x[t * set.D + d]!
    }
  }
  return rebuilt
}

/** a − c [T, D]: what the encoder's matrix multiplies. */
function normalised(set: FeatureSet, x: ArrayLike<number>, { mean, scale }: RowScales): Float64Array {
  return Float64Array.from({ length: x.length }, (_, at) => {
    const t = Math.floor(at / set.D)
    const value = (x[at]! - mean[t]!) * scale[t]!
    return set.subtractsDecoderBias ? value - set.decoderBias[at % set.D]! : value
  })
}

/** rows [T, D] · W_enc → [T, F] */
async function encoderProducts(
  { encoder, D, F }: FeatureSet,
  rows: Float64Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const T = rows.length / D
  const products = new Float64Array(T * F)
  for await (const { first, count, values } of rowBlocks(encoder, signal)) {
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < count; i++) {
        if (encoder.orientation === 'out,in') products[t * F + first + i] = dot(rows, t * D, values, i * D, D)
        else addMultiple(products, t * F, rows[t * D + first + i]!, values, i * F, F)
      }
    }
  }
  return products
}

/** (activations ⊙ decoderScale) [T, F] · W_dec → [T, E] */
async function decoderProducts(
  set: FeatureSet,
  activations: Float64Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { decoder, decoderScale, E, F } = set
  const T = activations.length / F
  const products = new Float64Array(T * E)
  const active = Array.from({ length: F }, (_, f) => f).filter((f) => firesAnywhere(activations, f, F))
  if (decoder.orientation === 'in,out') {
    for (let from = 0; from < active.length; from += ROWS_AT_ONCE) {
      const features = active.slice(from, from + ROWS_AT_ONCE)
      const rows = await decoderRows(set, features, signal)
      for (let t = 0; t < T; t++)
        features.forEach((f, i) => addMultiple(products, t * E, activations[t * F + f]!, rows, i * E, E))
    }
    return products
  }
  for await (const { first, count, values } of rowBlocks(decoder, signal)) {
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < count; i++) {
        for (const f of active) {
          products[t * E + first + i]! += activations[t * F + f]! * (decoderScale?.[f] ?? 1) * values[i * F + f]!
        }
      }
    }
  }
  return products
}

function firesAnywhere(activations: Float64Array, feature: number, F: number): boolean {
  for (let at = feature; at < activations.length; at += F) if (activations[at] !== 0) return true
  return false
}

function dot(a: Float64Array, aFrom: number, b: Float32Array, bFrom: number, length: number): number {
  let total = 0
  for (let i = 0; i < length; i++) total += a[aFrom + i]! * b[bFrom + i]!
  return total
}

function addMultiple(
  to: Float64Array,
  toFrom: number,
  factor: number,
  from: Float32Array,
  fromFrom: number,
  length: number,
): void {
  if (factor === 0) return
  for (let i = 0; i < length; i++) to[toFrom + i]! += factor * from[fromFrom + i]!
}

function checkWidth({ id, D }: FeatureSet, x: ArrayLike<number>): void {
  if (x.length % D !== 0) throw new RangeError(`${id} reads rows of ${D} numbers; ${x.length} numbers were given`)
}
