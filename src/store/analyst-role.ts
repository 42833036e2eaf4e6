/**
 * A database role for people who read with SQL: every table and view but the API keys, nothing to write, and settings
 * that end what runs too long. The settings guard against accidents, and a session may change them; the missing rights
 * are what nobody can change. Partitions need no grant: they are read through their table.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { UserError } from '../errors.ts'
import { inTransaction, type Store } from './store.ts'

const NAME_FORM = /^[a-z_][a-z0-9_]{0,62}$/
const PASSWORD_BYTES = 24
const MOST_CONNECTIONS = 10
const IDLE_SECONDS = 300

/** What analysts are not to see: keys, where models lie on whose machine, and what migrations keep for themselves. */
const CLOSED = ['api_key', 'model_location', '_prisma_migrations']

/** PostgreSQL's codes for a name that is taken, and for rights that are not there. */
const TAKEN = '42710'
const NOT_PERMITTED = '42501'

/** The password is in no other place than this answer. */
export async function createAnalystRole(
  store: Store,
  { name, timeoutMs }: { name: string; timeoutMs: number },
): Promise<{ password: string }> {
  const role = roleName(name)
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  await inTransaction(store, async (client) => {
    await client.query(
      `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${MOST_CONNECTIONS} ` +
        `PASSWORD ${pg.escapeLiteral(password)}`,
    )
    await client.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`)
    await client.query(`ALTER ROLE ${role} SET statement_timeout = ${Math.ceil(timeoutMs)}`)
    await client.query(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '${IDLE_SECONDS}s'`)
    await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`)
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
         AND relname <> ALL ($1)`,
      [CLOSED],
    )
    const open = rows.map((row) => `public.${pg.escapeIdentifier(row.name)}`)
    await client.query(`GRANT SELECT ON ${open.join(', ')} TO ${role}`)
  }).catch((error: unknown) => {
    throw explain(error, name)
  })
  return { password }
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
