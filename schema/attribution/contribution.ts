/** One component's share of the target, and how a page of them is filtered and ordered (both in the database). */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { builder } from '../builder.ts'
import { Component, ComponentKind } from '../component/component.ts'
import { totalCount } from '../paging/connection.ts'
import type { Context } from '../context.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { childCounter } from '../loaders/counts.ts'
import { OrderDirection } from '../paging/order.ts'

/**
 * Whole rows are always read: eight small columns. If fields stated their columns one by one (`expose`), Pothos would
 * check for each whether it was read, and for a page of contributions that takes longer than the reading.
 */
const columns = {
  modelId: true,
  resultId: true,
  ordinal: true,
  score: true,
  magnitude: true,
  kind: true,
  layer: true,
  componentIndex: true,
} as const

export const Contribution = builder.prismaObject('Contribution', {
  description: "One component's share of the target.",
  select: columns,
  fields: (t) => ({
    score: t.float({
      resolve: ({ score }) => score,
      description: "The share, in the target's own unit (a logit, or a projection). Negative where it works against.",
    }),
    magnitude: t.float({ description: '|score|.', resolve: ({ magnitude }) => magnitude }),
    ordinal: t.int({ description: 'Place in component order, from 0.', resolve: ({ ordinal }) => ordinal }),
    component: t.field({
      type: Component,
      description: 'Whose share it is.',
      resolve: (row) => row,
    }),
  }),
})

export const ContributionConnection = builder.connectionObject(
  { type: Contribution, name: 'ContributionConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ContributionEdge' },
)

const ContributionField = builder.enumType('ContributionField', {
  description: 'What contributions can be ordered by.',
  values: {
    ORDINAL: { value: 'ordinal', description: 'Component order: positions, heads and neurons as they are numbered.' },
    SCORE: { value: 'score', description: 'The share, with its sign.' },
    MAGNITUDE: { value: 'magnitude', description: '|score|: what matters most, for or against.' },
  },
} as const)

export const ContributionOrder = builder.inputType('ContributionOrder', {
  description: 'How contributions are ordered. Equal ones stand in component order.',
  fields: (t) => ({
    by: t.field({ type: ContributionField, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'desc',
      description: 'Largest or smallest first.',
    }),
  }),
})

export const ContributionFilter = builder.inputType('ContributionFilter', {
  description: 'Which contributions to give; every condition that is there must hold.',
  fields: (t) => ({
    kinds: t.field({ type: [ComponentKind], description: 'Only components of these kinds.' }),
    layers: t.intList({ description: 'Only components of these layers.' }),
    indexes: t.intList({ description: 'Only these positions, groups, heads or neurons.' }),
    minMagnitude: t.float({ description: 'Only shares of at least this size, for or against.' }),
    minScore: t.float({ description: 'Only shares of at least this much.' }),
    maxScore: t.float({ description: 'Only shares of at most this much.' }),
  }),
})

interface Arguments extends PageArguments {
  orderBy?: typeof ContributionOrder.$inferInput | null
  where?: typeof ContributionFilter.$inferInput | null
}

/** A prompt's tokens or a layer's heads fit on one page. */
const LARGEST_PAGE = 1000

type OrderColumn = 'ordinal' | 'score' | 'magnitude'

function orderOf({ orderBy }: Arguments): Order<OrderColumn> {
  const { by, direction } = orderBy ?? { by: 'ordinal', direction: 'asc' }
  if (by === 'ordinal') return [{ column: by, direction, type: 'int' }]
  return [
    { column: by, direction, type: 'float' },
    { column: 'ordinal', direction: 'asc', type: 'int' },
  ]
}

/** For the `contributions` relation of a selection. */
export function contributionsQuery(args: Arguments) {
  const { beyond, ...query } = pageQuery(orderOf(args), args, LARGEST_PAGE)
  const conditions: Prisma.ContributionWhereInput = { AND: [contributionWhere(args.where), { OR: beyond }] }
  return { ...query, where: conditions, select: columns } as const
}

export const contributionsPage = <Row extends Record<OrderColumn, number>>(
  rows: readonly Row[],
  args: Arguments,
) => pageOf(rows, orderOf(args), args, LARGEST_PAGE)

const countFiltered = childCounter<bigint, Prisma.ContributionWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.contribution.groupBy({
    by: ['resultId'],
    where: { AND: [{ resultId: { in: ids } }, where] },
    _count: true,
  })
  return new Map(counts.map(({ resultId, _count }) => [resultId, _count]))
})

/** An attribution stores how many contributions it has, so only a filter makes counting necessary. */
export function countContributions(
  context: Context,
  result: { id: bigint; modelId: number; storedCount: number },
  { where }: Arguments,
): number | Promise<number> {
  if (!where) return result.storedCount
  // Given the model, Postgres opens only one partition of the table.
  return countFiltered(context, result.id, { modelId: result.modelId, ...contributionWhere(where) })
}

const LARGEST_LAYER = 32_767

function contributionWhere(filter: Arguments['where']): Prisma.ContributionWhereInput {
  const { kinds, layers, indexes, minMagnitude, minScore, maxScore } = filter ?? {}
  return {
    ...(kinds && { kind: { in: kinds } }),
    // The column is a smallint, and comparing it with a larger number is an error.
    ...(layers && { layer: { in: layers.filter((layer) => Math.abs(layer) <= LARGEST_LAYER) } }),
    ...(indexes && { componentIndex: { in: indexes } }),
    ...(minMagnitude != null && { magnitude: { gte: minMagnitude } }),
    ...((minScore != null || maxScore != null) && { score: { gte: minScore ?? undefined, lte: maxScore ?? undefined } }),
  }
}
