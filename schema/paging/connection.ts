/** What a page knows besides its edges. */
import type { MaybePromise } from '@pothos/core'

/** Counted only when asked for: a number that came with the rows, or a query of its own. */
export interface ConnectionTotals {
  totalCount?: number | null | (() => MaybePromise<number>)
}

/**
 * Options of the `totalCount` field that every connection type has. The extension tells the Prisma plugin that a query
 * for `totalCount` alone needs no rows.
 */
export const totalCount = (cost: number) =>
  ({
    description: 'How many there are in all, with the filter applied and before pages are cut.',
    complexity: cost,
    extensions: { pothosPrismaTotalCount: true },
    resolve: ({ totalCount: total }: ConnectionTotals): MaybePromise<number> => {
      const counted = typeof total === 'function' ? total() : total
      if (counted === null || counted === undefined) throw new Error('this connection does not count its rows')
      return counted
    },
  }) as const
