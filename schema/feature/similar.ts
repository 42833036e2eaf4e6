/** Features whose directions are alike: a search by direction, and two features side by side. */
import { UserError } from '../../src/errors.ts'
import { MOST_NEAREST } from '../../src/lookups/question.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { type FeatureKey, featureLoader, featureSetLoader, requireSet } from '../loaders/features.ts'
import { type ComparedKey, sharedPlacesLoader } from '../loaders/shared-places.ts'
import { statisticsLoader, sweepOf } from '../loaders/feature-statistics.ts'
import { lookUp } from '../loaders/lookups.ts'
import { FeatureExample } from './example.ts'
import { Feature, findFeatures } from './feature-ref.ts'
import { FeatureNeighbour } from './feature.ts'
import { readFeatureName } from './names.ts'
import { requireListSize } from './sizes.ts'
import { DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from './activations.ts'

/** A matrix is read from its file, and multiplied once. */
const COMPUTATION = 100
const MOST_SHARED = 20

const FeatureDirectionInput = builder.inputType('FeatureDirectionInput', {
  description: 'A direction of the space that features write to, exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    feature: t.string({ description: 'The decoder row of this feature, of whatever set: model/source/index.' }),
    vector: t.floatList({ ...entries(NUMBER_COST), description: 'As many numbers as the set writes.' }),
  }),
})

const timeout = {
  required: true, defaultValue: DEFAULT_WAIT_MS, validate: { min: 0, max: LONGEST_WAIT_MS },
  description: 'How long to wait for the computation, in milliseconds.',
} as const

export async function requireFeature(context: Context, name: string): Promise<FeatureKey> {
  const [found] = await findFeatures(context, [readFeatureName(name)])
  if (found) return found
  throw new UserError('NOT_FOUND', `There is no feature ${name} here; \`featureSets\` lists the sets there are.`)
}

const hashed = async (context: Context, { setId, index }: FeatureKey) => ({ set: (await featureSetLoader(context).load(setId)).hash, index })

interface ComparisonShape {
  a: FeatureKey
  b: FeatureKey
  timeoutMs: number
}

async function cosines(context: Context, { a, b, timeoutMs }: ComparisonShape) {
  const [first, second] = [await featureSetLoader(context).load(a.setId), await featureSetLoader(context).load(b.setId)]
  const elements = first.width + second.width
  const question = { type: 'compare', a: await hashed(context, a), b: await hashed(context, b) } as const
  return lookUp(context, { modelId: first.modelId, question, elements, timeoutMs })
}

/**
 * The share of one feature's firings in the sample at which the other fires, if it is listed. Sweeps count only pairs
 * of one set.
 */
async function firingShare(context: Context, of: FeatureKey, other: FeatureKey): Promise<number | null> {
  if (of.setId !== other.setId) return null
  const sweep = await sweepOf(context, of.setId, null)
  const row = sweep && (await statisticsLoader(context).load({ ...of, sweepId: sweep.id }))
  const at = row?.coFiring.indexOf(other.index) ?? -1
  return at < 0 ? null : (row?.coFiringShare[at] ?? null)
}

const shared = (a: readonly string[], b: readonly string[]) => a.filter((each) => b.includes(each))

