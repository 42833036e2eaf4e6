/** One attribution: a target's value split among the components of a partition. */
import type { PrismaClient, Result } from '../../prisma/generated/client/client.ts'
import { AttributionFilter, type AttributionFilterShape, attributionOrder, AttributionOrder, orderedWhere } from './filter.ts'
import { attributionsPage, attributionsQuery, countBySequence } from './connection-of.ts'
import { requireKnown } from '../known.ts'
import { runNumber } from '../run/run-id.ts'
import { builder } from '../builder.ts'
import {
  Contribution,
  ContributionConnection,
  ContributionFilter,
  ContributionOrder,
  contributionsOf,
} from './contribution.ts'
import { ownPromptOf } from '../dataset/own-prompt.ts'
import { totalCount } from '../paging/connection.ts'
import { pageCost, rootPages } from '../cost.ts'
import { warnOfGap } from '../../src/attribution/result-warnings.ts'
import { warnOfBudget } from '../../src/depass/partition/feature.ts'
import { readCandidates } from '../../src/store/decoded.ts'
import { Candidate } from './candidate.ts'
import { DecodedComponent, decodedComponents } from './decoded.ts'
import { scoresLoader } from '../loaders/scores.ts'
import { Partition, PartitionKind, readPartition } from './partition.ts'
import { Mode, readRule, Rule } from './method.ts'
import { Prediction, predictionColumns, predictionOf } from './prediction.ts'
import { Target, targetColumns } from './target.ts'

/**
 * Cost of a list of numbers. It is far less than that of as many rows with names, so one request can ask for the heat
 * maps of 100 prompts.
 */
const SCORES = 10

/** Cost of one JSON value of any length, and of what is asked of each of its components. */
const DECODED = 50
const DECODED_ROWS = 20

/** Candidates in one JSON value, as many as are usually asked for. */
const CANDIDATES = 10

/** `featureStarts`: where the features of every position begin, and at last where all of them end. */
type Split = Pick<Result, 'id' | 'modelId' | 'partition' | 'featureStarts'>

async function budgetWarnings({ id, modelId, partition, featureStarts }: Split, database: PrismaClient): Promise<string[]> {
  const { per = 'position', budget, features } = readPartition(partition)
  if (budget === undefined || features === undefined) return []
  const count = per === 'position'
    ? featureStarts.at(-1) ?? 0
    : await database.contribution.count({ where: { modelId, resultId: id, kind: 'feature' } })
  const warning = warnOfBudget({ per, budget, features }, count)
  return warning === null ? [] : [warning]
}

