/** The definition of one kind of export: its tables, the sources of their rows, and how it is divided into files. */
import type pg from 'pg'
import type { ColumnTable } from './columns.ts'
import type { Part } from './part.ts'
import type { ExportRequest } from './request.ts'

export type ColumnType = 'text' | 'int32' | 'int64' | 'float32' | 'float64' | 'bool' | 'time' | 'texts' | 'floats' | 'ints'

export const isList = (type: ColumnType): boolean => type === 'texts' || type === 'floats' || type === 'ints'

/** A column of the files, named as in the views: an expression of DuckDB over the table's sources. */
export interface Column {
  name: string
  type: ColumnType
  sql: string
}

export const column = (name: string, type: ColumnType, sql: string): Column => ({ name, type, sql })

/**
 * A PostgreSQL statement whose rows become a table of DuckDB. `columns` have DuckDB's types, in the order of the statement;
 * lists are fetched as JSON. `$name` stands for the ids that the part has under that name.
 */
export interface Source {
  name: string
  columns: Readonly<Record<string, string>>
  sql: string
  /** The last column is a vector, fetched as hexadecimal digits of its bytes; no other column is a text. */
  endsWithVector?: true
}

/** A table that DuckDB makes from its sources. */
export interface JoinedTable {
  sources: readonly Source[]
  columns: readonly Column[]
  /** FROM and ORDER BY, in DuckDB. */
  from: string
}

/** A table with so many rows that it is built in this program, which knows that the rows of a result belong together. */
export interface GatheredTable {
  /** `client` is within the transaction whose snapshot all parts share. */
  gather(client: pg.ClientBase, part: Part, signal?: AbortSignal): Promise<ColumnTable>
}

export type ExportTable = JoinedTable | GatheredTable

export interface ExportKind {
  /** Tables by name. If there are several, each has its own folder. */
  tables: Readonly<Record<string, ExportTable>>
  /** Every part of every table, at the moment of the client's transaction. Refuses (NOT_FOUND) names that do not exist. */
  plan(client: pg.ClientBase, request: ExportRequest): Promise<Part[]>
  /** For messages: what to do if nothing matches. */
  nothing: string
  /** For messages: what to name if it is too much for one file. */
  narrower: string
}

/** The part of an export that a row belongs to. With Parquet, the folders say it (model=…/run_id=…). */
export const partitionColumns = ({ model, folder }: Part): Column[] => [
  column('model', 'text', quoted(model)),
  ...(folder === null ? []
  : folder.column === 'run_id' ? [column('run_id', 'int32', `${Number(folder.value)}::INTEGER`)]
  : [column(folder.column, 'text', quoted(folder.value))]),
]

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
