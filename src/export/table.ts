/** What one kind of export is made of: its tables, where their rows come from, and how it is cut into files. */
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
 * A statement of PostgreSQL whose rows DuckDB gets as a table. `columns` have DuckDB's types, in the order of the
 * statement; those of lists are fetched as JSON. `$name` stands for the numbers that the part has under that name.
 */
export interface Source {
  name: string
  columns: Readonly<Record<string, string>>
  sql: string
  /** The last column is a vector, fetched as the hexadecimal digits of its bytes; no other column is a text. */
  endsWithVector?: true
}

/** A table that DuckDB makes of its sources. */
export interface JoinedTable {
  sources: readonly Source[]
  columns: readonly Column[]
  /** FROM and ORDER BY, in DuckDB. */
  from: string
}

/** A table of so many rows that it is put together here, where a result's rows are known to belong together. */
export interface GatheredTable {
  /** `client` is within the transaction whose snapshot all parts share. */
  gather(client: pg.ClientBase, part: Part, signal?: AbortSignal): Promise<ColumnTable>
}

export type ExportTable = JoinedTable | GatheredTable

export interface ExportKind {
  /** By name. Where there are several, each has a folder of its own. */
  tables: Readonly<Record<string, ExportTable>>
  /** Every part of every table, of the moment of the client's transaction. Refuses (NOT_FOUND) names that are not there. */
  plan(client: pg.ClientBase, request: ExportRequest): Promise<Part[]>
  /** What to do where nothing fits. */
  nothing: string
  /** What to name where it is too much for one file. */
  narrower: string
}

/** Which part of an export a row belongs to. In Parquet the folders say it (model=…/run_id=…). */
export const partitionColumns = ({ model, folder }: Part): Column[] => [
  column('model', 'text', quoted(model)),
  ...(folder === null ? []
  : folder.column === 'run_id' ? [column('run_id', 'int32', `${Number(folder.value)}::INTEGER`)]
  : [column(folder.column, 'text', quoted(folder.value))]),
]

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
