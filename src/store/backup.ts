/**
 * A backup is a folder: manifest.json, and every table's rows in Postgres' own binary COPY format, compressed. It is
 * taken from one snapshot while others work, needs no Postgres programs, and fits any server. The queue is not included:
 * open jobs are queued again when their ingest is resumed.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { backupTables, type BackupTable, quoted } from './backup-tables.ts'
import { OWNER_FILE, removeUnfinished, startUnfinished } from './backup-unfinished.ts'
import { connect } from '../postgres/connect.ts'
import { migrate, MIGRATIONS } from '../postgres/migrate.ts'
import { isDatabaseOutage } from '../postgres/outage.ts'

const manifestSchema = z.object({
  format: z.literal('tributary-backup-1'),
  takenAt: z.string(),
  /** The migrations that the database had; the rows fit this schema. */
  migrations: z.array(z.string()).min(1),
  /** In the order in which they have to be restored. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.int() })).min(1),
})
export type Manifest = z.infer<typeof manifestSchema>

/** A fast level: the rows are mostly numbers, which hardly shrink further with more effort. */
const COMPRESSION = { level: 1 }
const fileOf = (folder: string, { name }: Pick<BackupTable, 'name'>) => path.join(folder, `${name}.copy.gz`)
const columnsOf = ({ columns }: BackupTable) => columns.map(quoted).join(', ')

/**
 * Writes into a folder that must not exist; it appears when it is complete. `signal` ends the backup, and nothing is
 * left.
 */
