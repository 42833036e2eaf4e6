/**
 * The feature partition: a feature set at one site, as sources. At every position the site's vector is split into the
 * features that fire there, what the set does not reconstruct, and what it adds whether or not a feature fires. If the site
 * is a part of the stream, the rest of the stream is one more component. A plain pass finds which features fire
 * (`discover`).
 *
 * Component order: features by (position, index), REST by position, errors by position, skips by position, STREAM,
 * SAE_BIAS. N positions, D residual width, F features, E width of the vectors that the set writes.
 */
import { z } from 'zod'
import { decoderRows, skipMatrix, type FeatureSet } from '../../features/feature-set.ts'
import { rowScales } from '../../features/row-scale.ts'
import { formatSite, sameSite, siteSchema, type Site } from '../../features/site.ts'
import { UserError } from '../../errors.ts'
import { once, type SplitComponent } from './component.ts'
import { liftOf, type Lift } from './feature-lift.ts'
import { fillOutputBias } from './head.ts'
import type { DiscoverContext, PartitionKindOf } from './kind.ts'
import type { AttentionSplit, InputSplit, MlpSplit, Split, SplitContext } from './split.ts'

/**
 * How many features are split out by default. With thousands of components the softmax of eq. 14 goes flat, and scores
 * agree less with the effect of ablating a feature (docs/decisions.md has the measurement).
 */
export const DEFAULT_FEATURES = 64
/** More than a person reads or a pass can carry. */
export const MAX_FEATURES = 100_000

const index = z.number().int().nonnegative()
const schema = z.strictObject({
  by: z.literal('feature'),
  /** The hash of the feature set. */
  set: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where the stream is split: the site that the set writes. */
  site: siteSchema,
  /** One component for each (position, feature), or one for each feature, carried over all positions as a unit. */
  per: z.enum(['position', 'feature']),
  /** At most this many are split out: those with the largest |activation| · ‖decoder row‖. The others are REST. */
  budget: z.number().int().min(1).max(MAX_FEATURES),
  /** Only these features, ascending; absent for all that fire. */
  features: z.array(index).min(1).optional(),
})
export type FeaturePartition = z.infer<typeof schema>

const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

export const featureKind: PartitionKindOf<FeaturePartition> = {
  schema,
  description: 'one component per feature of a feature set that fires, and what the set leaves over',
  options: ['sae', 'features', 'budget', 'per'],
  resolve({ by, layer, sae, features, budget: asked, per }) {
    if (!sae) return refuse('A split by feature needs a feature set; name one.')
    if (layer != null) refuse(`A split by ${by} is made where its feature set writes; leave the layer out.`)
    const named = typeof features === 'object' && features !== null ? [...new Set(features)].sort((a, b) => a - b) : undefined
    if (named?.length === 0) refuse('The list of features is empty; name at least one, or leave it out for all that fire.')
    const stray = named?.find((feature) => !Number.isInteger(feature) || feature < 0 || feature >= sae.features)
    if (stray !== undefined) refuse(`Feature ${stray} was asked for; ${sae.name} has the features 0 to ${sae.features - 1}.`)
    const site = sae.writes ?? sae.site
    if (asked != null && named === undefined) refuse('The places of named features were counted, but none is named; give the count of features alone.')
    // Of features that are named none is left out; at single positions the strongest places are split out, as without names.
    const byDefault = per === 'feature' ? Math.max(DEFAULT_FEATURES, named?.length ?? 0) : DEFAULT_FEATURES
    const budget = asked ?? (typeof features === 'number' ? features : byDefault)
    if (!Number.isInteger(budget) || budget < 1 || budget > MAX_FEATURES)
      refuse(`${budget} features were asked for; expected a whole number from 1 to ${MAX_FEATURES}.`)
    return {
      partition: { by: 'feature', set: sae.hash, site, per: per ?? 'position', budget, ...(named && { features: named }) },
      groupLabels: null,
    }
  },
  check({ site }, model) {
    if (site.name === 'mlp_in' || site.name === 'mlp_normalized')
      refuse(`The set reads ${formatSite(site)}, which is no part of the stream; its features can be targets, not sources.`)
    if (site.layer >= model.layers)
      refuse(`The feature set belongs to layer ${site.layer}; ${model.name} has the layers 0 to ${model.layers - 1}.`)
  },
  begins: ({ site }) => beginningAt(site),
  splits(partition, context) {
    // The upper bound: as many of every kind as there can be, with the features spread over the positions.
    const { N } = context
    const most = Math.min(partition.budget, (partition.features?.length ?? Infinity) * (partition.per === 'position' ? N : 1))
    const features = Array.from({ length: most }, (_, k): SplitComponent => {
      const position = Math.floor((k * N) / most)
      return { kind: 'feature', index: k, position, layer: partition.site.layer, first: position }
    })
    const others = leftOver(partition.site, N, { rest: true, skip: true })
    return [emptySplit(partition.site, [...features, ...others], context)]
  },
  vectorField: null,
  discover: async (partition, context) => [(await discoverFeatures(partition, context)).split],
}

