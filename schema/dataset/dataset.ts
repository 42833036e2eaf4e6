/** A benchmark or text collection that was added from a file. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { requireKnown } from '../known.ts'
import { builder } from '../builder.ts'
import { containsExactly, containsText } from '../containing.ts'
import { totalCount } from '../paging/connection.ts'
import { LARGEST_PAGE, pageCost, rootPages } from '../cost.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { childCounter } from '../loaders/counts.ts'
import { Prompt, PromptConnection } from './prompt.ts'

const FILE_ORDER: Order<'index'> = [{ column: 'index', direction: 'asc', type: 'int' }]

interface PromptArguments extends PageArguments {
  containing?: string | null
  ignoreCase?: boolean | null
}

const promptWhere = ({ containing, ignoreCase }: PromptArguments): Prisma.PromptWhereInput =>
  containing == null ? {} : { text: ignoreCase ? containsText(containing) : containsExactly(containing) }

const searchWhere = ({ containing, dataset }: { containing: string; dataset?: string | null }): Prisma.PromptWhereInput => ({
  text: containsText(containing),
  ...(dataset != null && { dataset: { slug: dataset } }),
})

function promptsQuery(args: PromptArguments) {
  const { beyond, ...query } = pageQuery(FILE_ORDER, args, LARGEST_PAGE)
  const where: Prisma.PromptWhereInput = { AND: [promptWhere(args), { OR: beyond }] }
  return { ...query, where, select: { id: true, index: true } } as const
}

const countPrompts = childCounter<number, Prisma.PromptWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.prompt.groupBy({
    by: ['datasetId'],
    where: { AND: [{ datasetId: { in: ids } }, where] },
    _count: true,
  })
  return new Map(counts.map(({ datasetId, _count }) => [datasetId, _count]))
})

const Dataset = builder.prismaNode('Dataset', {
  description: 'A benchmark or text collection that was added from a file.',
  id: { field: 'contentHash', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, contentHash: true },
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'What people type, e.g. `ioi`.' }),
    title: t.exposeString('title', { description: 'Its name, for people.' }),
    format: t.exposeString('format', {
      description: 'The reader that understood the file: known, ioi, longra, counterfact, truthfulqa, jsonl …',
    }),
    contentHash: t.exposeString('contentHash', { description: 'sha256 (hex) of its records.' }),
    promptCount: t.exposeInt('promptCount', { description: 'How many prompts it has.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    prompts: t.connection(
      {
        type: Prompt,
        description: 'Its prompts, in the order of the file.',
        complexity: pageCost,
        args: {
          containing: t.arg.string({ description: 'Only prompts whose text contains this.' }),
          ignoreCase: t.arg.boolean({ description: 'Whether `containing` takes capitals for small letters; no when absent.' }),
        },
        select: (args, _context, nestedSelection) => ({
          id: true,
          promptCount: true,
          prompts: nestedSelection(nestedSelection(promptsQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...pageOf(row.prompts, FILE_ORDER, args, LARGEST_PAGE),
          totalCount: () =>
            args.containing == null ? row.promptCount : countPrompts(context, row.id, promptWhere(args)),
        }),
      },
      PromptConnection,
    ),
  }),
})

const DatasetConnection = builder.connectionObject(
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
  prompts: t.prismaConnection({
    type: Prompt,
    description: 'Prompts of all datasets whose text contains something, in capitals or not. Null only with an error.',
    cursor: 'id',
    args: {
      containing: t.arg.string({ required: true, description: 'What to look for.' }),
      dataset: t.arg.string({ description: 'Only in the dataset with this slug.' }),
    },
    totalCount: async (_connection, args, { database }) => {
      await requireKnown(database, { dataset: args.dataset })
      return database.prompt.count({ where: searchWhere(args) })
    },
    nullable: true,
    ...rootPages,
    resolve: async (query, _root, args, { database }) => {
      await requireKnown(database, { dataset: args.dataset })
      return database.prompt.findMany({ ...query, where: searchWhere(args), orderBy: { id: 'asc' } })
    },
  }, PromptConnection),
  datasets: t.prismaConnection({
    type: Dataset,
    description: 'All datasets, by slug. Null only with an error.',
    cursor: 'id',
    totalCount: (_connection, _args, { database }) => database.dataset.count(),
    nullable: true,
    ...rootPages,
    resolve: (query, _root, _args, { database }) => database.dataset.findMany({ ...query, orderBy: { slug: 'asc' } }),
  }, DatasetConnection),
}))
