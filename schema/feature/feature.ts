/** One feature: what it is about, when it fires, why it fired and what it does. */
import { Attribution, AttributionConnection } from '../attribution/attribution.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { LARGEST_PAGE, pageCost } from '../cost.ts'
import { explanationsLoader } from '../loaders/feature-explanations.ts'
import {
  countAttributionsOf, type Effect, type FeatureOfSet, loadAttributionsOf, loadEffectsOf, NEWEST_FIRST, ofSet,
} from '../loaders/feature-attributions.ts'
import { featureLabelLoader, featureLoader, featureSetLoader, type FeatureKey } from '../loaders/features.ts'
import { statisticsLoader, sweepOf } from '../loaders/feature-statistics.ts'
import { pageOf } from '../paging/keyset.ts'
import { FeatureExplanation } from './explanation.ts'
import { Feature, featureName, findFeatures } from './feature-ref.ts'
import { FeatureSet } from './feature-set.ts'
import { readFeatureName } from './names.ts'
import { requireListSize } from './sizes.ts'
import { FeatureStatistics } from './statistics.ts'

interface LogitShape {
  tokenId: number
  text: string
  logit: number
}

const FeatureLogit = builder.objectRef<LogitShape>('FeatureLogit').implement({
  description: "What an activation of 1 does to a token's logit, before the final norm's scale.",
  fields: (t) => ({
    tokenId: t.exposeInt('tokenId', { description: 'Its number in the vocabulary.' }),
    text: t.exposeString('text', { description: 'Its text, with its leading space.' }),
    logit: t.exposeFloat('logit', { description: "How much it is raised; the final norm's gain is folded in, its scale is left out." }),
  }),
})

const logits = (tokens: number[], texts: string[], values: number[]): LogitShape[] =>
  tokens.map((tokenId, i) => ({ tokenId, text: texts[i] ?? '', logit: values[i] ?? 0 }))

const LogitHistogram = builder.objectRef<{ low: number; high: number; counts: number[] }>('LogitHistogram').implement({
  description: 'What an activation of 1 does to all logits, counted in bins of equal width.',
  fields: (t) => ({
    low: t.exposeFloat('low', { description: 'Where the first bin begins: the lowest.' }),
    high: t.exposeFloat('high', { description: 'Where the last bin ends: the highest.' }),
    counts: t.exposeIntList('counts', { description: 'Tokens in each bin.' }),
  }),
})

export const FeatureNeighbour = builder.objectRef<{ feature: FeatureKey; cosine: number }>('FeatureNeighbour').implement({
  description: 'A feature whose decoder direction is like that of another.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'It.' }),
    cosine: t.exposeFloat('cosine', { description: 'The cosine of their decoder directions.' }),
  }),
})

const FeatureEffect = builder.objectRef<Effect>('FeatureEffect').implement({
  description: 'What a feature contributed to the target of a stored attribution by feature.',
  fields: (t) => ({
    score: t.exposeFloat('score', { description: "Its share, in the target's unit. Negative where it works against." }),
    magnitude: t.exposeFloat('magnitude', { description: '|score|.' }),
    position: t.exposeInt('position', {
      nullable: true, description: 'The position at which it fired; null where it was carried over all positions as a unit.',
    }),
    attribution: t.field({
      type: Attribution,
      description: 'The attribution.',
      resolve: ({ resultId, key }) => ({ id: resultId, key }),
    }),
  }),
})

const ofFeature = async ({ setId, index }: FeatureKey, context: Context): Promise<FeatureOfSet> =>
  ofSet(await featureSetLoader(context).load(setId), index)

const MOST_EFFECTS = 100
const MOST_FEATURES = 1000
/** A list of at most ten, in one row with the feature itself. */
const LISTED = { field: 0, multiplier: 10 }