/**
 * What people should know about a split into named features that has no room for all of them; null where it has. What fires
 * beyond the budget is not counted in a result, so it cannot be told how many there are. `count`: the components that are features.
 */
export function warnOfBudget({ per, budget, features }: Pick<FeaturePartition, 'per' | 'budget' | 'features'>, count: number): string | null {
  if (features === undefined || count < budget) return null
  if (per === 'feature') {
    return features.length <= budget ? null : `Of the ${features.length} named features, the ${budget} strongest that fire are split out; others, if more fire, are in the rest. Ask for more with --features N (GraphQL: budget).`
  }
  return `The named features are split out at the ${budget} places where they fire most strongly; other places, if they fire at more, are in the rest. ` +
    'Ask for more with --features N (GraphQL: budget), or for one component a feature with --per feature.'
}

/** The step of the sweep at which a site's vector is available to be split. */
function beginningAt({ layer, name }: Site): { at: Split['at']; layer: number } {
  if (name === 'resid_pre') return { at: 'input', layer }
  if (name === 'resid_post') return { at: 'input', layer: layer + 1 }
  return { at: name === 'mlp_out' || name === 'mlp_out_raw' ? 'mlp' : 'attention', layer }
}

const isWholeStream = ({ name }: Site) => name === 'resid_pre' || name === 'resid_post' || name === 'resid_mid'

/** The components beside the features. */
function leftOver(site: Site, N: number, has: { rest: boolean; skip: boolean }): SplitComponent[] {
  const { layer } = site
  const perPosition = (kind: SplitComponent['kind']) =>
    Array.from({ length: N }, (_, i): SplitComponent => ({ kind, index: i, position: i, layer, first: i }))
  return [
    ...(has.rest ? perPosition('rest') : []),
    ...perPosition('error'),
    ...(has.skip ? perPosition('skip') : []),
    ...(isWholeStream(site) ? [] : [once('stream', layer)]),
    once('sae_bias', layer),
  ]
}

/** A feature that fires at a position. */
export interface ActiveFeature {
  position: number
  feature: number
  activation: number
  /** |activation| · ‖decoder row‖, with the row denormalised. */
  strength: number
  /** [E]: what it adds to the site's vector. */
  row: Float32Array
}

/** Runs the model up to the site, encodes the vectors there, and makes the split into the features that fire. */
export async function discoverFeatures(partition: FeaturePartition, context: DiscoverContext): Promise<{
  split: Split
  /** The features that are components of the split, in their order (by position, then by index). */
  chosen: readonly ActiveFeature[]
}> {
  const { sets } = context
  const set = await sets.find(partition.set)
  if (!sameSite(set.writes ?? set.site, partition.site))
    refuse(`The feature set ${set.id} writes ${formatSite(set.writes ?? set.site)}, and ${formatSite(partition.site)} was asked for.`)
  const { lift, needs } = liftOf(partition.site, context)
  const [x, ...around] = await context.read([set.site, ...needs])
  const scales = rowScales(set, x!)
  const activations = await context.encode(set, x!)
  const active = await activeFeatures(set, activations, scales.unscale, partition, context.signal)
  const chosen = choose(active, partition)
  const skip = await skipMatrix(set)
  const split = buildSplit(partition, context, {
    chosen,
    left: active.filter((each) => !chosen.includes(each)),
    bias: (position) => set.decoderBias.map((b) => b * scales.unscale[position]! + scales.restored[position]!),
    skip: skip && ((position) => matrixTimes(skip, x!.subarray(position * set.D, (position + 1) * set.D))),
    lift: await lift(around),
  })
  return { split, chosen }
}