const FeatureComparison = builder.objectRef<ComparisonShape>('FeatureComparison').implement({
  description: 'Two features side by side.',
  fields: (t) => ({
    a: t.expose('a', { type: Feature, description: 'The one.' }),
    b: t.expose('b', { type: Feature, description: 'The other.' }),
    decoderCosine: t.float({
      nullable: true,
      description: 'The cosine of what they write; null where their vectors have different widths, or one has no direction.',
      complexity: COMPUTATION,
      resolve: async (shape, _args, context) => (await cosines(context, shape)).decoderCosine,
    }),
    encoderCosine: t.float({
      nullable: true,
      description: 'The cosine of what they read; null as `decoderCosine` is.',
      complexity: COMPUTATION,
      resolve: async (shape, _args, context) => (await cosines(context, shape)).encoderCosine,
    }),
    bWhereA: t.float({
      nullable: true,
      description: 'The share of the firings of `a` at which `b` fires, on a sample; null where `b` is not among those that fire most often with it.',
      resolve: ({ a, b }, _args, context) => firingShare(context, a, b),
    }),
    aWhereB: t.float({
      nullable: true,
      description: 'The share of the firings of `b` at which `a` fires; null as `bWhereA` is.',
      resolve: ({ a, b }, _args, context) => firingShare(context, b, a),
    }),
    sharedTop: t.stringList({
      description: 'Tokens that both raise most, in the order of `a`.',
      complexity: 1,
      resolve: async ({ a, b }, _args, context) => {
        const [first, second] = await Promise.all([a, b].map((key) => featureLoader(context).load(key)))
        return shared(first!.topTexts, second!.topTexts)
      },
    }),
    sharedBottom: t.stringList({
      description: 'Tokens that both lower most, in the order of `a`.',
      complexity: 1,
      resolve: async ({ a, b }, _args, context) => {
        const [first, second] = await Promise.all([a, b].map((key) => featureLoader(context).load(key)))
        return shared(first!.bottomTexts, second!.bottomTexts)
      },
    }),
    sharedExamples: t.field({
      type: [FeatureExample],
      description: 'Examples of `a` at places where `b` has an example, too, the strongest first.',
      args: { first: t.arg.int({ required: true, defaultValue: 5, description: `How many, 1 to ${MOST_SHARED}.` }) },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.max(1, first) }),
      resolve: async ({ a, b }, { first }, context) => {
        const key: ComparedKey = { a, b }
        return (await sharedPlacesLoader(context).load(key)).slice(0, requireListSize('examples', first, MOST_SHARED))
      },
    }),
  }),
})

builder.queryFields((t) => ({
  nearestFeatures: t.field({
    type: [FeatureNeighbour],
    nullable: true,
    description: 'The features of a set whose decoder direction is nearest to a direction. Computed by a worker. Null only with an error.',
    args: {
      model: t.arg.string({ required: true, description: 'The slug or hash of the model.' }),
      source: t.arg.string({ required: true, description: 'The feature set that is searched, e.g. `6-res-jb`.' }),
      to: t.arg({ type: FeatureDirectionInput, required: true, description: 'The direction.' }),
      first: t.arg.int({ required: true, defaultValue: 10, description: `How many, 1 to ${MOST_NEAREST}.` }),
      timeoutMs: t.arg.int(timeout),
    },
    complexity: ({ first }) => ({ field: COMPUTATION, multiplier: Math.max(1, first) }),
    extensions: { scope: 'compute' },
    resolve: async (_root, { model, source, to, first, timeoutMs }, context) => {
      const set = await requireSet(context, { model, source })
      const direction = to.feature != null ? await hashed(context, await requireFeature(context, to.feature)) : [...(to.vector ?? [])]
      const question = { type: 'nearest', set: set.hash, direction, first: requireListSize('features', first, MOST_NEAREST) } as const
      const { features, cosines: found } = await lookUp(context, { modelId: set.modelId, question, elements: set.writtenWidth * set.featureCount, timeoutMs })
      return features.map((index, i) => ({ feature: { setId: set.id, index }, cosine: found[i]! }))
    },
  }),
  compareFeatures: t.field({
    type: FeatureComparison,
    nullable: true,
    description: 'Two features side by side, of one set or of two. Null only with an error.',
    args: {
      a: t.arg.string({ required: true, description: 'model/source/index' }),
      b: t.arg.string({ required: true, description: 'model/source/index' }),
      timeoutMs: t.arg.int(timeout),
    },
    extensions: { scope: 'compute' },
    resolve: async (_root, { a, b, timeoutMs }, context) => {
      const [first, second] = await Promise.all([requireFeature(context, a), requireFeature(context, b)])
      return { a: first, b: second, timeoutMs }
    },
  }),
}))
