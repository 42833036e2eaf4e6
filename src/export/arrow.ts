/** Rows of DuckDB as an Arrow IPC file, which DuckDB cannot write without an extension; texts as dictionaries. */
import { writeFile } from 'node:fs/promises'
import {
  Bool, type DataType, Dictionary, Field, Float32, Float64, Int32, Int64, List, makeBuilder, makeData, RecordBatch,
  RecordBatchFileWriter, Schema, Struct, TimestampMillisecond, Utf8,
} from 'apache-arrow'
import { type DuckDBConnection, DuckDBListValue, DuckDBTimestampTZValue, type DuckDBValue } from '@duckdb/node-api'
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

/** Rows written to `out`, an absolute path: one batch, so that each text stands in its dictionary once. */
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
  const children = builders.map((builder) => builder.finish().flush())
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children })
  const writer = RecordBatchFileWriter.writeAll([new RecordBatch(schema, data)])
  await writeFile(out, writer.toUint8Array(true), { mode: 0o600 })
  return rows
}
