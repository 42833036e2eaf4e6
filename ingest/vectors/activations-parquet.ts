/**
 * Vectors as Parquet, one row a vector: prompt, position, token_id, token, layer, site, vector (a list of float32).
 * DuckDB writes it, as it writes exports. DuckDB holds a table in memory. So rows are written to parts of some
 * megabytes as they come, and at the end the parts are joined by streaming.
 */
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DuckDBType } from '@duckdb/node-api'
import { openDuckDb, sqlName, sqlText } from '../../src/duckdb/open.ts'
import type { ActivationRow, ActivationWriter, OpenActivations } from './activation-writer.ts'

/**
 * Numbers of one part, 16 MiB. A part is held in memory, and becomes one group of rows, which a reader takes at once.
 */
const PART_VALUES = 4 * 1024 ** 2
/** DuckDB takes at most this many rows at once. */
const CHUNK_ROWS = 2048

const WRITER = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false'

export const openParquetActivations: OpenActivations = (out, width, site) => {
  const whole = resolve(out)
  const joined = `${whole}.partial`
  const rowsPerPart = Math.max(1, Math.floor(PART_VALUES / width))
  const parts: string[] = []
  let waiting: Waiting = { rows: [], values: [] }
  let count = 0

  const flush = async () => {
    const part = `${whole}.part-${parts.length}`
    parts.push(part)
    await writePart(part, waiting, { width, layer: site.layer, site: site.name })
    count += waiting.rows.length
    waiting = { rows: [], values: [] }
  }
  const clear = () => Promise.all([joined, ...parts].map((file) => rm(file, { force: true })))

  const writer: ActivationWriter = {
    async append(rows, values) {
      for (const [i, row] of rows.entries()) {
        waiting.rows.push(row)
        waiting.values.push(values.subarray(i * width, (i + 1) * width))
        if (waiting.rows.length >= rowsPerPart) await flush()
      }
    },
    async finish() {
      try {
        if (waiting.rows.length > 0 || parts.length === 0) await flush()
        await joinParts(parts, joined, rowsPerPart)
        await rename(joined, whole)
        return count
      } finally {
        await clear()
      }
    },
    async abandon() {
      await clear()
    },
  }
  return Promise.resolve(writer)
}

interface Waiting {
  rows: ActivationRow[]
  /** [width] for each row. */
  values: Float32Array[]
}

async function writePart(file: string, { rows, values }: Waiting, { width, layer, site }: { width: number; layer: number; site: string }): Promise<void> {
  const { connection, close } = await openDuckDb({ files: [file], threads: 1 })
  try {
    const { ARRAY, arrayValue, DuckDBDataChunk, FLOAT, INTEGER, VARCHAR } = await import('@duckdb/node-api')
    const columns: { name: string; type: DuckDBType; of: (row: ActivationRow) => number | string }[] = [
      { name: 'prompt', type: INTEGER, of: ({ prompt }) => prompt },
      { name: 'position', type: INTEGER, of: ({ position }) => position },
      { name: 'token_id', type: INTEGER, of: ({ tokenId }) => tokenId },
      { name: 'token', type: VARCHAR, of: ({ token }) => token },
      { name: 'layer', type: INTEGER, of: () => layer },
      { name: 'site', type: VARCHAR, of: () => site },
    ]
    const vector = ARRAY(FLOAT, width)
    await connection.run(`CREATE TABLE activations (${columns.map(({ name, type }) => `${sqlName(name)} ${type}`).join(', ')}, vector ${vector})`)
    const appender = await connection.createAppender('activations')
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      const some = rows.slice(from, from + CHUNK_ROWS)
      const chunk = DuckDBDataChunk.create([...columns.map(({ type }) => type), vector], some.length)
      for (const [c, { of }] of columns.entries()) chunk.setColumnValues(c, some.map(of))
      // Setting whole columns of arrays is 15 times as fast as appending lists row by row.
      chunk.setColumnValues(columns.length, some.map((_, i) => arrayValue(Array.from(values[from + i]!))))
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    await connection.run(`COPY activations TO ${sqlText(file)} (${WRITER})`)
  } finally {
    close()
  }
}

/** In their order. */
async function joinParts(parts: readonly string[], out: string, groupRows: number): Promise<void> {
  // A second thread would need as much memory again. A single thread also writes the rows in order without buffering
  // them.
  const { connection, close } = await openDuckDb({ files: [...parts, out], threads: 1 })
  try {
    await connection.run(`COPY (SELECT * FROM read_parquet([${parts.map(sqlText).join(', ')}])) TO ${sqlText(out)} (${WRITER}, ROW_GROUP_SIZE ${groupRows})`)
  } finally {
    close()
  }
}
