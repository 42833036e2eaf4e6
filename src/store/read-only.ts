/**
 * Runs a user's own SQL: one statement that reads. The role that runs it has no other right (reader-session.ts), and
 * the transaction is rolled back. Values are returned as PostgreSQL's text.
 */
import pg from 'pg'
import { UserError } from '../errors.ts'
import { openReaderSession } from './reader-session.ts'
import type { Store } from './store.ts'

export interface Column {
  name: string
  /** Whether its values are numbers (or null). */
  isNumeric: boolean
  isJson: boolean
  isBoolean: boolean
}

export interface Rows {
  columns: readonly Column[]
  /** As Postgres writes them. */
  rows: readonly (readonly (string | null)[])[]
}

const ROWS_AT_ONCE = 1000

const BLANKS_AND_COMMENTS = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`
const FIRST_WORD = new RegExp(`^${BLANKS_AND_COMMENTS}([a-z]+)`, 'i')
/** Statements that read but cannot be read through a cursor. Their answers are short, and are returned whole. */
const SHORT_READS = new Set(['explain', 'show'])
const CURSOR_READS = new Set(['select', 'with', 'values', 'table'])

/** How long after the timeout the server is given to end the statement by itself. */
const GRACE_MS = 1000

export interface ReadOnlyOptions {
  timeoutMs: number
  /** Ends the statement, and stops reading its rows. */
  signal?: AbortSignal
  /** Called once, before the first row, if this server cannot enforce some part of read-only access. */
  warn?: (sentence: string) => void
}

/**
 * Yields at least one portion, perhaps without rows. Unless it is EXPLAIN or SHOW, a statement must be readable by a
 * cursor, which PostgreSQL's own grammar enforces. The extended protocol takes only one statement, so none can follow
 * a COMMIT.
 */
export async function* readOnlyQuery(
  store: Store,
  sql: string,
  { timeoutMs, signal, warn }: ReadOnlyOptions,
): AsyncGenerator<Rows> {
  const { client, pid, warning, close } = await openReaderSession(store)
  const end = () => void store.query('SELECT pg_terminate_backend($1)', [pid]).catch(() => undefined)
  signal?.addEventListener('abort', end, { once: true })
  /** Runs a statement. One that changed the timeout for later ones is ended from here. */
  const run = async (text: string) => {
    const config = { text, rowMode: 'array' as const, types: AS_TEXT, queryMode: 'extended' }
    const timer = setTimeout(end, timeoutMs + GRACE_MS)
    try {
      return await client.query<(string | null)[]>(config)
    } finally {
      clearTimeout(timer)
    }
  }
  const word = FIRST_WORD.exec(sql)?.[1]?.toLowerCase()
  try {
    if (warning !== null) warn?.(warning)
    await client.query('BEGIN READ ONLY')
    await client.query(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`)
    if (SHORT_READS.has(word ?? '')) return yield rowsOf(await run(sql))
    await run(`DECLARE portions NO SCROLL CURSOR FOR ${sql.replace(/;\s*$/, '')}`)
    for (;;) {
      const portion = await run(`FETCH ${ROWS_AT_ONCE} FROM portions`)
      yield rowsOf(portion)
      if (portion.rows.length < ROWS_AT_ONCE) return
    }
  } catch (error) {
    throw asUserError(error, timeoutMs, word)
  } finally {
    signal?.removeEventListener('abort', end)
    // Nothing is committed, whatever the state of the transaction.
    await close()
  }
}

const AS_TEXT = { getTypeParser: () => (text: string) => text }

const NUMERIC = new Set<number>([
  pg.types.builtins.INT2,
  pg.types.builtins.INT4,
  pg.types.builtins.INT8,
  pg.types.builtins.FLOAT4,
  pg.types.builtins.FLOAT8,
  pg.types.builtins.NUMERIC,
])
const JSON_TYPES = new Set<number>([pg.types.builtins.JSON, pg.types.builtins.JSONB])

const rowsOf = ({ fields, rows }: pg.QueryArrayResult<(string | null)[]>): Rows => ({
  columns: fields.map(({ name, dataTypeID }) => ({
    name,
    isNumeric: NUMERIC.has(dataTypeID),
    isJson: JSON_TYPES.has(dataTypeID),
    isBoolean: dataTypeID === pg.types.builtins.BOOL,
  })),
  rows,
})

const QUERY_CANCELED = '57014'
const TERMINATED = '57P01'
const SYNTAX_ERROR = '42601'
const READS = 'SELECT, WITH, VALUES, TABLE, EXPLAIN or SHOW'

function asUserError(error: unknown, timeoutMs: number, word: string | undefined): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  if (error.code === QUERY_CANCELED || error.code === TERMINATED) {
    const message = `The statement took longer than ${timeoutMs / 1000} s; ask for less, or give more with --timeout.`
    return new UserError('TIMEOUT', message)
  }
  const refused = 'PostgreSQL refuses the statement'
  if (error.code === SYNTAX_ERROR && word !== undefined && !CURSOR_READS.has(word) && !SHORT_READS.has(word)) {
    const message = `${refused}: cannot execute ${word.toUpperCase()} in a read-only transaction; expected one that reads: ${READS}.`
    return new UserError('BAD_INPUT', message, { cause: error })
  }
  const hint = error.hint ? ` (${error.hint})` : ''
  return new UserError('BAD_INPUT', `${refused}: ${error.message}${hint}.`, { cause: error })
}
