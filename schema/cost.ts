/**
 * What a field costs, so that a query's cost is known before it runs. The unit is one row read: an object counts 1,
 * its scalars nothing, a page as many rows as it may have, and a computation what `attribute.ts` says.
 */
import { getNamedType, getNullableType, type GraphQLOutputType, isLeafType, isListType } from 'graphql'
import { UserError } from '../src/errors.ts'

export const DEFAULT_PAGE = 20
export const LARGEST_PAGE = 100

/** Rows that a list without paging is taken to have (tokens of a sequence, positions of a group …). */
const LIST_ROWS = 10

export function ownCost(type: GraphQLOutputType): number | { field: number; multiplier: number } {
  if (isLeafType(getNamedType(type))) return 0
  return isListType(getNullableType(type)) ? { field: 1, multiplier: LIST_ROWS } : 1
}

interface PageArguments {
  first?: number | null
  last?: number | null
}

/** Options that page a connection: sizes, cost, and a refusal where asking for too much would return a short page. */
export function pages(largest: number = LARGEST_PAGE) {
  const rows = ({ first, last }: PageArguments) => first ?? last ?? DEFAULT_PAGE
  return {
    defaultSize: DEFAULT_PAGE,
    maxSize: (args: PageArguments) => {
      const asked = rows(args)
      if (asked <= largest) return largest
      throw new UserError('TOO_LARGE', `A page of ${asked} was asked for, and the largest here is ${largest}.`)
    },
    complexity: (args: PageArguments) => ({ field: 1, multiplier: Math.max(1, rows(args)) }),
  }
}
