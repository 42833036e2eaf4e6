/** A language model, identified by the hash of its weights. */
import { Attribution, AttributionConnection } from '../attribution/attribution.ts'
import { AttributionFilter, AttributionOrder, orderedWhere } from '../attribution/filter.ts'
import { attributionsPage, attributionsQuery, countByModel } from '../attribution/connection-of.ts'
import { builder } from '../builder.ts'
import { totalCount } from '../paging/connection.ts'
import { pageCost, rootPages } from '../cost.ts'

export const Model = builder.prismaNode('Model', {
  description: 'A language model, identified by the hash of its weights. Letters: D, H, K, I, L, V as in the paper.',
  id: { field: 'hash', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, hash: true },
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'What people type, e.g. `stories260k`.' }),
    hash: t.exposeString('hash', {
      description: 'sha256 (hex) of the weights and of the settings that change what they compute.',
    }),
    name: t.exposeString('name', { description: "The model folder's name, for people." }),
    architecture: t.exposeString('architecture', { description: '`model_type` of its config: llama, mistral, qwen2 …' }),
    tokenizerHash: t.exposeString('tokenizerHash', {
      nullable: true,
      description: 'sha256 (hex) of its tokenizer; null without one: prompts must then be given as token ids.',
    }),
    layers: t.exposeInt('layers', { description: 'L: transformer layers.' }),
    residualWidth: t.exposeInt('residualWidth', { description: 'D: width of the residual stream.' }),
    heads: t.exposeInt('heads', { description: 'H: attention heads of a layer.' }),
    keyValueHeads: t.exposeInt('keyValueHeads', { description: 'K: key and value heads that they share.' }),
    headWidth: t.exposeInt('headWidth', { description: 'Width of one head.' }),
    neurons: t.exposeInt('neurons', { description: 'I: neurons of one MLP.' }),
    vocabularySize: t.exposeInt('vocabularySize', { description: 'V: tokens that it knows.' }),
    maxPositions: t.exposeInt('maxPositions', { description: 'Longest sequence that its positions allow.' }),
    parameters: t.float({
      description: 'How many weights it has. Exact up to 2^53, hence no integer of 32 bits.',
      select: { parameters: true },
      resolve: ({ parameters }) => Number(parameters),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    attributions: t.connection(
      {
        type: Attribution,
        description: 'Stored attributions of this model.',
        complexity: pageCost,
        args: {
          where: t.arg({ type: AttributionFilter, description: 'All of them when absent.' }),
          orderBy: t.arg({ type: AttributionOrder, description: 'Newest first when absent.' }),
        },
        select: (args, _context, nestedSelection) => ({
          id: true,
          results: nestedSelection(nestedSelection(attributionsQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...attributionsPage(row.results, args),
          totalCount: () => countByModel(context, row.id, orderedWhere(args.where, args.orderBy)),
        }),
      },
      AttributionConnection,
    ),
  }),
})

const ModelConnection = builder.connectionObject(
  { type: Model, name: 'ModelConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ModelEdge' },
)

builder.queryFields((t) => ({
  model: t.prismaField({
    type: Model,
    nullable: true,
    description: 'The model with this slug; null when there is none.',
    args: { slug: t.arg.string({ required: true, description: 'e.g. `stories260k`.' }) },
    resolve: (query, _root, { slug }, { database }) => database.model.findUnique({ ...query, where: { slug } }),
  }),
  models: t.prismaConnection({
    type: Model,
    description: 'All models, by slug. Null only with an error.',
    cursor: 'id',
    totalCount: (_connection, _args, { database }) => database.model.count(),
    nullable: true,
    ...rootPages,
    resolve: (query, _root, _args, { database }) => database.model.findMany({ ...query, orderBy: { slug: 'asc' } }),
  }, ModelConnection),
}))
