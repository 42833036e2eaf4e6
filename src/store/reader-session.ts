/**
 * A connection for one statement of a user. It logs in as a role that is made for it and can only read. A session that
 * merely *sets* such a role could reset it, even from within a query.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { UserError } from '../errors.ts'
import { ensureReader } from './reader-role.ts'
import type { Store } from './store.ts'

export interface ReaderSession {
  client: pg.Client
  /** The number of its process in the server, by which it can be ended. */
  pid: number
  /** In words for people: what is not enforced here; null if everything is. */
  warning: string | null
  /** Ends the session and removes its role. */
  close(): Promise<void>
}

const PREFIX = 'tributary_sql_'
const PASSWORD_BYTES = 24
/** How long its password is valid for login; the session itself may last longer. */
const LOGIN_SECONDS = 60

/** PostgreSQL's codes: a right is missing; a login is refused. */
const NOT_PERMITTED = '42501'
const LOGIN_REFUSED = /^28/

export async function openReaderSession(store: Store): Promise<ReaderSession> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const name = `${PREFIX}${process.pid}_${randomBytes(4).toString('hex')}`
  try {
    await makeRole(store, name, password)
  } catch (error) {
    if (codeOf(error) === NOT_PERMITTED) return asOurselves(store, 'may not make roles')
    throw error
  }
  try {
    const client = await store.connectAs(name, password)
    const close = async () => {
      await client.end().catch(() => undefined)
      await dropRole(store, name)
    }
    return { client, pid: await pidOf(client), warning: null, close }
  } catch (error) {
    await dropRole(store, name)
    const cause = error instanceof UserError ? error.cause : error
    if (LOGIN_REFUSED.test(String(codeOf(cause)))) return asOurselves(store, 'is let in, and a role made for reading is not')
    throw error
  }
}

async function makeRole(store: Store, name: string, password: string): Promise<void> {
  await dropLeftovers(store)
  const { role: reader } = await ensureReader(store)
  const [now] = await store.query<{ until: string; isSuperuser: boolean }>(
    `SELECT (now() + $1 * interval '1 s')::text AS until, rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user`,
    [LOGIN_SECONDS],
  )
  if (!now) throw new Error('the database does not know its own user')
  await store.query(
    `CREATE ROLE ${pg.escapeIdentifier(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 1 ` +
      `PASSWORD ${pg.escapeLiteral(password)} VALID UNTIL ${pg.escapeLiteral(now.until)} IN ROLE ${reader}` +
      // A user who is no superuser may only end sessions of roles that it is a member of.
      (now.isSuperuser ? '' : ' ROLE CURRENT_USER'),
  )
}

const dropRole = async (store: Store, name: string): Promise<void> => {
  // If the database cannot be reached, the role stays and is dropped by a later session (dropLeftovers).
  await store.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`).catch(() => undefined)
}

/** Drops roles of commands that were killed, and readers of databases that are gone. */
async function dropLeftovers(store: Store): Promise<void> {
  const rows = await store.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles r
     WHERE (rolname LIKE 'tributary\\_sql\\_%' AND rolvaliduntil < now()
         AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = r.rolname))
       OR (rolname ~ '^tributary_reader_\\d+$'
         AND NOT EXISTS (SELECT FROM pg_database WHERE oid::text = substr(r.rolname, length('tributary_reader_') + 1)))`,
  )
  for (const { name } of rows) await dropRole(store, name)
}

/** A session with our own rights, if no role can be made. A superuser's rights are never lent out. */
async function asOurselves(store: Store, why: string): Promise<ReaderSession> {
  const [us] = await store.query<{ name: string; isSuperuser: boolean }>(
    'SELECT rolname AS name, rolsuper AS "isSuperuser" FROM pg_roles WHERE rolname = current_user',
  )
  if (!us || us.isSuperuser) {
    throw new UserError(
      'FORBIDDEN',
      `The user of DATABASE_URL is a superuser, who ${why}: a statement would have all rights, so none is run. Let roles ` +
        'of this database log in with a password (pg_hba.conf), or give DATABASE_URL an ordinary user.',
    )
  }
  const client = await store.connectAs(null, null)
  return {
    client,
    pid: await pidOf(client),
    warning:
      `The user of DATABASE_URL, ${us.name}, ${why}: the statement runs as ${us.name}, in a transaction that only reads ` +
      `and is rolled back. What ${us.name} may do by calling functions is not prevented.`,
    close: () => client.end().catch(() => undefined),
  }
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  if (!rows[0]) throw new Error('a session without a process')
  return rows[0].pid
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
