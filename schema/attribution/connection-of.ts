/** The attributions of a sequence or a model, in pages. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import {
  attributionOrder, type AttributionFilterShape, type AttributionOrderShape, orderedWhere, type OrderColumn,
} from './filter.ts'
import { LARGEST_PAGE } from '../cost.ts'
import { type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { childCounter } from '../loaders/counts.ts'

interface Arguments extends PageArguments {
  where?: AttributionFilterShape | null
  orderBy?: AttributionOrderShape | null
}

/** What a page is addressed by, and every number that it may be ordered by. */
const columns = {
  id: true,
  key: true,
  targetValue: true,
  targetProbability: true,
  completenessError: true,
  predictedProbability: true,
  expectedProbability: true,
  expectedRank: true,
} as const

/** For the `results` relation of a selection. */
export function attributionsQuery({ where, orderBy, ...page }: Arguments) {
  const { beyond, ...query } = pageQuery(attributionOrder(orderBy), page, LARGEST_PAGE)
  const conditions: Prisma.ResultWhereInput = { AND: [orderedWhere(where, orderBy), { OR: beyond }] }
  return { ...query, where: conditions, select: columns } as const
}

type Row = { id: bigint; key: string } & Record<Exclude<OrderColumn, 'id'>, number | null>

export const attributionsPage = <R extends Row>(rows: readonly R[], args: Arguments) =>
  pageOf(rows.map(placed), attributionOrder(args.orderBy), args, LARGEST_PAGE)

/** If the list is ordered by a number, no row lacks it (`orderedWhere`); the other columns are not looked at. */
const placed = <R extends Row>(row: R): R & Record<OrderColumn, number | bigint> => row as R & Record<OrderColumn, number | bigint>

export const countBySequence = childCounter<number, Prisma.ResultWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.result.groupBy({
    by: ['sequenceId'],
    where: { AND: [{ sequenceId: { in: ids } }, where] },
    _count: true,
  })
  return new Map(counts.map(({ sequenceId, _count }) => [sequenceId, _count]))
})

export const countByModel = childCounter<number, Prisma.ResultWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.result.groupBy({
    by: ['modelId'],
    where: { AND: [{ modelId: { in: ids } }, where] },
    _count: true,
  })
  return new Map(counts.map(({ modelId, _count }) => [modelId, _count]))
})
