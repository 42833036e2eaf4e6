/** A benchmark or text collection that was added from a file. */
import { builder } from './builder.ts'
import { totalCount } from './connection.ts'
import { pages } from './cost.ts'
import { PromptConnection } from './prompt.ts'

export const Dataset = builder.prismaNode('Dataset', {
  description: 'A benchmark or text collection that was added from a file.',
  id: { field: 'contentHash', description: 'Global id: fetches this object again through `node`.' },
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'What people type, e.g. `ioi`.' }),
    title: t.exposeString('title', { description: 'Its name, for people.' }),
    format: t.exposeString('format', {
      description: 'The reader that understood the file: known, ioi, longra, counterfact, truthfulqa, jsonl …',
    }),
    contentHash: t.exposeString('contentHash', { description: 'sha256 (hex) of its records.' }),
    promptCount: t.exposeInt('promptCount', { description: 'How many prompts it has.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    prompts: t.relatedConnection('prompts', {
      description: 'Its prompts, in the order of the file.',
      cursor: 'datasetId_index',
      totalCount: true,
      ...pages(),
      args: { containing: t.arg.string({ description: 'Only prompts whose text contains this.' }) },
      query: ({ containing }) => ({
        where: containing == null ? {} : { text: { contains: containing } },
        orderBy: { index: 'asc' },
      }),
    }, PromptConnection),
  }),
})

export const DatasetConnection = builder.connectionObject(
  { type: Dataset, name: 'DatasetConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'DatasetEdge' },
)

builder.queryFields((t) => ({
  dataset: t.prismaField({
    type: Dataset,
    nullable: true,
    description: 'The dataset with this slug; null when there is none.',
    args: { slug: t.arg.string({ required: true, description: 'e.g. `ioi`.' }) },
    resolve: (query, _root, { slug }, { database }) => database.dataset.findUnique({ ...query, where: { slug } }),
  }),
  datasets: t.prismaConnection({
    type: Dataset,
    description: 'All datasets, by slug.',
    cursor: 'id',
    totalCount: (_connection, _args, { database }) => database.dataset.count(),
    ...pages(),
    resolve: (query, _root, _args, { database }) => database.dataset.findMany({ ...query, orderBy: { slug: 'asc' } }),
  }, DatasetConnection),
}))
