/**
 * What fires in a text: one feature, all features of a set or a release, or the features at each token. Computed on
 * demand.
 */
import type { Activations as Fired } from '../../src/lookups/answer.ts'
import { UserError } from '../../src/errors.ts'
import type { TokenView } from '../../src/tokenizer/tokenizer.ts'
import { forTokenizer } from '../argument-check.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { denseLoader } from '../loaders/feature-statistics.ts'
import { type FeatureKey, type SetRow } from '../loaders/features.ts'
import { lookUp } from '../loaders/lookups.ts'
import { modelLoader } from '../loaders/models.ts'
import { Feature } from './feature-ref.ts'
import { requireListSize } from './sizes.ts'
import { type Firing, largestFirings, type Ranked, rankFirings, rowOf } from './firings.ts'

export const DEFAULT_WAIT_MS = 60_000
export const LONGEST_WAIT_MS = 120_000
/** Sets of one question: all layers of a large model. */
const MOST_SETS = 100
const MOST_RANKED = 100
const MOST_PER_TOKEN = 50

/** Like an attribution, a pass costs as much as reading this many rows, plus one for each token. */
const COMPUTATION = 100
const CHARACTERS_PER_TOKEN = 4
const PAIRS_PER_ROW = 1000

const ActivationsInput = builder.inputType('ActivationsInput', {
  description: 'A text, and the feature sets whose activations are wanted.',
  fields: (t) => ({
    model: t.string({ required: true, description: 'The slug or hash of the model.' }),
    text: t.string({ ...forTokenizer, description: 'The text; instead of `tokenIds`.' }),
    tokenIds: t.intList({ ...entries(NUMBER_COST), description: 'Token ids, used as they are; instead of `text`.' }),
    sources: t.stringList({ description: 'The feature sets: `6-res-jb`.' }),
    sourceSet: t.string({ description: 'All feature sets of this release instead: `res-jb`.' }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for the computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})
type Input = typeof ActivationsInput.$inferInput

interface ActivationsShape {
  model: string
  tokens: readonly TokenView[]
  /** In the order of layers. */
  sets: { set: SetRow; fired: Fired }[]
}

const activationsCost = ({ input: { text, tokenIds } }: { input: Input }) => {
  const tokens = tokenIds?.length ?? Math.ceil((text?.length ?? 0) / CHARACTERS_PER_TOKEN)
  return { field: COMPUTATION + tokens + tokens ** 2 / PAIRS_PER_ROW, multiplier: 1 }
}

async function setsOf({ database }: Context, modelId: number, { model, sources, sourceSet }: Input): Promise<SetRow[]> {
  if ((sources == null) === (sourceSet == null)) {
    throw new UserError('BAD_INPUT', 'Give `sources` (feature sets by name) or `sourceSet` (a release), one of them.')
  }
  const sets = await database.featureSet.findMany({
    where: { modelId, ...(sources ? { source: { in: sources } } : { sourceSet: sourceSet ?? '' }) },
    include: { model: { select: { slug: true, hash: true } } },
    orderBy: [{ layer: 'asc' }, { id: 'asc' }],
    take: MOST_SETS + 1,
  })
  const missing = sources?.find((source) => !sets.some((set) => set.source === source)) ?? (sets.length === 0 ? sourceSet : undefined)
  if (missing != null) {
    throw new UserError('NOT_FOUND', `There is no feature set ${JSON.stringify(`${model}/${missing}`)} here; \`featureSets\` lists those there are.`)
  }
  requireListSize('feature sets', sets.length, MOST_SETS)
  return sets
}

async function activationsOf(context: Context, input: Input): Promise<ActivationsShape> {
  const modelId = await modelLoader(context).load(input.model)
  const sets = await setsOf(context, modelId, input)
  const tokens = await context.lookups.tokens(modelId, { text: input.text, tokenIds: input.tokenIds })
  const tokenIds = tokens.map(({ id }) => id)
  const timeoutMs = input.timeoutMs ?? DEFAULT_WAIT_MS
  const fired = await Promise.all(sets.map((set) =>
    lookUp(context, { modelId, question: { type: 'activations', set: set.hash, tokenIds }, elements: set.width * set.featureCount, timeoutMs })))
  return { model: input.model, tokens, sets: sets.map((set, i) => ({ set, fired: fired[i]! })) }
}

const ActivationToken = builder.objectRef<TokenView>('ActivationToken').implement({
  description: 'One token of a text that was asked for.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its position, from 0.' }),
    tokenId: t.exposeInt('id', { description: "Its number in the tokenizer's vocabulary." }),
    text: t.exposeString('text', { description: 'Its text, with its leading space.' }),
    start: t.exposeInt('start', { nullable: true, description: 'Where it starts in the text (UTF-16 units); null for special tokens.' }),
    end: t.exposeInt('end', { nullable: true, description: 'Where it ends, exclusive; null for special tokens.' }),
  }),
})

const FeatureActivations = builder.objectRef<Ranked & { feature: FeatureKey }>('FeatureActivations').implement({
  description: "A feature's activations at every token of a text.",
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'The feature.' }),
    values: t.floatList({ description: 'One for each token; 0 where it does not fire.', resolve: ({ values }) => [...values] }),
    max: t.exposeFloat('max', { description: 'The largest of them.' }),
    maxPosition: t.exposeInt('maxPosition', { nullable: true, description: 'Where it stands; null where the feature does not fire.' }),
  }),
})

const FeatureActivation = builder.objectRef<{ feature: FeatureKey; value: number }>('FeatureActivation').implement({
  description: 'A feature that fires at a token.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'The feature.' }),
    value: t.exposeFloat('value', { description: 'Its activation there.' }),
  }),
})

