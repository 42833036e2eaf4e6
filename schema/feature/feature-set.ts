/** A dictionary of features at one site of one model, and the datasets that it was swept over. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { ownCursors } from '../argument-check.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { LARGEST_PAGE, pageCost } from '../cost.ts'
import { featureSetLoader, namedSetLoader, type SetRow } from '../loaders/features.ts'
import { type SweepRow, sweepsLoader } from '../loaders/feature-statistics.ts'
import { modelLoader } from '../loaders/models.ts'
import { totalCount } from '../paging/connection.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { RunStatus } from '../run/run.ts'
import { readSetId, setIdOf } from './names.ts'

const FeatureVerdict = builder.enumType('FeatureVerdict', {
  description: 'What the self-test said when a feature set was added.',
  values: {
    OK: { value: 'ok', description: 'It rebuilds the vectors of its site.' },
    FLAGGED: { value: 'flagged', description: 'It does, but something is not as its files claim, or a neighbouring site fits better.' },
    REFUSED: { value: 'refused', description: 'It cannot be what its files say, and was added all the same.' },
  },
} as const)

export const FeatureSweep = builder.objectRef<SweepRow>('FeatureSweep').implement({
  description: 'A feature set swept over a dataset: one set of statistics.',
  fields: (t) => ({
    dataset: t.prismaField({
      type: 'Dataset',
      description: 'The dataset.',
      resolve: (query, { datasetId }, _args, { database }) =>
        database.dataset.findUniqueOrThrow({ ...query, where: { id: datasetId } }),
    }),
    status: t.expose('status', { type: RunStatus, description: 'How far it has come. Statistics are there when it is done.' }),
    prompts: t.exposeInt('prompts', { description: 'Prompts that were asked for: the first of the dataset.' }),
    tokens: t.float({ description: 'Tokens seen by now, special ones left out.', resolve: ({ tokens }) => Number(tokens) }),
    firings: t.float({ description: 'Activations counted by now, of all features.', resolve: ({ firings }) => Number(firings) }),
    sampled: t.exposeInt('sampled', { description: 'Positions among the tokens that co-firing is counted on.' }),
    options: t.expose('options', { type: 'JSON', description: 'What decides which numbers come out: seed, sizes, context.' }),
    engine: t.exposeString('engine', { description: 'What computed it, e.g. `onnx-cpu-float32`.' }),
    milliseconds: t.exposeFloat('milliseconds', { description: 'Time that workers took for it, all of them together.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why it stopped; null when it did not.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first started.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime', nullable: true, description: 'When its statistics were stored; null until then.',
    }),
  }),
})

export const FeatureSet = builder.loadableNodeRef('FeatureSet', {
  id: {
    resolve: (set: SetRow) => setIdOf(set),
    description: 'Global id: fetches this object again through `node`.',
  },
  load: (ids: string[], context) => namedSetLoader(context).loadMany(ids.map(readSetId)),
})

FeatureSet.implement({
  description:
    'A dictionary of features at one site of one model: a sparse autoencoder or a transcoder. Its weights stay in its files.',
  fields: (t) => ({
    model: t.prismaField({
      type: 'Model',
      description: 'The model whose vectors it reads.',
      resolve: (query, { modelId }, _args, { database }) =>
        database.model.findUniqueOrThrow({ ...query, where: { id: modelId } }),
    }),
    name: t.string({ description: 'model/source', resolve: ({ source, model }) => `${model.slug}/${source}` }),
    source: t.exposeString('source', { description: 'What people type, `{layer}-{set}`: `6-res-jb`.' }),
    sourceSet: t.exposeString('sourceSet', { description: 'The source without its layer; sources of several layers share it.' }),
    hash: t.exposeString('hash', {
      description: 'sha256 (hex) of the weights and of everything that changes a number.',
    }),
    format: t.exposeString('format', { description: 'The format of its files: saelens, gemma-scope, llama-scope …' }),
    layer: t.exposeInt('layer', { description: 'The layer of its site, from 0.' }),
    site: t.exposeString('site', { description: 'What it reads: `2.resid_post`.' }),
    writes: t.exposeString('writes', {
      nullable: true,
      description: 'What a transcoder writes; null for an autoencoder, which writes where it reads.',
    }),
    width: t.exposeInt('width', { description: 'D: width of the vectors that it reads.' }),
    writtenWidth: t.exposeInt('writtenWidth', { description: 'E: width of the vectors that it writes.' }),
    featureCount: t.exposeInt('featureCount', { description: 'F: how many features it has.' }),
    activation: t.exposeString('activation', { description: 'relu, jumprelu, topk 32, gated.' }),
    normalisation: t.exposeString('normalisation', {
      description: 'How vectors are brought to the scale of training: none, constant, length, layer_norm.',
    }),
    origin: t.exposeString('origin', {
      nullable: true, description: 'Where it was downloaded from; null for local files.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'What people wrote about it; null where nobody did.' }),
    claims: t.expose('claims', { type: 'JSON', description: 'What its files say about themselves.' }),
    verdict: t.expose('verdict', { type: FeatureVerdict, description: 'What the self-test said.' }),
    varianceExplained: t.exposeFloat('varianceExplained', {
      description: 'Share of the variance that it rebuilds on the tokens of the self-test, up to 1.',
    }),
    l0: t.exposeFloat('l0', { description: 'Features that fire per token there.' }),
    silent: t.exposeFloat('silent', { description: 'Share of the features that none of those tokens fires.' }),
    selfTest: t.expose('selfTest', { type: 'JSON', description: 'The whole report of the self-test.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    sweeps: t.field({
      type: [FeatureSweep],
      description: 'The datasets that it was swept over, the one finished last first.',
      resolve: ({ id }, _args, context) => sweepsLoader(context).load(id),
    }),
  }),
})

const FeatureSetConnection = builder.connectionObject(
  { type: FeatureSet, name: 'FeatureSetConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'FeatureSetEdge' },
)

const BY_LAYER: Order<'layer' | 'id'> = [
  { column: 'layer', direction: 'asc', type: 'int' },
  { column: 'id', direction: 'asc', type: 'int' },
]

interface Arguments extends PageArguments {
  model?: string | null
  sourceSet?: string | null
}

async function setsPage({ database }: Context, args: Arguments) {
  const { beyond, ...query } = pageQuery(BY_LAYER, args, LARGEST_PAGE)
  const where: Prisma.FeatureSetWhereInput = {
    ...(args.model != null && { model: { OR: [{ slug: args.model }, { hash: args.model }] } }),
    ...(args.sourceSet != null && { sourceSet: args.sourceSet }),
  }
  const rows = await database.featureSet.findMany({
    ...query, where: { AND: [where, { OR: beyond }] }, include: { model: { select: { slug: true, hash: true } } },
  })
  return { ...pageOf(rows, BY_LAYER, args, LARGEST_PAGE), totalCount: () => database.featureSet.count({ where }) }
}

const modelArg = 'The slug or hash of the model.'

builder.queryFields((t) => ({
  featureSet: t.field({
    type: FeatureSet,
    nullable: true,
    description: 'The feature set that is called so; null when there is none.',
    args: {
      model: t.arg.string({ required: true, description: modelArg }),
      source: t.arg.string({ required: true, description: 'e.g. `6-res-jb`.' }),
    },
    resolve: (_root, { model, source }, context) => namedSetLoader(context).load({ model, source }),
  }),
  featureSets: t.connection(
    {
      type: FeatureSet,
      nullable: true,
      description: 'All feature sets, by layer. Null only with an error.',
      complexity: pageCost,
      ...ownCursors,
      args: {
        model: t.arg.string({ description: 'Only of this model: its slug or hash.' }),
        sourceSet: t.arg.string({ description: 'Only of this release, over all its layers: `res-jb`.' }),
      },
      resolve: async (_root, args, context) => {
        // A model that is not here is refused by its loader.
        if (args.model != null) await modelLoader(context).load(args.model)
        return setsPage(context, args)
      },
    },
    FeatureSetConnection,
  ),
}))

builder.prismaObjectField('Model', 'featureSets', (t) =>
  t.field({
    type: [FeatureSet],
    description: 'The feature sets of this model, by layer.',
    select: { featureSets: { select: { id: true }, orderBy: [{ layer: 'asc' }, { id: 'asc' }] } },
    resolve: ({ featureSets }, _args, context) => Promise.all(featureSets.map(({ id }) => featureSetLoader(context).load(id))),
  }),
)
