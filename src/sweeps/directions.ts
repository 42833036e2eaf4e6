/**
 * Facts about features that do not depend on a dataset: which tokens a feature's decoder direction promotes and
 * suppresses, and which other features have a similar direction. Features are processed in blocks, so nothing here is
 * F² or F × V large.
 *
 * Logits: the direction that an activation of 1 adds to the residual stream, centred if the final norm centres, times
 * the final norm's gain, times the unembedding. The norm's scale depends on the stream and is left out, and so is its
 * bias. So an activation f, where the norm divides by s, changes a logit by f / s times the number here, before a
 * soft cap. A constant factor by which a set scales its reconstruction is included; a factor that depends on the row
 * is not.
 */
import { float32 } from '../tensor/ops.ts'
import type { Passes } from '../depass/passes.ts'
import { decoderRows, type FeatureSet } from '../features/feature-set.ts'
import { decoderNorms } from '../features/row-blocks.ts'
import { loadNorm, type LoadedModel } from '../model/loaded.ts'
import { LargestNumbers } from './largest.ts'

/** How many logits and neighbours are kept. */
export const LISTED = 10
export const LOGIT_BINS = 50

/** Features at once: bounds the logits held, [64, V]. */
const BLOCK = 64

export interface FeatureDirection {
  feature: number
  /** Null if the set does not write to the residual stream. */
  logits: {
    /** Best first, and lowest first. */
    top: { token: number; logit: number }[]
    bottom: { token: number; logit: number }[]
    /** Counts of all V logits in LOGIT_BINS bins of equal width from low to high. */
    bins: Uint32Array
    low: number
    high: number
  } | null
  /**
   * Nearest first. A feature without a direction (its decoder row is zero) has no neighbours and is nobody's
   * neighbour.
   */
  neighbours: { feature: number; cosine: number }[]
}

/** In the order of features from `first` on, in blocks. */
export async function* directionsOf(
  set: FeatureSet,
  passes: Passes,
  { first = 0, signal }: { first?: number; signal?: AbortSignal } = {},
): AsyncGenerator<FeatureDirection[]> {
  const toStream = await streamMap(set, passes)
  const lengths = await decoderNorms(set.decoder, set.F, signal)
  for (let from = first; from < set.F; from += BLOCK) {
    signal?.throwIfAborted()
    const features = Array.from({ length: Math.min(BLOCK, set.F - from) }, (_, i) => from + i)
    const rows = await decoderRows(set, features, signal)
    const neighbours = await nearest(set, features, rows, lengths, passes)
    const logits = toStream === null ? null : await logitsOf(toStream(rows), passes)
    yield features.map((feature, i) => ({ feature, logits: logits?.[i] ?? null, neighbours: neighbours[i]! }))
  }
}

/**
 * Decoder rows [n, E] → what they add to the final norm's output, without the norm's scale [n, D]; null if they add
 * nothing.
 */
async function streamMap(
  set: FeatureSet,
  { model, programs }: Passes,
): Promise<((rows: Float32Array) => Float32Array) | null> {
  const { config } = model
  const { layer, name } = set.writes ?? set.site
  if (name === 'mlp_in' || name === 'mlp_normalized') return null
  const isAttention = name === 'z' || name === 'attn_out_raw'
  const projection = name === 'z' ? await programs.outputProjection(layer) : null
  const behind =
    isAttention || name === 'mlp_out_raw'
      ? await loadNorm(model, layer, isAttention ? 'postAttention' : 'postMlp')
      : null
  const folds: ArrayLike<number>[] = [...(behind === null ? [] : [behind.gain]), finalGainOf(model)]
  const centres = config.norm.kind === 'layer'
  const unscale = set.normalisation.kind === 'constant' ? set.normalisation.unscale : 1
  return (rows) => {
    const count = rows.length / set.E
    const mapped = new Float32Array(count * config.D)
    for (let i = 0; i < count; i++) {
      let row: Float64Array = Float64Array.from(rows.subarray(i * set.E, (i + 1) * set.E), (value) => value * unscale)
      if (projection !== null) row = timesMatrix(row, projection, config.D)
      for (const gain of folds) {
        const mean = centres ? row.reduce((sum, value) => sum + value, 0) / row.length : 0
        row = row.map((value, d) => (value - mean) * gain[d]!)
      }
      mapped.set(row, i * config.D)
    }
    return mapped
  }
}

const finalGainOf = ({ config, finalGain }: LoadedModel): Float64Array =>
  Float64Array.from(finalGain, (value) => value + config.norm.gainOffset)

function timesMatrix(row: Float64Array, matrix: Float32Array, width: number): Float64Array {
  const total = new Float64Array(width)
  for (let k = 0; k < row.length; k++) for (let d = 0; d < width; d++) total[d]! += row[k]! * matrix[k * width + d]!
  return total
}

/** The logits of `rows` [n, D], which are in the form that the unembedding reads. */
async function logitsOf(rows: Float32Array, passes: Passes): Promise<NonNullable<FeatureDirection['logits']>[]> {
  const { D, V } = passes.model.config
  const count = rows.length / D
  const { logits } = await passes.exclusively(async () => {
    const executable = await passes.programs.unembed()
    return executable.run({ rows: float32(rows, [count, D]) })
  })
  const all = logits!.data as Float32Array
  const [top, bottom] = [new LargestNumbers(LISTED), new LargestNumbers(LISTED)]
  return Array.from({ length: count }, (_, i) => {
    const values = all.subarray(i * V, (i + 1) * V)
    top.clear()
    bottom.clear()
    for (let token = 0; token < V; token++) {
      const value = values[token]!
      if (top.wants(value)) top.add(value, token)
      if (bottom.wants(-value)) bottom.add(-value, token)
    }
    const named = (found: LargestNumbers) => found.list().map(({ index }) => ({ token: index, logit: values[index]! }))
    const [high, low] = [named(top)[0]!.logit, named(bottom)[0]!.logit]
    const bins = new Uint32Array(LOGIT_BINS)
    const scale = high > low ? LOGIT_BINS / (high - low) : 0
    for (let token = 0; token < V; token++)
      bins[Math.min(LOGIT_BINS - 1, Math.floor((values[token]! - low) * scale))]! += 1
    return { top: named(top), bottom: named(bottom), bins, low, high }
  })
}

/**
 * `lengths` [F]: the norms of the decoder's rows as stored. A scale of a row can only change the sign of its cosines.
 */
async function nearest(
  set: FeatureSet,
  features: readonly number[],
  rows: Float32Array,
  lengths: Float64Array,
  passes: Passes,
): Promise<FeatureDirection['neighbours'][]> {
  const products = await passes.exclusively(() => passes.programs.decoderProducts(set, rows))
  const inverse = Float64Array.from(lengths, (length, f) =>
    length === 0 ? 0 : Math.sign(set.decoderScale?.[f] ?? 1) / length,
  )
  const found = new LargestNumbers(LISTED)
  return features.map((feature, i) => {
    found.clear()
    const own = rows.subarray(i * set.E, (i + 1) * set.E)
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (length === 0) return []
    for (let f = 0; f < set.F; f++) {
      const cosine = products[i * set.F + f]! * inverse[f]!
      if (f !== feature && inverse[f] !== 0 && found.wants(cosine)) found.add(cosine, f)
    }
    return found.list().map(({ index, value }) => ({ feature: index, cosine: value / length }))
  })
}
