/** A table of a page in the forms in which it can be copied. */
import type { Copies } from '../ui/copy-bar.tsx'
import { type Cell, csvOf } from './csv.ts'

interface Table {
  /** Name of saved files, without an ending. */
  name: string
  columns: readonly string[]
  rows: readonly (readonly Cell[])[]
}

/** `more`: the query and the command that ask for it. */
export const tableCopies = ({ name, columns, rows }: Table, more: Pick<Copies, 'graphql' | 'command' | 'svg'>): Copies => ({
  name,
  csv: () => csvOf(columns, rows),
  json: () => rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))),
  ...more,
})
