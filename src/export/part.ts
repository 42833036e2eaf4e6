/** A part of an export: the rows of one file, and what its statements need to know. */
import type pg from 'pg'
import { z } from 'zod'
import { UserError } from '../errors.ts'

/** The most rows in one file. They are sorted in memory, and a row takes some 250 bytes. */
export const PART_ROWS = 500_000
/** The most numbers in the lists of one file. */
export const PART_NUMBERS = 4_000_000

const ids = z.array(z.string().regex(/^\d+$/))

export const partSchema = z.strictObject({
  /** The table of the kind. */
  table: z.string(),
  model: z.string(),
  /** The folder below the model's: a run or a feature set. */
  folder: z.strictObject({ column: z.enum(['run_id', 'source']), value: z.string() }).nullable(),
  /** Number within its folder, from 0. */
  number: z.int(),
  /**
   * Ids that its statements refer to by name, all of them digits: `prompts`, the result of each in `results`, `set`,
   * `graphs` …
   */
  ids: z.record(z.string(), ids),
  /** How many prompts, features or graphs are in it. */
  items: z.int(),
  /** How many rows it has. */
  rows: z.int(),
  /** A digest of what may change in the database; it stays the same until something changes. */
  state: z.string().nullable(),
})
export type Part = z.infer<typeof partSchema>

export async function requireNamed(client: pg.ClientBase, table: 'model' | 'dataset' | 'run', name: 'slug' | 'id', value: string | number): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM ${table} WHERE ${name} = $1`, [value])
  if (rowCount === 0) throw new UserError('NOT_FOUND', `There is no ${table} ${value} in the database; see tributary ${table} list.`)
}

/**
 * Divides the items of one folder among files of at most `most` each: as few files as possible, with the largest as small as
 * possible. Items are never cut or reordered, so an item of more than `most` has a file of its own. Weights are whole numbers.
 */
export function cutBySize(weights: readonly number[], most: number): { first: number; end: number }[] {
  const fewest = filled(weights, most).length
  let [low, high] = [0, most]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (filled(weights, middle).length > fewest) low = middle + 1
    else high = middle
  }
  return filled(weights, high)
}

/** Fills one file after another. */
function filled(weights: readonly number[], most: number): { first: number; end: number }[] {
  const pieces: { first: number; end: number }[] = []
  let sum = Infinity
  for (const [i, weight] of weights.entries()) {
    if (sum + weight > most) {
      pieces.push({ first: i, end: i })
      sum = 0
    }
    pieces.at(-1)!.end = i + 1
    sum += weight
  }
  return pieces
}
