/**
 * The role behind everyone who reads with SQL: one per database, without login and without a right but SELECT on what is
 * open. Roles that people log in with (`sql-role create`) and those that live for one statement (`tributary sql`) are
 * its members, so what is open is decided here alone. Partitions need no grant: they are read through their table.
 */
import pg from 'pg'
import { closePublicRights } from './public-rights.ts'
import { inTransaction, type Store } from './store.ts'

/** What readers are not to see: keys, what lies on whose machine and runs there, what others ask, and what migrations keep for themselves. */
const CLOSED = ['api_key', 'model_location', 'feature_set_location', 'feature_lookup', 'head_answer', 'worker', '_prisma_migrations']

/** Two that change the rights of one table at once fail: they take turns. */
const ADVISORY_LOCK = 7_261_518

/** Of this database: roles belong to the whole server, and others on it have readers of their own. */
const NAME = `'tributary_reader_' || (SELECT oid FROM pg_database WHERE datname = current_database())`

export interface Reader {
  /** The role's name, quoted. */
  role: string
  /** What everyone on this server keeps, and so readers too, in words; empty where all is closed. */
  leftOpen: string[]
}

/** The role, made or brought up to date, with the rights of PUBLIC closed as far as the current user may. */
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

/** What is there now and not granted yet: later versions add tables, and a restore makes the schema anew. */
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
