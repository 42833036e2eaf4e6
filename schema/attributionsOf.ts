/** The attributions of a sequence or a model: newest first, in pages. */
import type { Prisma } from '../prisma/generated/client/client.ts'
import { attributionWhere, type AttributionFilterShape } from './attributionFilter.ts'
import { LARGEST_PAGE } from './cost.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from './keyset.ts'
import { childCounter } from './loaders/counts.ts'

const NEWEST_FIRST: Order<'id'> = [{ column: 'id', direction: 'desc', type: 'int' }]

interface Arguments extends PageArguments {
  where?: AttributionFilterShape | null
}

/** For the `results` relation of a selection. */
export function attributionsQuery({ where, ...page }: Arguments) {
  const { beyond, ...query } = pageQuery(NEWEST_FIRST, page, LARGEST_PAGE)
  const conditions: Prisma.ResultWhereInput = { AND: [attributionWhere(where), { OR: beyond }] }
  return { ...query, where: conditions, select: { id: true, key: true } } as const
}

export const attributionsPage = <Row extends { id: bigint; key: string }>(rows: readonly Row[], args: Arguments) =>
  pageOf(rows, NEWEST_FIRST, args, LARGEST_PAGE)

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