Feature.implement({
  description: 'One feature of a feature set. What datasets do with it is in `statistics`.',
  fields: (t) => ({
    name: t.string({ description: 'model/source/index', resolve: (key, _args, context) => featureName(key, context) }),
    set: t.field({
      type: FeatureSet,
      description: 'The set that it belongs to.',
      resolve: ({ setId }, _args, context) => featureSetLoader(context).load(setId),
    }),
    index: t.exposeInt('index', { description: 'Its number in the set, from 0.' }),
    label: t.string({
      nullable: true,
      description: 'Its best explanation: most votes, then highest score, then the first; null while there is none.',
      resolve: (key, _args, context) => featureLabelLoader(context).load(key),
    }),
    explanations: t.field({
      type: [FeatureExplanation],
      description: 'What it is said to be about, the best first.',
      resolve: (key, _args, context) => explanationsLoader(context).load(key),
    }),
    decoderNorm: t.float({
      nullable: true,
      description: 'Length of its decoder row; null where it was not computed.',
      resolve: async (key, _args, context) => (await featureLoader(context).load(key)).decoderNorm,
    }),
    topLogits: t.field({
      type: [FeatureLogit],
      description: 'The tokens whose logits it raises most, best first. Empty until computed, and for sets that write elsewhere.',
      complexity: LISTED,
      resolve: async (key, _args, context) => {
        const { topTokens, topTexts, topLogits } = await featureLoader(context).load(key)
        return logits(topTokens, topTexts, topLogits)
      },
    }),
    bottomLogits: t.field({
      type: [FeatureLogit],
      description: 'The tokens whose logits it lowers most, lowest first; empty as `topLogits` is.',
      complexity: LISTED,
      resolve: async (key, _args, context) => {
        const { bottomTokens, bottomTexts, bottomLogits } = await featureLoader(context).load(key)
        return logits(bottomTokens, bottomTexts, bottomLogits)
      },
    }),
    logitHistogram: t.field({
      type: LogitHistogram,
      nullable: true,
      description: 'All logits in bins; null where `topLogits` is empty.',
      complexity: 0,
      resolve: async (key, _args, context) => {
        const { logitLow: low, logitHigh: high, logitBins: counts } = await featureLoader(context).load(key)
        return low === null || high === null ? null : { low, high, counts }
      },
    }),
    neighbours: t.field({
      type: [FeatureNeighbour],
      description: 'The features of the set with the largest cosine to its decoder direction, nearest first.',
      complexity: LISTED,
      resolve: async (key, _args, context) => {
        const { neighbours, cosines } = await featureLoader(context).load(key)
        return neighbours.map((index, i) => ({ feature: { setId: key.setId, index }, cosine: cosines[i] ?? 0 }))
      },
    }),
    statistics: t.field({
      type: FeatureStatistics,
      nullable: true,
      description: 'What a dataset does with it; null where the set was not swept over it.',
      args: { dataset: t.arg.string({ description: 'The slug of the dataset; the one that was swept last when absent.' }) },
      resolve: async (key, { dataset }, context) => {
        const sweep = await sweepOf(context, key.setId, dataset)
        const row = sweep && (await statisticsLoader(context).load({ ...key, sweepId: sweep.id }))
        return row && { ...row, sweep }
      },
    }),
    attributions: t.connection(
      {
        type: Attribution,
        description: 'Why it fired: stored attributions that have it as their target, newest first.',
        complexity: pageCost,
        resolve: async (key, args, context) => {
          const feature = await ofFeature(key, context)
          return {
            ...pageOf(await loadAttributionsOf(context, feature, args), NEWEST_FIRST, args, LARGEST_PAGE),
            totalCount: () => countAttributionsOf(context, feature),
          }
        },
      },
      AttributionConnection,
    ),
    effects: t.field({
      type: [FeatureEffect],
      description: 'What it did: its contributions to the targets of stored attributions by feature, the largest first.',
      args: { first: t.arg.int({ required: true, defaultValue: 10, description: `How many, 1 to ${MOST_EFFECTS}.` }) },
      complexity: ({ first }) => ({ field: Math.max(1, first), multiplier: Math.max(1, first) }),
      resolve: async (key, { first }, context) =>
        loadEffectsOf(context, await ofFeature(key, context), requireListSize('effects', first, MOST_EFFECTS)),
    }),
  }),
})

builder.queryFields((t) => ({
  feature: t.field({
    type: Feature,
    nullable: true,
    description: 'The feature that is called model/source/index; null when there is none.',
    args: {
      model: t.arg.string({ required: true, description: 'The slug or hash of the model.' }),
      source: t.arg.string({ required: true, description: 'The feature set, e.g. `6-res-jb`.' }),
      index: t.arg.int({ required: true, description: 'Its number in the set, from 0.' }),
    },
    resolve: async (_root, name, context) => (await findFeatures(context, [name]))[0] ?? null,
  }),
  featuresByName: t.field({
    type: [Feature],
    nullable: { list: true, items: true },
    description: `Features by their names, in the order asked; null where there is none. At most ${MOST_FEATURES}. Null only with an error.`,
    args: { names: t.arg.stringList({ required: true, description: 'Each model/source/index: `demo/2-res/17`.' }) },
    complexity: ({ names }) => ({ field: 1, multiplier: names.length }),
    resolve: async (_root, { names }, context) => {
      if (names.length > 0) requireListSize('features', names.length, MOST_FEATURES)
      return findFeatures(context, names.map(readFeatureName))
    },
  }),
}))
