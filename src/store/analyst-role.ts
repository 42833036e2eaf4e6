/**
 * A database role for people who read with SQL. It is a member of the reader (reader-role.ts) and has a password, a
 * limit of connections, and settings that end statements that run too long. A session may change these settings, so
 * statements that then run too long are ended from outside (analyst-guard.ts).
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { UserError } from '../errors.ts'
import { ensureReader } from './reader-role.ts'
import { inTransaction, type Store } from './store.ts'

const NAME_FORM = /^[a-z_][a-z0-9_]{0,62}$/
const PASSWORD_BYTES = 24
const MOST_CONNECTIONS = 10
const IDLE_SECONDS = 300

/** How much one statement may write to disk while it sorts. Only a superuser may raise it. */
const TEMPORARY_FILES = '10GB'

/** PostgreSQL's codes for a name that is taken, and for missing rights. */
const TAKEN = '42710'
const NOT_PERMITTED = '42501'

export interface AnalystRole {
  /** Given in this answer only, and stored nowhere. */
  password: string
  /**
   * In words: what the role may do besides reading because this server allows it to everyone, and we may not change
   * that.
   */
  leftOpen: string[]
}

export async function createAnalystRole(
  store: Store,
  { name, timeoutMs }: { name: string; timeoutMs: number },
): Promise<AnalystRole> {
  const role = roleName(name)
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  try {
    const reader = await ensureReader(store)
    await inTransaction(store, async (client) => {
      await client.query(
        `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${MOST_CONNECTIONS} ` +
          `PASSWORD ${pg.escapeLiteral(password)} IN ROLE ${reader.role}`,
      )
      await client.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`)
      await client.query(`ALTER ROLE ${role} SET statement_timeout = ${Math.ceil(timeoutMs)}`)
      await client.query(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '${IDLE_SECONDS}s'`)
      const { rows } = await client.query<{ may: boolean }>('SELECT rolsuper AS may FROM pg_roles WHERE rolname = current_user')
      if (rows[0]?.may) await client.query(`ALTER ROLE ${role} SET temp_file_limit = '${TEMPORARY_FILES}'`)
    })
    return { password, leftOpen: reader.leftOpen }
  } catch (error) {
    throw explain(error, name)
  }
}

export async function dropAnalystRole(store: Store, name: string): Promise<void> {
  const role = roleName(name)
  const [found] = await store.query<{ canWrite: boolean }>(
    'SELECT rolsuper OR rolcreaterole OR rolcreatedb AS "canWrite" FROM pg_roles WHERE rolname = $1',
    [name],
  )
  if (!found) throw new UserError('NOT_FOUND', `There is no role ${name}.`)
  if (found.canWrite) {
    throw new UserError('BAD_INPUT', `The role ${name} may do more than read; it was not made here and stays.`)
  }
  await inTransaction(store, async (client) => {
    await client.query(`DROP OWNED BY ${role}`)
    await client.query(`DROP ROLE ${role}`)
  }).catch((error: unknown) => {
    throw explain(error, name)
  })
}

function roleName(name: string): string {
  if (NAME_FORM.test(name) && !name.startsWith('pg_')) return pg.escapeIdentifier(name)
  throw new UserError(
    'BAD_INPUT',
    `${JSON.stringify(name)} cannot be the name of a role; expected small letters, digits and underscores, ` +
      'as in analyst.',
  )
}

function explain(error: unknown, name: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  if (error.code === TAKEN) {
    return new UserError('BAD_INPUT', `There is a role ${name} already; choose another name, or drop it first.`)
  }
  if (error.code === NOT_PERMITTED) {
    const message = `The user of DATABASE_URL may not do this (${error.message}); ask whoever runs the database.`
    return new UserError('FORBIDDEN', message)
  }
  return error
}
