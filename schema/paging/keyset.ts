/**
 * Pages by key: a cursor holds the values that its row is ordered by, and the next page has the rows that compare
 * greater. The database cuts the page inside the join that reads it. (Below a relation, Prisma's own `cursor` reads
 * every remaining row of every parent and cuts in memory.)
 */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { DEFAULT_PAGE } from '../cost.ts'

type Direction = 'asc' | 'desc'

/** What rows are ordered by; the columns together must be unique among the rows of one parent. */
export type Order<Column extends string> = readonly { column: Column; direction: Direction; type: keyof typeof types }[]

/** What a cursor may hold for a column. A forged cursor must be refused before it reaches the database. */
const types = { int: z.int32(), long: z.int(), float: z.number() }

export interface PageArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

type Condition<Column extends string> = { [C in Column]?: { gt?: number; lt?: number; equals?: number } }

type Row<Column extends string> = Record<Column, number | bigint>

export interface PageQuery<Column extends string> {
  /** Conditions for the rows beyond the cursor, of which one must hold. Absent on the first page. */
  beyond: Condition<Column>[] | undefined
  orderBy: { [C in Column]?: Direction }[]
  take: number
}

interface Page {
  size: number
  backward: boolean
  cursor: string | null | undefined
}

function readPage({ first, last, after, before }: PageArguments, largest: number): Page {
  if ((first != null || after != null) && (last != null || before != null)) {
    throw new UserError('BAD_INPUT', 'Pages go forward (first, after) or backward (last, before); both were asked for.')
  }
  const backward = last != null || before != null
  const size = first ?? last ?? Math.min(DEFAULT_PAGE, largest)
  if (size < 0) throw new UserError('BAD_INPUT', `A page of ${size} was asked for; it has at least 0 places.`)
  if (size > largest) {
    throw new UserError('TOO_LARGE', `A page of ${size} was asked for, and the largest here is ${largest}.`)
  }
  return { size, backward, cursor: backward ? before : after }
}

const opposite = (direction: Direction): Direction => (direction === 'asc' ? 'desc' : 'asc')

export function pageQuery<Column extends string>(
  order: Order<Column>,
  args: PageArguments,
  largest: number,
): PageQuery<Column> {
  const { size, backward, cursor } = readPage(args, largest)
  const walked = backward ? order.map((each) => ({ ...each, direction: opposite(each.direction) })) : order
  return {
    beyond: cursor == null ? undefined : beyond(walked, decodeCursor(cursor, order)),
    orderBy: walked.map(({ column, direction }) => one(column, direction)),
    // One more than asked, which shows whether there is another page.
    take: size + 1,
  }
}

/** An object with one key, which TypeScript otherwise widens to any string. */
function one<Column extends string, T>(column: Column, value: T): { [C in Column]?: T } {
  const object: { [C in Column]?: T } = {}
  object[column] = value
  return object
}

/** (a, b) > (x, y) is a > x, or a = x and b > y. */
function beyond<Column extends string>(order: Order<Column>, values: readonly number[]): Condition<Column>[] {
  return order.map(({ column, direction }, level) => {
    const condition: Condition<Column> = {}
    order.slice(0, level).forEach((earlier, index) => {
      condition[earlier.column] = { equals: values[index] }
    })
    condition[column] = direction === 'asc' ? { gt: values[level] } : { lt: values[level] }
    return condition
  })
}

/** `by` names the order, so that a cursor cannot be used on the same list in another order. */
const cursorSchema = z.object({ by: z.string(), at: z.array(z.unknown()) })

const nameOf = (order: Order<string>) => order.map(({ column, direction }) => `${column} ${direction}`).join(', ')

/** Ids of 64 bits never come near 2^53, so numbers hold them. */
function encodeCursor<Column extends string>(row: Row<Column>, order: Order<Column>): string {
  const at = order.map(({ column }) => Number(row[column]))
  return Buffer.from(JSON.stringify({ by: nameOf(order), at })).toString('base64url')
}

function decodeCursor(cursor: string, order: Order<string>): number[] {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!parsed.success) throw noCursor(cursor)
  const { by, at } = parsed.data
  if (by !== nameOf(order)) {
    throw new UserError('BAD_INPUT', `The cursor is of a list ordered by ${by}; this one is ordered by ${nameOf(order)}.`)
  }
  return order.map(({ type }, index) => {
    const value = types[type].safeParse(at[index])
    if (!value.success) throw noCursor(cursor)
    return value.data
  })
}

const noCursor = (cursor: string) =>
  new UserError('BAD_INPUT', `${JSON.stringify(cursor)} is no cursor of this list; take one from its edges or pageInfo.`)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The rows that `pageQuery` found, as a Relay connection. */
export function pageOf<Column extends string, R extends Row<Column>>(
  rows: readonly R[],
  order: Order<Column>,
  args: PageArguments,
  largest: number,
) {
  const { size, backward, cursor } = readPage(args, largest)
  const shown = rows.slice(0, size)
  if (backward) shown.reverse()
  const cursorOf = (node: R | undefined) => (node === undefined ? null : encodeCursor(node, order))
  // Cursors are made only when they are read, since most queries ask only for nodes.
  const edges = shown.map((node) => ({
    node,
    get cursor() {
      return encodeCursor(node, order)
    },
  }))
  const more = rows.length > size
  return {
    edges,
    pageInfo: {
      // A page after a cursor has a previous page, since at least the cursor's row lies there.
      hasNextPage: backward ? cursor != null : more,
      hasPreviousPage: backward ? more : cursor != null,
      get startCursor() {
        return cursorOf(shown.at(0))
      },
      get endCursor() {
        return cursorOf(shown.at(-1))
      },
    },
  }
}