const TokenActivations = builder.objectRef<{ token: TokenView; features: { feature: FeatureKey; value: number }[] }>('TokenActivations').implement({
  description: 'The features that fire most strongly at a token.',
  fields: (t) => ({
    token: t.expose('token', { type: ActivationToken, description: 'The token.' }),
    features: t.expose('features', { type: [FeatureActivation], description: 'The strongest first.', complexity: 0 }),
  }),
})

/** Features to leave out, by set: those that fire in more than `maxDensity` of the tokens of their last sweep. */
async function denseOf(context: Context, sets: readonly SetRow[], maxDensity: number | null | undefined): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  if (maxDensity == null) return new Map()
  const dense = await Promise.all(sets.map(({ id }) => denseLoader(context).load({ setId: id, maxDensity })))
  return new Map(sets.map(({ id }, i) => [id, dense[i]!]))
}

interface Choice {
  positions?: readonly number[] | null
  ignoreSpecial: boolean
  maxDensity?: number | null
}

/** Everything that fires at the positions that count. */
async function firingsOf(context: Context, { tokens, sets }: ActivationsShape, { positions, ignoreSpecial, maxDensity }: Choice): Promise<Firing[]> {
  const wrong = positions?.find((position) => position < 0 || position >= tokens.length)
  if (wrong !== undefined) throw new UserError('BAD_INPUT', `Position ${wrong} was asked for; the text has positions 0 to ${tokens.length - 1}.`)
  const counted = new Set((positions ?? tokens.map(({ index }) => index)).filter((at) => !(ignoreSpecial && tokens[at]!.start === null)))
  const dense = await denseOf(context, sets.map(({ set }) => set), maxDensity)
  return sets.flatMap(({ set: { id }, fired }) => largestFirings(id, fired, counted, dense.get(id)))
}

const densityArg = 'Leaves out features that fire at more than this share of the tokens that their set was last swept over.'
const specialArg = 'Whether tokens that the tokenizer adds count for nothing.'

const Activations = builder.objectRef<ActivationsShape>('Activations').implement({
  description: 'What fires in a text.',
  fields: (t) => ({
    tokens: t.field({ type: [ActivationToken], description: 'The text as the model reads it.', complexity: 1, resolve: ({ tokens }) => [...tokens] }),
    feature: t.field({
      type: FeatureActivations,
      description: 'The activations of one feature.',
      args: {
        source: t.arg.string({ required: true, description: 'Its set, one of those that were asked for.' }),
        index: t.arg.int({ required: true, description: 'Its number in the set, from 0.' }),
      },
      resolve: ({ sets, model }, { source, index }) => {
        const found = sets.find(({ set }) => set.source === source)
        if (!found || index < 0 || index >= found.set.featureCount) {
          throw new UserError('NOT_FOUND', `There is no feature ${model}/${source}/${index} among the sets that were asked for.`)
        }
        return { feature: { setId: found.set.id, index }, ...rowOf(found.fired, index) }
      },
    }),
    top: t.field({
      type: [FeatureActivations],
      description: 'The features that fire most strongly, by their largest activation, the strongest first.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 25, description: `How many, 1 to ${MOST_RANKED}.` }),
        positions: t.arg.intList({ description: 'Ranked by the sum of their activations at these positions instead.' }),
        ignoreSpecial: t.arg.boolean({ required: true, defaultValue: true, description: specialArg }),
        maxDensity: t.arg.float({ description: densityArg }),
      },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.max(1, first) }),
      resolve: async (shape, { first, ...choice }, context) => {
        const count = requireListSize('features', first, MOST_RANKED)
        const ranked = rankFirings(await firingsOf(context, shape, choice), choice.positions ? 'sum' : 'max').slice(0, count)
        return ranked.map(({ setId, index }) => {
          const { fired } = shape.sets.find(({ set }) => set.id === setId)!
          return { feature: { setId, index }, ...rowOf(fired, index) }
        })
      },
    }),
    topByToken: t.field({
      type: [TokenActivations],
      description: 'For each token, the features that fire most strongly at it. Tokens that do not count have none.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 5, description: `How many for each token, 1 to ${MOST_PER_TOKEN}.` }),
        ignoreSpecial: t.arg.boolean({ required: true, defaultValue: true, description: specialArg }),
        maxDensity: t.arg.float({ description: densityArg }),
      },
      complexity: ({ first }) => ({ field: 1, multiplier: 10 * Math.max(1, first) }),
      resolve: async (shape, { first, ...choice }, context) => {
        const count = requireListSize('features', first, MOST_PER_TOKEN)
        const firings = await firingsOf(context, shape, choice)
        const at = new Map<number, Firing[]>()
        for (const firing of firings) at.set(firing.position, [...(at.get(firing.position) ?? []), firing])
        return shape.tokens.map((token) => ({
          token,
          features: (at.get(token.index) ?? [])
            .sort((a, b) => b.value - a.value || a.setId - b.setId || a.index - b.index)
            .slice(0, count)
            .map(({ setId, index, value }) => ({ feature: { setId, index }, value })),
        }))
      },
    }),
  }),
})

builder.queryField('activations', (t) =>
  t.field({
    type: Activations,
    nullable: true,
    description: 'What fires in a text. Computed by a worker, and kept for a day. Null only with an error.',
    args: { input: t.arg({ type: ActivationsInput, required: true, description: 'The text, and the feature sets.' }) },
    complexity: activationsCost,
    extensions: { scope: 'compute' },
    resolve: (_root, { input }, context) => activationsOf(context, input),
  }),
)