async function activeFeatures(
  set: FeatureSet, activations: Float32Array, unscale: Float64Array, { features }: FeaturePartition, signal?: AbortSignal,
): Promise<ActiveFeature[]> {
  const wanted = features && new Set(features)
  const firing: { position: number; feature: number; activation: number }[] = []
  activations.forEach((activation, at) => {
    if (activation !== 0) firing.push({ position: Math.floor(at / set.F), feature: at % set.F, activation })
  })
  // Features that are not asked for fire all the same: they are part of REST.
  const indices = [...new Set(firing.map(({ feature }) => feature))].sort((a, b) => a - b)
  const placeOf = new Map(indices.map((feature, place) => [feature, place]))
  const rows = await decoderRows(set, indices, signal)
  return firing.map(({ position, feature, activation }) => {
    const place = placeOf.get(feature)!
    const decoder = rows.subarray(place * set.E, (place + 1) * set.E)
    const factor = activation * unscale[position]!
    const row = decoder.map((value) => factor * value)
    const strength = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    return { position, feature, activation, strength: wanted === undefined || wanted.has(feature) ? strength : -1, row }
  })
}

/** The strongest, in component order. Ties go to the earlier position, then to the smaller index. */
function choose(active: readonly ActiveFeature[], { budget, per }: FeaturePartition): ActiveFeature[] {
  const candidates = active.filter(({ strength }) => strength >= 0)
  const byStrength = [...candidates].sort((a, b) => b.strength - a.strength || a.position - b.position || a.feature - b.feature)
  if (per === 'position') {
    const chosen = new Set(byStrength.slice(0, budget))
    return candidates.filter((each) => chosen.has(each))
  }
  const features = new Set<number>()
  for (const { feature } of byStrength) if (features.size < budget) features.add(feature)
  return candidates.filter(({ feature }) => features.has(feature))
}

interface Parts {
  chosen: readonly ActiveFeature[]
  left: readonly ActiveFeature[]
  /** [E] at a position. */
  bias(position: number): Float32Array
  skip: ((position: number) => Float32Array) | null
  lift: Lift
}

/** One component: its description, and its starting vectors by position. */
interface Part {
  component: SplitComponent
  at(position: number): Float64Array | null
}

function buildSplit(partition: FeaturePartition, context: SplitContext, parts: Parts): Split {
  const { site, per } = partition
  const { N } = context
  const { lift } = parts
  const own = (features: readonly ActiveFeature[], position: number) =>
    features.filter((each) => each.position === position).map(({ row }) => row)
  const featureParts: Part[] = per === 'position'
    ? parts.chosen.map(({ position, feature, row }) => ({
      component: { kind: 'feature', index: feature, position, layer: site.layer, first: position },
      at: (i) => (i === position ? lift(row, i) : null),
    }))
    : byFeature(parts.chosen).map(([feature, places]) => ({
      component: { kind: 'feature', index: feature, position: null, layer: site.layer, first: places[0]!.position },
      at: (i) => sumOf(own(places, i), (row) => lift(row, i)),
    }))
  const others = leftOver(site, N, { rest: parts.left.length > 0, skip: parts.skip !== null })
  const known: Part[] = [
    ...featureParts,
    ...others.filter(({ kind }) => kind !== 'error' && kind !== 'stream').map((component): Part => ({
      component,
      at: (i) => {
        if (component.kind === 'sae_bias') return lift(parts.bias(i), i)
        if (i !== component.index) return null
        return component.kind === 'rest' ? sumOf(own(parts.left, i), (row) => lift(row, i)) : lift(parts.skip!(i), i)
      },
    })),
  ]
  const components = [...featureParts.map(({ component }) => component), ...others]
  const partOf = new Map(known.map((part) => [part.component, part]))
  return splitAt(site, components, context, {
    exists(m, position) {
      const { kind, index: at } = components[m]!
      if (kind === 'stream' || kind === 'sae_bias') return true
      if (kind === 'feature') return (partOf.get(components[m]!)?.at(position) ?? null) !== null
      return at === position
    },
    // The error is the rest of the site's vector, so the parts sum to the vector whatever the set reconstructs.
    row(m, position, whole) {
      const part = partOf.get(components[m]!)
      if (part) return part.at(position)
      const left = Float64Array.from(whole)
      for (const { at } of known) at(position)?.forEach((value, d) => (left[d]! -= value))
      return left
    },
  })
}

