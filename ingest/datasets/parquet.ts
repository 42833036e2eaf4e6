/**
 * Parquet, read by DuckDB: each row comes as JSON text, which holds integers and decimals to the last digit, and is
 * then a record like those of any other file.
 */
import { realpath } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import { openDuckDb, sqlName, sqlText } from '../../src/duckdb/open.ts'
import { UserError } from '../../src/errors.ts'
import { MAX_DEPTH, readJson, type ReadJson } from '../../src/json/read.ts'
import { quoteTokens } from '../../src/json/write.ts'
import type { DatasetLimits } from './limits.ts'
import type { RawRecord } from './record.ts'
import { quotedName } from './text.ts'

/** If a row takes longer than this, the file was made to be slow. */
const PATIENCE_MS = 60_000

/** Rows as records; Parquet has no lines. */
export async function* readParquet(path: string, limits: DatasetLimits, file: string): AsyncGenerator<RawRecord[]> {
  const real = await realpath(path)
  const { connection, close } = await openDuckDb({ files: [real] })
  try {
    yield* readRows(connection, real, limits, file)
  } catch (error) {
    throw error instanceof UserError ? error : asUserError(error, file)
  } finally {
    close()
  }
}

async function* readRows(
  connection: DuckDBConnection,
  path: string,
  limits: DatasetLimits,
  file: string,
): AsyncGenerator<RawRecord[]> {
  const source = `read_parquet(${sqlText(path)})`
  const columns = await columnsOf(connection, path, file)
  // A name that no column has, because to_json would otherwise take the column of that name.
  const row = nameBeside(columns, 'record')
  const rows = await connection.stream(`SELECT to_json(${sqlName(row)})::VARCHAR FROM ${source} AS ${sqlName(row)}`)
  let record = 0
  let bytes = 0
  for (;;) {
    const chunk = await soon(() => rows.fetchChunk(), connection, file)
    if (!chunk || chunk.rowCount === 0) return
    const texts = z.array(z.string()).parse(chunk.getColumnValues(0))
    bytes += texts.reduce((sum, text) => sum + text.length, 0)
    if (bytes > limits.fileBytes)
      throw new UserError(
        'TOO_LARGE',
        `${file} unpacks to more than ${limits.fileBytes} bytes, which is all that is read; split it.`,
      )
    yield texts.map((text) => ({ record: ++record, line: null, ...readRow(text, limits.recordBytes) }))
  }
}

function readRow(text: string, limitBytes: number): ReadJson {
  if (text.length > limitBytes) return { reason: `has ${text.length} bytes; at most ${limitBytes} are taken` }
  return readJson(NOT_A_NUMBER.test(text) ? quoteTokens(text, NOT_A_NUMBER) : text)
}

/** Numbers that JSON does not have; they are kept as texts. */
const NOT_A_NUMBER = /-?(?:NaN|Infinity)/

const columnSchema = z.object({ name: z.string(), num_children: z.coerce.number().nullable() })
type SchemaColumn = z.infer<typeof columnSchema>

/**
 * The names of the columns. Refuses two of one name at any depth, because DuckDB would rename one of them. DuckDB
 * ignores case in names, so names that differ only in case are refused, too.
 */
async function columnsOf(connection: DuckDBConnection, path: string, file: string): Promise<string[]> {
  const found = await connection.runAndReadAll(`SELECT name, num_children FROM parquet_schema(${sqlText(path)})`)
  const [root, ...rest] = z.array(columnSchema).parse(found.getRowObjectsJson())
  return namesUnder(root?.num_children ?? 0, rest.values(), file, 0)
}

/** The schema is a flat list: each column is followed by the columns inside it. */
function namesUnder(count: number, columns: Iterator<SchemaColumn>, file: string, depth: number): string[] {
  if (depth > MAX_DEPTH)
    throw new UserError('BAD_DATASET', `${file} has columns nested more than ${MAX_DEPTH} levels deep.`)
  const names = new Map<string, string>()
  for (let child = 0; child < count; child++) {
    const next = columns.next()
    if (next.done) break
    const { name, num_children: children } = next.value
    const twin = names.get(name.toLowerCase())
    if (twin !== undefined) {
      const called = [...new Set([twin, name])].map(quotedName).join(' and ')
      throw new UserError('BAD_DATASET', `${file} has two columns called ${called}; give each a name of its own.`)
    }
    names.set(name.toLowerCase(), name)
    if (children !== null) namesUnder(children, columns, file, depth + 1)
  }
  return [...names.values()]
}

function nameBeside(taken: readonly string[], wanted: string): string {
  const names = new Set(taken.map((name) => name.toLowerCase()))
  let name = wanted
  while (names.has(name)) name += '_'
  return name
}

/** Runs an action with a time limit. DuckDB computes on threads of its own, so it can be stopped from here. */
async function soon<T>(action: () => Promise<T>, connection: DuckDBConnection, file: string): Promise<T> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    connection.interrupt()
  }, PATIENCE_MS)
  try {
    return await action()
  } catch (error) {
    if (!isLate) throw error
    throw new UserError(
      'TIMEOUT',
      `${file} gave no row within ${PATIENCE_MS / 1000} s and was given up; is it damaged?`,
    )
  } finally {
    clearTimeout(timer)
  }
}

function asUserError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error
  const message = (error.message.split('\n')[0] ?? '').replace(/[\s\p{C}]+/gu, ' ').trim().slice(0, 300)
  if (message.startsWith('Out of Memory'))
    return new UserError('TOO_LARGE', `${file} needs more memory than a dataset may take (${message}); split it.`, {
      cause: error,
    })
  return new UserError('BAD_DATASET', `${file} cannot be read as Parquet: ${message}`, { cause: error })
}
