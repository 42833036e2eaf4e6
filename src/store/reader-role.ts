/**
 * The role shared by everyone who reads with SQL. There is one per database, without login, and with no right except
 * SELECT on open tables. Roles that people log in with (`sql-role create`) and those made for one statement (`tributary
 * sql`) are its members, so only this file decides what is open. Partitions need no grant, because they are read through
 * their table.
 */
import pg from 'pg'
import { closePublicRights } from './public-rights.ts'
import { inTransaction, type Store } from './store.ts'

/**
 * Tables that readers may not see: API keys, files and processes on machines, other people's questions, and the
 * migrations' own table.
 */
const CLOSED = ['api_key', 'model_location', 'feature_set_location', 'feature_lookup', 'head_answer', 'worker', '_prisma_migrations']

/** Two processes that change the rights of one table at the same time fail, so they take turns with this lock. */
const ADVISORY_LOCK = 7_261_518

/**
 * The role's name contains the database, because roles belong to the whole server, where other databases have readers of
 * their own.
 */
const NAME = `'tributary_reader_' || (SELECT oid FROM pg_database WHERE datname = current_database())`

export interface Reader {
  /** The role's name, quoted. */
  role: string
  /** In words: rights that everyone on this server has, and so readers have, too; empty if all are closed. */
  leftOpen: string[]
}

/** Creates or updates the role, and revokes the rights of PUBLIC as far as the current user may. */
export async function ensureReader(store: Store): Promise<Reader> {
  return inTransaction(store, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK])
    const { rows } = await client.query<{ name: string; exists: boolean }>(
      `SELECT r.name, EXISTS (SELECT FROM pg_roles WHERE rolname = r.name) AS "exists" FROM (SELECT ${NAME} AS name) r`,
    )
    const [found] = rows
    if (!found) throw new Error('a database without a number')
    const role = pg.escapeIdentifier(found.name)
    if (!found.exists) await client.query(`CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`)
    await grantOpen(client, found.name)
    return { role, leftOpen: await closePublicRights(client) }
  })
}

/** Grants whatever is not granted yet: later versions add tables, and a restore makes the schema anew. */
async function grantOpen(client: pg.ClientBase, name: string): Promise<void> {
  const { rows: schemas } = await client.query<{ granted: boolean }>(
    "SELECT has_schema_privilege($1, 'public', 'USAGE') AS granted",
    [name],
  )
  if (!schemas[0]?.granted) await client.query(`GRANT USAGE ON SCHEMA public TO ${pg.escapeIdentifier(name)}`)
  const { rows } = await client.query<{ table: string }>(
    `SELECT relname AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
       AND relname <> ALL ($1) AND NOT has_table_privilege($2, oid, 'SELECT')`,
    [CLOSED, name],
  )
  if (rows.length === 0) return
  const tables = rows.map(({ table }) => `public.${pg.escapeIdentifier(table)}`)
  await client.query(`GRANT SELECT ON ${tables.join(', ')} TO ${pg.escapeIdentifier(name)}`)
}
