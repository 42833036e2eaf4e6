/**
 * Brings a database to this build's schema: prisma/migrations, applied by Prisma's own engine and recorded in
 * `_prisma_migrations`, exactly as `prisma migrate deploy` does, but inside this process (0.2 s instead of 2.4 s, and
 * without a native binary). With nothing to do it costs one query.
 */
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { openSchemaEngine, readMigrations } from '../../prisma/engine/core.mjs'
import { UserError } from '../errors.ts'
import { connect } from './connect.ts'

export const MIGRATIONS = path.join(import.meta.dirname, '..', '..', 'prisma', 'migrations')
/**
 * The number of our own lock. Prisma's lock (72707369) is taken inside it, and is released too early for our check.
 */
const ADVISORY_LOCK = 7_261_517
const UNDEFINED_TABLE = '42P01'

/** Returns the names of the migrations that were applied now. */
export async function migrate(url: string, folder = MIGRATIONS): Promise<string[]> {
  const client = await connect(url)
  try {
    if ((await pending(client, folder)).length === 0) return []
    // If several processes start at once, one migrates; the others wait and then find nothing to do.
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK])
    const todo = await pending(client, folder)
    if (todo.length > 0) await apply(url, folder)
    return todo
  } finally {
    await client.end()
  }
}

async function apply(url: string, folder: string): Promise<void> {
  const { engine, close } = await openSchemaEngine(url)
  try {
    await engine.applyMigrations({
      migrationsList: readMigrations(folder),
      filters: { externalTables: [], externalEnums: [] },
    })
  } finally {
    await close()
  }
}

const rowSchema = z.object({
  migration_name: z.string(),
  finished_at: z.date().nullable(),
  rolled_back_at: z.date().nullable(),
  logs: z.string().nullable(),
})

/** The migrations still to apply. Refuses a database that this build does not understand. */
async function pending(client: pg.Client, folder: string): Promise<string[]> {
  const known = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const rows = (await recorded(client)).filter((row) => row.rolled_back_at === null)
  const unknown = rows.filter((row) => !known.includes(row.migration_name))
  if (unknown.length > 0) {
    throw new UserError(
      'DATABASE_TOO_NEW',
      `The database was migrated by a newer Tributary (${unknown.map((row) => row.migration_name).join(', ')} is not ` +
        `known here; this build ends at ${known.at(-1)}); update this installation, or use another database.`,
    )
  }
  const broken = rows.find((row) => row.finished_at === null)
  if (broken) {
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `Migration ${broken.migration_name} of the database stopped half-way (${broken.logs?.trim() || 'interrupted'}); ` +
        'after repairing it, tell Prisma with: node prisma/cli.mjs migrate resolve.',
    )
  }
  return known.filter((name) => !rows.some((row) => row.migration_name === name))
}

async function recorded(client: pg.Client): Promise<z.infer<typeof rowSchema>[]> {
  try {
    const { rows } = await client.query(
      'SELECT migration_name, finished_at, rolled_back_at, logs FROM _prisma_migrations',
    )
    return z.array(rowSchema).parse(rows)
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return []
    throw error
  }
}
