/** Writes Arrow IPC files, because DuckDB needs an extension for them. Texts become dictionaries. */
import { writeFile } from 'node:fs/promises'
import {
  Bool, type Data, type DataType, Dictionary, Field, Float32, Float64, Int32, Int64, List, makeBuilder, makeData, RecordBatch,
  RecordBatchFileWriter, Schema, Struct, TimestampMillisecond, Utf8, vectorFromArray,
} from 'apache-arrow'
import { type DuckDBConnection, DuckDBListValue, DuckDBTimestampTZValue, type DuckDBValue } from '@duckdb/node-api'
import { type ColumnTable, type NamedData, NO_CODE } from './columns.ts'
import type { ColumnType } from './table.ts'

interface ArrowColumn {
  name: string
  type: ColumnType
}

function typeOf(type: ColumnType): DataType {
  switch (type) {
    case 'text': return new Dictionary(new Utf8(), new Int32())
    case 'int32': return new Int32()
    case 'int64': return new Int64()
    case 'float32': return new Float32()
    case 'float64': return new Float64()
    case 'bool': return new Bool()
    case 'time': return new TimestampMillisecond('UTC')
    case 'texts': return new List(new Field('item', new Utf8(), true))
    case 'floats': return new List(new Field('item', new Float32(), true))
    case 'ints': return new List(new Field('item', new Int32(), true))
    default: throw type satisfies never
  }
}

const plain = (value: DuckDBValue): unknown => {
  if (value instanceof DuckDBListValue) return value.items
  if (value instanceof DuckDBTimestampTZValue) return Number(value.micros / 1000n)
  return value
}

/**
 * Writes the rows of a statement to `out`, an absolute path, as one batch, so that each text is in its dictionary
 * once.
 */
export async function writeArrow(
  connection: DuckDBConnection, select: string, columns: readonly ArrowColumn[], out: string,
): Promise<number> {
  const types = columns.map(({ type }) => typeOf(type))
  const schema = new Schema(columns.map(({ name }, i) => new Field(name, types[i]!, true)))
  const builders = types.map((type) => makeBuilder({ type, nullValues: [null, undefined] }))
  let rows = 0
  const result = await connection.stream(select)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    for (const [i, builder] of builders.entries()) for (const value of chunk.getColumnValues(i)) builder.append(plain(value))
    rows += chunk.rowCount
  }
  return writeBatch(schema, rows, builders.map((builder) => builder.finish().flush()), out)
}

async function writeBatch(schema: Schema, rows: number, children: Data[], out: string): Promise<number> {
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children })
  const writer = RecordBatchFileWriter.writeAll([new RecordBatch(schema, data)])
  await writeFile(out, writer.toUint8Array(true), { mode: 0o600 })
  return rows
}

/** Writes columns in memory to an Arrow file; their numbers become the file's. */
export async function writeColumnsAsArrow({ rows, columns }: ColumnTable, out: string): Promise<number> {
  const children = columns.map((column) => dataOf(column, rows))
  return writeBatch(new Schema(columns.map(({ name }, i) => new Field(name, children[i]!.type, true))), rows, children, out)
}

function dataOf(column: NamedData, length: number): Data {
  switch (column.type) {
    case 'text': {
      const { values, codes } = column
      const dictionary = vectorFromArray([...values], new Utf8())
      return makeData({ type: new Dictionary(new Utf8(), new Int32()), length, data: codes, dictionary, ...validity(codes.map((code) => Number(code === NO_CODE))) })
    }
    case 'ints': {
      const lists = Array.from(column.codes, (code) => column.values[code] ?? [])
      const valueOffsets = new Int32Array(length + 1)
      for (const [i, list] of lists.entries()) valueOffsets[i + 1] = valueOffsets[i]! + list.length
      const numbers = makeData({ type: new Int32(), length: valueOffsets[length]!, data: Int32Array.from(lists.flat()) })
      const type = new List(new Field('item', new Int32(), true))
      return makeData({ type, length, valueOffsets, child: numbers, ...validity(column.codes.map((code) => Number(code === NO_CODE))) })
    }
    case 'int32': return makeData({ type: new Int32(), length, data: column.data, ...validity(column.nulls) })
    case 'int64': return makeData({ type: new Int64(), length, data: column.data })
    case 'float32': return makeData({ type: new Float32(), length, data: column.data, ...validity(column.nulls) })
    case 'float64': return makeData({ type: new Float64(), length, data: column.data, ...validity(column.nulls) })
    case 'bool': return makeData({ type: new Bool(), length, data: bitsWhere(column.data, 1), ...validity(column.nulls) })
    default: throw column satisfies never
  }
}

/** `nulls`: a number other than 0 marks a null. */
function validity(nulls: ArrayLike<number> | null): { nullCount: number; nullBitmap?: Uint8Array } {
  if (nulls === null) return { nullCount: 0 }
  let nullCount = 0
  for (let i = 0; i < nulls.length; i++) if (nulls[i] !== 0) nullCount += 1
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bitsWhere(nulls, 0) }
}

/** A bit for each number, set if the number equals `value`. */
function bitsWhere(numbers: ArrayLike<number>, value: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(numbers.length / 8))
  for (let i = 0; i < numbers.length; i++) if (numbers[i] === value) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}