export async function backup(url: string, folder: string, signal?: AbortSignal): Promise<Manifest> {
  if (fs.existsSync(folder)) {
    throw new UserError('BAD_INPUT', `There is something at ${folder} already; choose a folder that does not exist.`)
  }
  removeUnfinished(path.dirname(folder))
  const unfinished = startUnfinished(folder)
  const client = await connect(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const tables: Manifest['tables'] = []
    for (const table of await backupTables(client)) {
      const rows = client.query(
        copyTo(`COPY (SELECT ${columnsOf(table)} FROM ${quoted(table.name)}) TO STDOUT WITH (FORMAT binary)`),
      )
      const file = fs.createWriteStream(fileOf(unfinished, table), { mode: 0o600 })
      await pipeline(rows, createGzip(COMPRESSION), file, { ...(signal && { signal }) })
      tables.push({ ...table, rows: rows.rowCount ?? 0 })
    }
    const { rows: applied } = await client.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
       ORDER BY migration_name`,
    )
    const migrations = applied.map(({ name }) => name)
    const manifest: Manifest = { format: 'tributary-backup-1', takenAt: new Date().toISOString(), migrations, tables }
    fs.writeFileSync(path.join(unfinished, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    fs.rmSync(path.join(unfinished, OWNER_FILE))
    fs.renameSync(unfinished, folder)
    return manifest
  } finally {
    await client.end()
    fs.rmSync(unfinished, { recursive: true, force: true })
  }
}

/**
 * Restores into an empty database. A backup of an earlier version is restored into its own schema, and later migrations
 * then bring schema and rows up to date. Restores all rows or none.
 */
export async function restore(url: string, folder: string, migrations = MIGRATIONS): Promise<Manifest> {
  const manifest = readManifest(folder)
  const known = new Set(fs.readdirSync(migrations).filter((name) => /^\d/.test(name)))
  const unknown = manifest.migrations.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new UserError(
      'DATABASE_TOO_NEW',
      `The backup was taken by a newer Tributary (${unknown.join(', ')} is not known here); update this installation.`,
    )
  }
  const sorted = [...known].filter((name) => manifest.migrations.includes(name)).sort()
  const isBeginning = [...known].sort().slice(0, sorted.length).every((name, i) => name === sorted[i])
  if (!isBeginning || sorted.length !== manifest.migrations.length) {
    throw new UserError('BAD_INPUT', 'The backup is damaged: its manifest.json lists migrations of no version; nothing was restored.')
  }
  const client = await connect(url)
  try {
    await refuseFilled(client)
    await fill(client, { url, folder, migrations, manifest })
  } finally {
    await client.end()
  }
  await migrate(url, migrations)
  return manifest
}

interface Restoring {
  url: string
  folder: string
  migrations: string
  manifest: Manifest
}

/**
 * Creates the backup's schema and fills in the rows. If a row fails, the database is left empty, in this version's
 * schema, as it was before.
 */
async function fill(client: pg.Client, { url, folder, migrations, manifest }: Restoring): Promise<void> {
  // The empty database may be migrated further than the backup, so its schema is made again.
  const empty = () => client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  await empty()
  try {
    await migrateTo(url, migrations, manifest.migrations)
    await refuseOtherTables(client, manifest)
    await client.query('BEGIN')
    for (const table of manifest.tables) await load(client, folder, table)
    await advanceCounters(client)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    await empty()
    await migrate(url, migrations)
    throw error
  }
}

function readManifest(folder: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')))
  } catch (cause) {
    throw new UserError(
      'BAD_INPUT',
      `${folder} is no backup that this version can read: expected a folder with a manifest.json, as tributary backup writes it.`,
      { cause },
    )
  }
}

async function refuseFilled(client: pg.ClientBase): Promise<void> {
  for (const { name } of await backupTables(client)) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)
    if (rowCount === 0) continue
    throw new UserError(
      'BAD_INPUT',
      `The database is not empty (its table ${name} has rows), and a restore replaces nothing; ` +
        'restore into another database, or another TRIBUTARY_HOME.',
    )
  }
}

/** Applies exactly the migrations that the backup's database had. */
async function migrateTo(url: string, migrations: string, names: readonly string[]): Promise<void> {
  const some = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-migrations-'))
  try {
    for (const name of [...names, 'migration_lock.toml']) {
      fs.cpSync(path.join(migrations, name), path.join(some, name), { recursive: true })
    }
    await migrate(url, some)
  } finally {
    fs.rmSync(some, { recursive: true, force: true })
  }
}

/** Refuses a manifest that lacks tables or columns: it would silently restore less than there was. */
async function refuseOtherTables(client: pg.ClientBase, { tables }: Manifest): Promise<void> {
  const describe = ({ name, columns }: BackupTable) => `${name} (${[...columns].sort().join(', ')})`
  const expected = new Set((await backupTables(client)).map(describe))
  const found = new Set(tables.map(describe))
  const missing = [...expected].find((table) => !found.has(table))
  const unknown = [...found].find((table) => !expected.has(table))
  if (missing === undefined && unknown === undefined && found.size === tables.length) return
  throw new UserError(
    'BAD_INPUT',
    `The backup is damaged: its manifest.json does not list the tables of its version (${missing ?? unknown ?? 'one twice'}); ` +
      'nothing was restored.',
  )
}

async function load(client: pg.ClientBase, folder: string, table: Manifest['tables'][number]): Promise<void> {
  const into = client.query(copyFrom(`COPY ${quoted(table.name)} (${columnsOf(table)}) FROM STDIN WITH (FORMAT binary)`))
  try {
    await pipeline(fs.createReadStream(fileOf(folder, table)), createGunzip(), into)
  } catch (cause) {
    if (isDatabaseOutage(cause) || isShortage(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UserError(
      'BAD_INPUT',
      `The backup is damaged: the rows of ${table.name} cannot be read (${reason}); nothing was restored.`,
      { cause },
    )
  }
  if (into.rowCount === table.rows) return
  throw new UserError('BAD_INPUT', `The backup is damaged: ${table.name} has ${into.rowCount} rows instead of ${table.rows}; nothing was restored.`)
}

/** Whether the disk is full or broken, which is no fault of the backup. */
const isShortage = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^5[38]...$|^ENOSPC$|^EIO$/.test(String(error.code))

/** Sets the counters that number rows to continue after the largest number in use. */
async function advanceCounters(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; column: string; counter: string }>(
    `SELECT c.relname AS name, a.attname AS column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS counter
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
       AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL`,
  )
  for (const { name, column, counter } of rows) {
    await client.query(
      `SELECT setval($1::regclass, (SELECT max(${quoted(column)}) FROM ${quoted(name)})::bigint)
       WHERE EXISTS (SELECT 1 FROM ${quoted(name)})`,
      [counter],
    )
  }
}
