/** One ingest: a dataset through a model with one partition and one set of options. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { runWork } from '../../src/interventions/words.ts'
import { orNumber } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { Attribution } from '../attribution/attribution.ts'
import { Intervention } from '../intervention/intervention.ts'
import { totalCount } from '../paging/connection.ts'
import { LARGEST_PAGE, pageCost, rootPages } from '../cost.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { runProgressLoader, type RunProgressShape } from '../loaders/run-progress.ts'
import { runWhere } from './run-id.ts'
import { PartitionKind } from '../attribution/partition.ts'
import { Mode, readRule, Rule } from '../attribution/method.ts'
import { forClients } from '../words.ts'

export const RunStatus = builder.enumType('RunStatus', {
  description: 'How far a run has come.',
  values: {
    RUNNING: { value: 'running', description: 'Prompts are still open.' },
    DONE: { value: 'done', description: 'Every prompt is done.' },
    FAILED: { value: 'failed', description: 'Every prompt is done or failed, and at least one failed.' },
    PAUSED: { value: 'paused', description: 'Someone stopped it for a while.' },
    CANCELLED: { value: 'cancelled', description: 'Someone stopped it for good.' },
  },
} as const)

export const RunItemStatus = builder.enumType('RunItemStatus', {
  description: 'How far a run has come with one prompt.',
  values: {
    PENDING: { value: 'pending', description: 'Not yet computed.' },
    DONE: { value: 'done', description: 'What was asked for is stored.' },
    FAILED: { value: 'failed', description: 'It could not be computed.' },
  },
} as const)

const RunComputes = builder.enumType('RunComputes', {
  description: 'What a run computes of every prompt.',
  values: {
    ATTRIBUTIONS: { value: 'attributions', description: 'What each component contributes to the target.' },
    INTERVENTIONS: { value: 'interventions', description: 'What the model says with a part taken out or a direction added.' },
  },
} as const)

export const RunProgress = builder.objectRef<RunProgressShape>('RunProgress').implement({
  description: "How many of a run's prompts are in which state.",
  fields: (t) => ({
    pending: t.exposeInt('pending', { description: 'Not yet computed.' }),
    done: t.exposeInt('done', { description: 'Stored.' }),
    failed: t.exposeInt('failed', { description: 'Could not be computed.' }),
  }),
})

const RunItem = builder.prismaObject('RunItem', {
  description: 'One prompt of a run.',
  select: { runId: true, promptId: true },
  fields: (t) => ({
    status: t.expose('status', { type: RunItemStatus, description: 'How far the run has come with it.' }),
    error: t.string({
      nullable: true,
      description: 'Why it failed; null when it did not.',
      select: { error: true },
      resolve: ({ error }) => (error === null ? null : forClients(error)),
    }),
    prompt: t.relation('prompt', { description: 'The prompt.' }),
    attribution: t.relation('result', {
      type: Attribution,
      nullable: true,
      description: 'What was computed, where the run asks for attributions; null until it is done.',
    }),
    intervention: t.relation('intervention', {
      type: Intervention,
      nullable: true,
      description: 'What was computed, where the run asks for interventions; null until it is done.',
    }),
  }),
})

const RunItemConnection = builder.connectionObject(
  { type: RunItem, name: 'RunItemConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'RunItemEdge' },
)

const PROMPT_ORDER: Order<'promptId'> = [{ column: 'promptId', direction: 'asc', type: 'int' }]

interface ItemArguments extends PageArguments {
  status?: typeof RunItemStatus.$inferType | null
}

function itemsQuery({ status, ...page }: ItemArguments) {
  const { beyond, ...query } = pageQuery(PROMPT_ORDER, page, LARGEST_PAGE)
  const where: Prisma.RunItemWhereInput = { AND: [status ? { status } : {}, { OR: beyond }] }
  return { ...query, where, select: { runId: true, promptId: true } } as const
}

export const Run = builder.prismaNode('Run', {
  description:
    'One ingest: a dataset through a model with one partition and one set of options. Started again, it is the same ' +
    'run and goes on where it was.',
  id: { field: 'key', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, key: true },
  fields: (t) => ({
    number: t.exposeInt('id', { description: 'What `tributary run list`, the views and exports call it; of this database alone.' }),
    weight: t.exposeFloat('weight', {
      description: 'Its share of the workers beside other runs: 2 gets twice as much work done as 1.',
    }),
    model: t.relation('model', { description: 'The model.' }),
    dataset: t.relation('dataset', { description: 'The dataset.' }),
    computes: t.field({
      type: RunComputes,
      description: 'What it computes of every prompt.',
      select: { options: true },
      resolve: ({ options }) => runWork(options, '').computes,
    }),
    change: t.string({
      nullable: true,
      description: 'What it changes in every pass, in the words of `tributary ingest --intervene`; null where it computes attributions.',
      select: { options: true, model: { select: { slug: true } } },
      resolve: ({ options, model }) => runWork(options, model.slug).change,
    }),
    partitionKind: t.expose('partitionKind', { type: PartitionKind, description: 'What the stream is split into.' }),
    mode: t.expose('mode', { type: Mode, description: 'Which reading of the method it uses.' }),
    rule: t.field({
      type: Rule,
      description: "How neurons' outputs are shared.",
      select: { rule: true },
      resolve: (row) => readRule(row.rule),
    }),
    options: t.expose('options', { type: 'JSON', description: 'Partition, target, τ … as they were asked.' }),
    status: t.expose('status', { type: RunStatus, description: 'How far it has come.' }),
    total: t.exposeInt('total', { description: 'Prompts that it was asked for: the first of the dataset, or all.' }),
    progress: t.field({
      type: RunProgress,
      description: 'How many prompts are pending, done and failed.',
      resolve: ({ id }, _args, context) => runProgressLoader(context).load(id),
    }),
    error: t.string({
      nullable: true,
      description: "Why the run as a whole stopped; a prompt's failure is with its item. Null when it did not.",
      select: { error: true },
      resolve: ({ error }) => (error === null ? null : forClients(error)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first started.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was last started or resumed.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its last prompt was finished, or it was cancelled; null while it runs or is paused.',
    }),
    items: t.connection(
      {
        type: RunItem,
        description: 'Its prompts with their states, in the order of the file.',
        complexity: pageCost,
        args: { status: t.arg({ type: RunItemStatus, description: 'Only those in this state.' }) },
        select: (args, _context, nestedSelection) => ({
          id: true,
          total: true,
          items: nestedSelection(nestedSelection(itemsQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...pageOf(row.items, PROMPT_ORDER, args, LARGEST_PAGE),
          totalCount: async () =>
            args.status ? (await runProgressLoader(context).load(row.id))[args.status] : row.total,
        }),
      },
      RunItemConnection,
    ),
  }),
})

const RunConnection = builder.connectionObject(
  { type: Run, name: 'RunConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'RunEdge' },
)

builder.queryField('runs', (t) =>
  t.prismaConnection({
    type: Run,
    description: 'All runs, the newest first. Null only with an error.',
    cursor: 'id',
    totalCount: (_connection, _args, { database }) => database.run.count(),
    nullable: true,
    ...rootPages,
    resolve: (query, _root, _args, { database }) => database.run.findMany({ ...query, orderBy: { id: 'desc' } }),
  }, RunConnection),
)

builder.queryField('run', (t) =>
  t.prismaField({
    type: Run,
    nullable: true,
    description: 'One run. Null where there is none, or with an error.',
    args: { id: t.arg.id({ ...orNumber, required: true, description: 'Its global id, or its number.' }) },
    resolve: (query, _root, { id }, { database }) => database.run.findUnique({ ...query, where: runWhere(id) }),
  }),
)
