/**
 * Fetches one part of an export from Postgres by COPY: into files that DuckDB reads (narrow rows and the tables they are
 * joined with, each text once), or into columns. The view that has everything in every row is far slower (`npm run bench --
 * export` compares them).
 */
import fs from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { ColumnTable } from './columns.ts'
import { withIds } from './part-ids.ts'
import type { Part } from './part.ts'
import type { ExportTable, JoinedTable, Source } from './table.ts'

export interface FetchedTable extends Pick<Source, 'name' | 'columns'> {
  file: string
}

/** The fetched data of one part. */
export type Fetched = { joined: JoinedTable; tables: readonly FetchedTable[] } | { gathered: ColumnTable }

/** `client` is within the transaction whose snapshot all parts share. */
export async function fetchPart(
  client: pg.ClientBase, table: ExportTable, part: Part, folder: string, signal?: AbortSignal,
): Promise<Fetched> {
  if ('gather' in table) return { gathered: await table.gather(client, part, signal) }
  const tables: FetchedTable[] = []
  for (const { name, columns, sql, endsWithVector } of table.sources) {
    const file = path.join(folder, `${name}.csv`)
    const rows = client.query(copyTo(`COPY (${withIds(sql, part.ids)}) TO STDOUT (FORMAT csv)`))
    const written = fs.createWriteStream(file, { mode: 0o600 })
    await pipeline([rows, ...(endsWithVector ? [vectorsAsLists()] : []), written], { ...(signal && { signal }) })
    tables.push({ name, columns, file })
  }
  return { joined: table, tables }
}

/**
 * Replaces the last field of each line, float32 in hexadecimal digits, by a list of numbers. PostgreSQL would take 30 times
 * as long for this, and DuckDB 10 times.
 */
function vectorsAsLists(): Transform {
  let rest = ''
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      done(null, lines.map(withList).join(''))
    },
    flush(done) {
      done(null, rest === '' ? '' : withList(rest))
    },
  })
}

/** Nine digits distinguish every float32 from its neighbours. */
const DIGITS = 9

function withList(line: string): string {
  const at = line.lastIndexOf(',') + 1
  const bytes = Buffer.from(line.slice(at), 'hex')
  const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i).toPrecision(DIGITS))
  return `${line.slice(0, at)}"[${numbers.join(',')}]"\n`
}