interface Rows {
  exists(component: number, position: number): boolean
  /** A feature, REST, error, skip or SAE_BIAS, in the stream's space; `whole` [D] is the sum of all of them. */
  row(component: number, position: number, whole: ArrayLike<number>): Float64Array | null
}

/** The features in ascending order, each with the places where it fires. */
function byFeature(active: readonly ActiveFeature[]): [number, ActiveFeature[]][] {
  const places = new Map<number, ActiveFeature[]>()
  for (const each of active) places.set(each.feature, [...(places.get(each.feature) ?? []), each])
  return [...places].sort(([a], [b]) => a - b)
}

/** The split at the point of the layer where the site's vector is available. */
function splitAt(site: Site, components: readonly SplitComponent[], { config }: SplitContext, { exists, row }: Rows): Split {
  const { at, layer } = beginningAt(site)
  const base = { layer, components, exists }
  const isStream = (m: number) => components[m]!.kind === 'stream'
  const write = (into: Float32Array, values: Float64Array | null) => (values === null ? into.fill(0) : into.set(values))
  if (at === 'input') {
    const fill: InputSplit['fill'] = (m, position, x, into) => void write(into, row(m, position, x))
    return { ...base, at, startRows: components.length, fill }
  }
  if (at === 'attention') {
    const holdsBias = !isZ(site)
    const fill: AttentionSplit['fill'] = (m, outcome, into) => {
      const { entering, leaving, outputBias, position } = outcome
      // The output projection's bias is part of what a set reads at attention's output, but not of z.
      if (m >= components.length) return holdsBias ? void into.fill(0) : fillOutputBias(outcome, into)
      if (isStream(m)) return void into.set(entering)
      const whole = site.name === 'resid_mid' ? leaving : leaving.map((value, d) => value - entering[d]! - (holdsBias ? 0 : (outputBias?.[d] ?? 0)))
      write(into, row(m, position, whole))
    }
    return { ...base, at, fill }
  }
  const fill: MlpSplit['fill'] = ({ middle, output, position }, give) => {
    const whole = output.map((value, d) => value - middle[d]!)
    const into = new Float32Array(config.D)
    for (let m = 0; m < components.length; m++) {
      if (!exists(m, position)) continue
      if (isStream(m)) give(m, middle)
      else {
        write(into, row(m, position, whole))
        give(m, into)
      }
    }
  }
  return { ...base, at, fillsBias: false, fill }
}

const isZ = ({ name }: Site) => name === 'z'

/** For cost estimates: it has the components but no rows. */
function emptySplit(site: Site, components: readonly SplitComponent[], context: SplitContext): Split {
  const nothing: Rows = {
    exists: () => true,
    row() {
      throw new Error('features are split out only after they have been discovered')
    },
  }
  return splitAt(site, components, context, nothing)
}

function sumOf(rows: readonly Float32Array[], lift: (row: Float32Array) => Float64Array): Float64Array | null {
  if (rows.length === 0) return null
  const [first, ...others] = rows.map(lift)
  for (const other of others) other.forEach((value, d) => (first![d]! += value))
  return first!
}

/** matrix [E, D] · x [D] */
function matrixTimes(matrix: Float32Array, x: Float32Array): Float32Array {
  return Float32Array.from({ length: matrix.length / x.length }, (_, e) => {
    let total = 0
    for (let d = 0; d < x.length; d++) total += matrix[e * x.length + d]! * x[d]!
    return total
  })
}

