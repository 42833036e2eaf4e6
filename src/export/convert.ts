/**
 * From the fetched data of one part to one file. DuckDB joins what has to be joined, and writes columns in their
 * types.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import { openDuckDb, sqlName, sqlText } from '../duckdb/open.ts'
import { writeArrow, writeColumnsAsArrow } from './arrow.ts'
import { partitionData } from './columns.ts'
import type { Fetched, FetchedTable } from './fetch.ts'
import type { Part } from './part.ts'
import type { ExportFormat } from './request.ts'
import { stage } from './stage.ts'
import { type ColumnType, isList, partitionColumns } from './table.ts'

/** The longest line: a row with its text and vectors. DuckDB takes 16 times as much for its buffer. */
const LINE_BYTES = 16 * 1024 ** 2

const WRITERS: Record<Exclude<ExportFormat, 'arrow'>, string> = {
  // Readers skip whole groups of rows: a group's footer has its ranges of runs, prompts and scores.
  parquet: 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880',
  csv: 'FORMAT csv, HEADER true',
  jsonl: 'FORMAT json, ARRAY false',
}

export interface Conversion {
  format: ExportFormat
  part: Part
  fetched: Fetched
  /** Absolute path. */
  out: string
  /** Whether model and run are columns as well, for a file outside of the folders that name them. */
  withPartition: boolean
}

/** Returns the number of rows written. */
export async function convertPart({ format, part, fetched, out, withPartition }: Conversion): Promise<number> {
  const isArrow = format === 'arrow'
  if ('gathered' in fetched) {
    const { rows, columns } = fetched.gathered
    const all = [...(withPartition ? partitionData(part, rows) : []), ...columns]
    if (isArrow) return writeColumnsAsArrow({ rows, columns: all }, out)
    return withDuckDb([out], async (connection) => write(connection, format, await stage(connection, { rows, columns: all }), all, out))
  }
  const { joined, tables } = fetched
  const columns = [...(withPartition ? partitionColumns(part) : []), ...joined.columns]
  const select = `SELECT ${columns.map(({ name, sql }) => `${sql} AS ${sqlName(name)}`).join(', ')} ${joined.from}`
  return withDuckDb([...tables.map(({ file }) => file), ...(isArrow ? [] : [out])], async (connection) => {
    for (const source of tables) await load(connection, source)
    return format === 'arrow' ? writeArrow(connection, select, columns, out) : write(connection, format, select, columns, out)
  })
}

async function withDuckDb<T>(files: readonly string[], action: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { connection, close } = await openDuckDb({ files })
  try {
    return await action(connection)
  } finally {
    close()
  }
}

async function write(
  connection: DuckDBConnection, format: keyof typeof WRITERS, select: string, columns: readonly { name: string; type: ColumnType }[], out: string,
): Promise<number> {
  const statement = format === 'csv' ? withoutLists(select, columns) : select
  const copied = await connection.runAndReadAll(`COPY (${statement}) TO ${sqlText(out)} (${WRITERS[format]}, USE_TMP_FILE false)`)
  return z.array(z.tuple([z.coerce.number()])).parse(copied.getRowsJson())[0]?.[0] ?? 0
}

/** CSV has no lists, so lists become JSON text. */
function withoutLists(select: string, columns: readonly { name: string; type: ColumnType }[]): string {
  const lists = columns.filter(({ type }) => isList(type)).map(({ name }) => `to_json(${sqlName(name)})::VARCHAR AS ${sqlName(name)}`)
  return lists.length === 0 ? select : `SELECT * REPLACE (${lists.join(', ')}) FROM (${select})`
}

async function load(connection: DuckDBConnection, { name, columns, file }: FetchedTable): Promise<void> {
  // Lists are fetched as JSON.
  const isJson = (type: string) => type.endsWith('[]')
  const types = Object.entries(columns).map(([column, type]) => `${sqlText(column)}: ${sqlText(isJson(type) ? 'VARCHAR' : type)}`)
  const shown = Object.entries(columns).map(([column, type]) =>
    isJson(type) ? `${sqlName(column)}::JSON::${type} AS ${sqlName(column)}` : sqlName(column))
  // Postgres writes an empty text as "", and null as nothing.
  await connection.run(
    `CREATE TEMP TABLE ${sqlName(name)} AS SELECT ${shown.join(', ')} FROM read_csv(${sqlText(file)}, header = false, auto_detect = false,
       delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, new_line = '\\n', strict_mode = false,
       max_line_size = ${LINE_BYTES}, columns = {${types.join(', ')}})`,
  )
}