export const Attribution = builder.prismaNode('Result', {
  name: 'Attribution',
  description:
    "One attribution: the target's value split among the components of a partition, with the error of the sum. " +
    'Addressed by content: the same request always gives the same numbers, computed once.',
  id: { field: 'key', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, key: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'sha256 (hex) of everything that the numbers depend on.' }),
    model: t.relation('model', { description: 'The model that was attributed.' }),
    sequence: t.relation('sequence', { description: 'The tokens that it read.' }),
    warnings: t.stringList({
      description:
        'What about the question may not be meant: under `attribute`, such as a token that stands there twice; and everywhere, ' +
        'that more of the named features may fire, or at more places, than were split out, or that the parts do not add up.',
      select: { id: true, modelId: true, sequence: { select: { hash: true } }, partition: true, featureStarts: true, mode: true, completenessError: true },
      resolve: async ({ sequence, ...split }, _args, context, info) => [
        ...(ownPromptOf(context, info, sequence.hash)?.warnings ?? []),
        ...warnOfGap(split),
        ...(await budgetWarnings(split, context.database)),
      ],
    }),
    target: t.field({
      type: Target,
      description: 'The number that is attributed.',
      select: targetColumns,
      resolve: (row) => row,
    }),
    prediction: t.field({
      type: Prediction,
      nullable: true,
      description: "The model's own answer where the target is read; null in results of earlier versions.",
      select: predictionColumns,
      resolve: (row) => predictionOf(row),
    }),
    partitionKind: t.field({
      type: PartitionKind,
      description: 'What the residual stream was split into.',
      select: { partitionKind: true },
      resolve: (row) => row.partitionKind,
    }),
    partition: t.field({
      type: Partition,
      description: 'How the residual stream was split, in full.',
      select: { partition: true },
      resolve: (row) => readPartition(row.partition),
    }),
    mode: t.field({
      type: Mode,
      description: 'Which reading of the method it was computed with.',
      select: { mode: true },
      resolve: (row) => row.mode,
    }),
    rule: t.field({
      type: Rule,
      description: "How neurons' outputs were shared.",
      select: { rule: true },
      resolve: (row) => readRule(row.rule),
    }),
    temperature: t.exposeFloat('temperature', { description: 'τ of the softmax rule.' }),
    excludeFirst: t.exposeBoolean('excludeFirst', {
      description: 'Whether the first position takes no MLP share except at itself.',
    }),
    engine: t.exposeString('engine', { description: 'What computed it, e.g. `onnx-cpu-float32`.' }),
    completenessError: t.exposeFloat('completenessError', {
      description: "How far the scores are from summing to the target's value, relative to it; 0 is exact.",
    }),
    componentCount: t.exposeInt('componentCount', { description: 'Components of the partition.' }),
    storedCount: t.exposeInt('storedCount', {
      description: 'Components that have a contribution of their own; the others are in `tailMass`.',
    }),
    tailMass: t.exposeFloat('tailMass', {
      description: 'Sum of the scores of the components without a contribution of their own, so that sums still close.',
    }),
    milliseconds: t.exposeFloat('milliseconds', { description: 'How long the computation took.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was computed.' }),
    scores: t.floatList({
      description:
        'Every component\'s score in component order, without names: the shortest way to draw them all. ' +
        'They sum to the target\'s value (once per layer where every layer is split).',
      complexity: SCORES,
      select: { id: true, modelId: true, scoresVectorHash: true },
      resolve: (row, _args, context) => scoresLoader(context).load(row),
    }),
    decoded: t.field({
      type: [DecodedComponent],
      nullable: true,
      description: 'What each component says on its own, in component order; null unless `decode` was asked for.',
      complexity: { field: DECODED, multiplier: DECODED_ROWS },
      select: { id: true, decoded: true },
      resolve: (row) => decodedComponents(row),
    }),
    candidates: t.field({
      type: [Candidate],
      nullable: true,
      description:
        'What the model itself ranks first at the position, best first, as many as `decode` asked for; null without it. ' +
        'The split does not matter to them: by the last layer\'s MLP is the cheapest.',
      complexity: { field: 1, multiplier: CANDIDATES },
      select: { candidates: true },
      resolve: ({ candidates }) => readCandidates(candidates),
    }),
    contributions: t.connection(
      {
        type: Contribution,
        description: "Every component's share. Filtered and ordered before it is cut into pages.",
        complexity: pageCost,
        args: {
          orderBy: t.arg({ type: ContributionOrder, description: 'Component order when absent.' }),
          where: t.arg({ type: ContributionFilter, description: 'All of them when absent.' }),
        },
        select: { id: true, modelId: true, storedCount: true },
        resolve: (row, args, context) => contributionsOf(context, row, args),
      },
      ContributionConnection,
    ),
  }),
})

export const AttributionConnection = builder.connectionObject(
  { type: Attribution, name: 'AttributionConnection', fields: (t) => ({ totalCount: t.int(totalCount(100)) }) },
  { name: 'AttributionEdge' },
)

async function requireAsked(database: PrismaClient, where: AttributionFilterShape | null | undefined): Promise<void> {
  await requireKnown(database, where ?? {})
  if (where?.run != null) await runNumber(where.run, database)
}

builder.queryField('attributions', (t) =>
  t.prismaConnection({
    type: Attribution,
    description: 'Stored attributions. Null only with an error.',
    cursor: 'id',
    totalCount: async (_connection, { where, orderBy }, { database }) => {
      await requireAsked(database, where)
      return database.result.count({ where: orderedWhere(where, orderBy) })
    },
    nullable: true,
    ...rootPages,
    args: {
      where: t.arg({ type: AttributionFilter, description: 'All of them when absent.' }),
      orderBy: t.arg({ type: AttributionOrder, description: 'Newest first when absent.' }),
    },
    resolve: async (query, _root, { where, orderBy }, { database }) => {
      await requireAsked(database, where)
      return database.result.findMany({
        ...query,
        where: orderedWhere(where, orderBy),
        orderBy: attributionOrder(orderBy).map(({ column, direction }) => ({ [column]: direction })),
      })
    },
  }, AttributionConnection),
)

builder.prismaObjectField('Sequence', 'attributions', (t) =>
  t.connection(
    {
      type: Attribution,
      description: 'Stored attributions of these tokens.',
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
        totalCount: () => countBySequence(context, row.id, orderedWhere(args.where, args.orderBy)),
      }),
    },
    AttributionConnection,
  ),
)
