/**
 * What a field costs, so that a query's cost is known before it runs. The unit is one row read: an object counts 1,
 * its scalars nothing, a page as many rows as it may have, and a computation what `attribute.ts` says.
 */
import { getNamedType, getNullableType, type GraphQLOutputType, isLeafType, isListType } from 'graphql'
import { UserError } from '../src/errors.ts'

export const DEFAULT_PAGE = 20
export const LARGEST_PAGE = 100

/** Cost of one of many numbers that a computation takes and that no row is compared with. */
export const NUMBER_COST = 0.1

/** Rows that a list without paging is taken to have (tokens of a sequence, positions of a group …). */
const LIST_ROWS = 10

export function ownCost(type: GraphQLOutputType): number | { field: number; multiplier: number } {
  if (isLeafType(getNamedType(type))) return 0
  return isListType(getNullableType(type)) ? { field: 1, multiplier: LIST_ROWS } : 1
}

interface PageSize {
  first?: number | null
  last?: number | null
}

/**
 * Extension of an input with a list in it: what each entry costs, and how many there may be (null: as many as the
 * request's own limits let through). Without this extension an entry costs a row and there may be 1,000, because rows
 * are normally compared with the values of a list.
 */
export const entries = (cost: number, most: number | null = null) => ({ extensions: { entries: { cost, most } } })

const rowsOf = ({ first, last }: PageSize) => Math.max(1, first ?? last ?? DEFAULT_PAGE)

/** A connection counts its rows once; edges and nodes only hand them on (relay.ts). */
export const pageCost = (args: PageSize) => ({ field: 1, multiplier: rowsOf(args) })

/** Options of connections at the root. Asking for more than the largest page is refused instead of cut short. */
export const rootPages = {
  defaultSize: DEFAULT_PAGE,
  maxSize: (args: PageSize) => {
    if (rowsOf(args) <= LARGEST_PAGE) return LARGEST_PAGE
    throw new UserError('TOO_LARGE', `A page of ${rowsOf(args)} was asked for, and the largest here is ${LARGEST_PAGE}.`)
  },
  complexity: pageCost,
}
