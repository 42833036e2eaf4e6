/** One experiment of the paper: a dataset through a model by several methods, with every number that was measured. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { orNumber } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { totalCount } from '../paging/connection.ts'
import { LARGEST_PAGE, pageCost, rootPages } from '../cost.ts'
import { experimentProgressLoader } from '../loaders/experiment-progress.ts'
import { namedBy } from '../number-or-id.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { RunProgress, RunStatus } from '../run/run.ts'
import { forClients } from '../words.ts'
import { ExperimentReport, readReport } from './report.ts'

const ExperimentRow = builder.prismaObject('ExperimentRow', {
  description: 'One measured number. What does not apply to it is null.',
  select: { experimentId: true, item: true, ordinal: true },
  fields: (t) => ({
    promptIndex: t.exposeInt('record', { nullable: true, description: 'Place of the prompt in its dataset, from 0; null for numbers of none.' }),
    method: t.exposeString('method', { description: 'What was compared: `depass`, `rollout` …, or `model` for the model itself.' }),
    setting: t.exposeString('setting', { description: 'Under which condition: `patch-top`, `bottom` …; may be empty.' }),
    x: t.exposeFloat('x', { nullable: true, description: 'What a curve is drawn over: a share of tokens, a number of heads …; null without.' }),
    layer: t.exposeInt('layer', { nullable: true, description: 'The layer, from 0; null for numbers of none.' }),
    component: t.exposeInt('component', { nullable: true, description: 'Head, neuron, bin or position, as the setting says; null for none.' }),
    metric: t.exposeString('metric', { description: 'What was measured: `drop`, `right`, `probability` …' }),
    value: t.exposeFloat('value', { nullable: true, description: 'The number; null where there is only a text.' }),
    text: t.exposeString('text', { nullable: true, description: 'What belongs to it in words; null without.' }),
  }),
})

const ExperimentRowConnection = builder.connectionObject(
  { type: ExperimentRow, name: 'ExperimentRowConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ExperimentRowEdge' },
)

const ExperimentRowFilter = builder.inputType('ExperimentRowFilter', {
  description: 'Which numbers; what is not given does not filter.',
  fields: (t) => ({
    method: t.string({ description: 'Of this method.' }),
    setting: t.string({ description: 'In this setting.' }),
    metric: t.string({ description: 'Of this metric.' }),
  }),
})

const ROW_ORDER: Order<'item' | 'ordinal'> = [
  { column: 'item', direction: 'asc', type: 'int' },
  { column: 'ordinal', direction: 'asc', type: 'int' },
]

interface RowArguments extends PageArguments {
  where?: typeof ExperimentRowFilter.$inferInput | null
}

const matching = ({ where }: RowArguments): Prisma.ExperimentRowWhereInput => ({
  ...(where?.method != null && { method: where.method }),
  ...(where?.setting != null && { setting: where.setting }),
  ...(where?.metric != null && { metric: where.metric }),
})

function rowsQuery({ where, ...page }: RowArguments) {
  const { beyond, ...query } = pageQuery(ROW_ORDER, page, LARGEST_PAGE)
  const conditions: Prisma.ExperimentRowWhereInput = { AND: [matching({ where }), { OR: beyond }] }
  return { ...query, where: conditions, select: { experimentId: true, item: true, ordinal: true } } as const
}

const Experiment = builder.prismaNode('Experiment', {
  description:
    'A table or figure of the paper, on a model and a dataset. Asked for again it is the same experiment and goes on where it was.',
  id: { field: 'key', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, key: true },
  fields: (t) => ({
    number: t.exposeInt('id', { description: 'What the command line and SQL call it; local to this database.' }),
    name: t.exposeString('name', { description: 'Which experiment: `token-faithfulness`, `component-masking` …' }),
    model: t.relation('model', { description: 'The model.' }),
    dataset: t.relation('dataset', { description: 'The dataset.' }),
    train: t.relation('trainDataset', { nullable: true, description: 'Labelled sentences that its probes were trained on; null without probes.' }),
    test: t.relation('testDataset', { nullable: true, description: 'Labelled sentences that its probes were tested on; null without probes.' }),
    protocol: t.exposeString('protocol', { description: "`paper`: its text; `reference`: its authors' code; `corrected`: what is right." }),
    seed: t.exposeInt('seed', { description: 'What its random numbers are drawn from.' }),
    options: t.expose('options', { type: 'JSON', description: 'Everything else that was asked.' }),
    engine: t.exposeString('engine', { description: 'What computes it, and in which precision.' }),
    status: t.expose('status', { type: RunStatus, description: 'How far it has come.' }),
    total: t.exposeInt('recordCount', { description: 'Prompts that it was asked for: the first of the dataset, or all.' }),
    progress: t.field({
      type: RunProgress,
      description: 'How many prompts are pending, done and failed.',
      resolve: ({ id }, _args, context) => experimentProgressLoader(context).load(id),
    }),
    error: t.string({
      nullable: true,
      description: 'Why it failed, with the accuracy that the model has where it cannot do the task; null when it did not.',
      select: { error: true },
      resolve: ({ error }) => (error === null ? null : forClients(error)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first started.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was last started or resumed.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When its last item was done; null while it runs.' }),
    report: t.field({
      type: ExperimentReport,
      nullable: true,
      description: 'What it found; null until it is done.',
      select: { report: true },
      resolve: ({ report }) => readReport(report),
    }),
    rows: t.connection(
      {
        type: ExperimentRow,
        description: 'Every number that was measured, in the order of the prompts.',
        complexity: pageCost,
        args: { where: t.arg({ type: ExperimentRowFilter, description: 'All of them when absent.' }) },
        select: (args, _context, nestedSelection) => ({
          id: true,
          rows: nestedSelection(nestedSelection(rowsQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, { database }) => ({
          ...pageOf(row.rows, ROW_ORDER, args, LARGEST_PAGE),
          totalCount: () => database.experimentRow.count({ where: { experimentId: row.id, ...matching(args) } }),
        }),
      },
      ExperimentRowConnection,
    ),
  }),
})

const ExperimentConnection = builder.connectionObject(
  { type: Experiment, name: 'ExperimentConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ExperimentEdge' },
)

builder.queryFields((t) => ({
  experiment: t.prismaField({
    type: Experiment,
    nullable: true,
    description: 'One experiment. Null where there is none, or with an error.',
    args: { id: t.arg.id({ ...orNumber, required: true, description: 'Its global id, or its number.' }) },
    resolve: (query, _root, { id }, { database }) => database.experiment.findUnique({ ...query, where: namedBy('Experiment', id) }),
  }),
  experiments: t.prismaConnection({
    type: Experiment,
    description: 'All experiments, the newest first. Null only with an error.',
    cursor: 'id',
    totalCount: (_connection, _args, { database }) => database.experiment.count(),
    nullable: true,
    ...rootPages,
    resolve: (query, _root, _args, { database }) => database.experiment.findMany({ ...query, orderBy: { id: 'desc' } }),
  }, ExperimentConnection),
}))
