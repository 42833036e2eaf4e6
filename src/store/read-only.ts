/** Someone's own SQL, run so that it cannot change anything by accident, nor for ever. Rows come as they are read. */
import pg from 'pg'
import { UserError } from '../errors.ts'
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

/** What a cursor can read: many rows with little memory. EXPLAIN and SHOW are short and come whole. */
const CURSOR_READS = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:select|with|values|table|\()/i

/** At least one portion, perhaps without rows. The extended protocol takes one statement: none can follow a COMMIT. */
export async function* readOnlyQuery(
  store: Store,
  sql: string,
  { timeoutMs }: { timeoutMs: number },
): AsyncGenerator<Rows> {
  const client = await store.connect()
  const run = (text: string) => {
    const config = { text, rowMode: 'array' as const, types: AS_TEXT, queryMode: 'extended' }
    return client.query<(string | null)[]>(config)
  }
  try {
    await client.query('BEGIN READ ONLY')
    await client.query(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`)
    if (!CURSOR_READS.test(sql)) return yield rowsOf(await run(sql))
    await run(`DECLARE portions NO SCROLL CURSOR FOR ${sql.replace(/;\s*$/, '')}`)
    for (;;) {
      const portion = await run(`FETCH ${ROWS_AT_ONCE} FROM portions`)
      yield rowsOf(portion)
      if (portion.rows.length < ROWS_AT_ONCE) return
    }
  } catch (error) {
    throw asUserError(error, timeoutMs)
  } finally {
    // Whatever state it is in, nobody else gets this connection.
    client.release(true)
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

function asUserError(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  if (error.code === QUERY_CANCELED) {
    const message = `The statement took longer than ${timeoutMs / 1000} s; ask for less, or give more with --timeout.`
    return new UserError('TIMEOUT', message)
  }
  const hint = error.hint ? ` (${error.hint})` : ''
  return new UserError('BAD_INPUT', `PostgreSQL refuses the statement: ${error.message}${hint}.`, { cause: error })
}
