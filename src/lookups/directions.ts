/** Directions of features: as numbers, and which of them are alike, within one set or between two. */
import type { Passes } from '../depass/passes.ts'
import { UserError } from '../errors.ts'
import { constantTerms, decoderRows, encoderRows, type FeatureSet } from '../features/feature-set.ts'
import { decoderNorms } from '../features/row-blocks.ts'
import type { Comparison, Nearest, Vectors } from './answer.ts'

/** A feature of an open set. */
export interface OpenFeature {
  set: FeatureSet
  index: number
}

export const directionOf = ({ set, index }: OpenFeature): Promise<Float32Array> => decoderRows(set, [index])

/** The vectors that a feature reads [D] and writes [E], including the set's own factors. */
export async function vectorsOf({ set, index }: OpenFeature): Promise<Vectors> {
  const encoder = await encoderRows(set, [index])
  const [constant] = await constantTerms(set, [index], encoder)
  return { encoder: [...encoder], decoder: [...(await directionOf({ set, index }))], constant: constant! }
}

/**
 * The features of the set whose decoder rows have the largest cosine with `direction` [E], nearest first. A feature with a
 * decoder row of zeros is never listed. Refuses (BAD_INPUT) a direction of another width, or of length zero.
 */
export async function nearestTo(
  set: FeatureSet, direction: Float32Array, first: number, passes: Passes, signal?: AbortSignal,
): Promise<Nearest> {
  if (direction.length !== set.E) {
    throw new UserError('BAD_INPUT', `The direction has ${direction.length} numbers, and ${set.id} writes vectors of ${set.E}; give as many.`)
  }
  const length = norm(direction)
  if (!(length > 0) || !Number.isFinite(length)) throw new UserError('BAD_INPUT', 'The direction has no length; give numbers that are finite and not all 0.')
  const lengths = await decoderNorms(set.decoder, set.F, signal)
  const products = await passes.exclusively(() => passes.programs.decoderProducts(set, direction))
  const cosines = Float64Array.from(lengths, (own, f) => (own === 0 ? NaN : (Math.sign(set.decoderScale?.[f] ?? 1) * products[f]!) / (own * length)))
  const features = Array.from({ length: set.F }, (_, f) => f)
    .filter((f) => !Number.isNaN(cosines[f]!))
    .sort((a, b) => cosines[b]! - cosines[a]! || a - b)
    .slice(0, first)
  return { features, cosines: features.map((f) => cosines[f]!) }
}

export async function compare(a: OpenFeature, b: OpenFeature): Promise<Comparison> {
  const cosineOf = async (rows: (set: FeatureSet, indices: readonly number[]) => Promise<Float32Array>) =>
    cosine(await rows(a.set, [a.index]), await rows(b.set, [b.index]))
  return { decoderCosine: await cosineOf(decoderRows), encoderCosine: await cosineOf(encoderRows) }
}

const norm = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))

function cosine(a: Float32Array, b: Float32Array): number | null {
  const lengths = norm(a) * norm(b)
  if (a.length !== b.length || lengths === 0) return null
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / lengths
}
