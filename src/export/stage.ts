/**
 * Columns in memory → a table of DuckDB, 2048 rows at a time. Texts become enums, which DuckDB writes to files as
 * dictionaries.
 */
import type { DuckDBAppender, DuckDBConnection, DuckDBVector } from '@duckdb/node-api'
import { sqlName, sqlText } from '../duckdb/open.ts'
import { type ColumnData, type ColumnTable, hasNulls, NO_CODE } from './columns.ts'

/** Stands for null in columns of whole numbers, because setting a value to null takes ten times as long. */
const NULL_INT = -(2 ** 31)

const SQL_TYPES = { text: 'VARCHAR', ints: 'INTEGER[]', int32: 'INTEGER', int64: 'BIGINT', float32: 'FLOAT', float64: 'DOUBLE', bool: 'BOOLEAN' } as const

interface Staged {
  column: ColumnData
  /** The values of the codes in columns of texts and lists; null for other columns. */
  texts: readonly string[] | null
}

/** Stages the columns, and returns the statement that reads the table in the order of its rows. */
export async function stage(connection: DuckDBConnection, { rows, columns }: ColumnTable): Promise<string> {
  const staged: Staged[] = []
  const made: string[] = []
  const shown: string[] = []
  for (const [i, column] of columns.entries()) {
    const name = `c${i}`
    const texts = isEmpty(column) ? null : textsOf(column)
    const type = texts === null ? SQL_TYPES[column.type] : `enum_${name}`
    if (texts !== null) await connection.run(`CREATE TYPE ${type} AS ENUM (${[...new Set(texts)].map(sqlText).join(', ')})`)
    const constant = constantOf(column)
    shown.push(`${constant === null ? shownAs(name, column) : `${constant}::${type}`} AS ${sqlName(column.name)}`)
    if (constant !== null) continue
    made.push(`${name} ${type}`)
    staged.push({ column, texts })
  }
  await connection.run(`CREATE TEMP TABLE staged (${made.join(', ')})`)
  const appender = await connection.createAppender('staged')
  await append(appender, staged, rows)
  appender.closeSync()
  return `SELECT ${shown.join(', ')} FROM staged`
}

/** Does it hold only nulls? */
function isEmpty(column: ColumnData): boolean {
  if (column.type === 'text' || column.type === 'ints') return areAll(column.codes, NO_CODE)
  return column.nulls !== null && areAll(column.nulls, 1)
}

/**
 * The value as an SQL literal if all rows have the same one (the method, the dataset, or null); null if they differ.
 */
function constantOf(column: ColumnData): string | null {
  if (isEmpty(column)) return 'NULL'
  if (column.type === 'text') {
    const [first = NO_CODE] = column.codes
    return areAll(column.codes, first) ? sqlText(column.values[first]!) : null
  }
  if (column.type !== 'int32' && column.type !== 'float32' && column.type !== 'float64') return null
  const [first = NaN] = column.data
  if (hasNulls(column.nulls) || !Number.isFinite(first) || !areAll(column.data, first)) return null
  return Object.is(first, -0) ? "'-0'" : String(first)
}

/** Whether all are the same value, bit by bit. Memory is compared with itself, one value further on, instead of half a million values. */
function areAll(values: Int32Array | Float32Array | Float64Array | Uint8Array, value: number): boolean {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = values
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  return values.length === 0 || (Object.is(values[0], value) && bytes.subarray(size).equals(bytes.subarray(0, byteLength - size)))
}

function shownAs(name: string, column: ColumnData): string {
  if (column.type === 'ints') return `${name}::VARCHAR::JSON::INTEGER[]`
  return column.type === 'int32' && hasNulls(column.nulls) ? `nullif(${name}, ${NULL_INT})` : name
}

function textsOf(column: ColumnData): readonly string[] | null {
  if (column.type === 'text') return column.values
  return column.type === 'ints' ? column.values.map((list) => JSON.stringify(list)) : null
}

async function append(appender: DuckDBAppender, columns: readonly Staged[], rows: number): Promise<void> {
  const { DuckDBDataChunk, DuckDBVector: Vector } = await import('@duckdb/node-api')
  const types = columns.map((_, i) => appender.columnType(i))
  const size = Vector.standardSize()
  let chunk = DuckDBDataChunk.create(types, Math.min(size, rows))
  for (let from = 0; from < rows; from += size) {
    const count = Math.min(size, rows - from)
    // The same chunk is refilled, because the values of its enums are then looked up only once.
    if (count !== chunk.rowCount) chunk = DuckDBDataChunk.create(types, count)
    for (const [i, column] of columns.entries()) {
      const vector = chunk.getColumnVector(i)
      fill(vector, column, from, count)
      vector.flush()
    }
    appender.appendDataChunk(chunk)
  }
}

/**
 * Copies `count` rows of a column into a vector. Each type has its own loop, because setting values is fast only if
 * the code always sees the same kind of vector.
 */
function fill(vector: DuckDBVector, { column, texts }: Staged, from: number, count: number): void {
  switch (column.type) {
    case 'text':
    case 'ints': {
      const { codes } = column
      for (let i = 0; i < count; i++) vector.setItem(i, texts?.[codes[from + i]!] ?? null)
      break
    }
    case 'int32': {
      const { data, nulls } = column
      for (let i = 0; i < count; i++) vector.setItem(i, nulls !== null && nulls[from + i] === 1 ? NULL_INT : data[from + i]!)
      break
    }
    case 'int64':
      for (let i = 0; i < count; i++) vector.setItem(i, column.data[from + i]!)
      break
    case 'float32': {
      const { data, nulls } = column
      for (let i = 0; i < count; i++) vector.setItem(i, nulls !== null && nulls[from + i] === 1 ? null : data[from + i]!)
      break
    }
    case 'float64': {
      const { data, nulls } = column
      for (let i = 0; i < count; i++) vector.setItem(i, nulls !== null && nulls[from + i] === 1 ? null : data[from + i]!)
      break
    }
    case 'bool': {
      const { data, nulls } = column
      for (let i = 0; i < count; i++) vector.setItem(i, nulls !== null && nulls[from + i] === 1 ? null : data[from + i] === 1)
      break
    }
    default: throw column satisfies never
  }
}
