/** Whether queries could be answered now: the database is there and has the schema that this build was made for. */
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../src/store/index.ts'
import type { Readiness } from './health.ts'

const folder = resolve(import.meta.dirname, '../prisma/migrations')
const expected = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

const APPLIED = 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL'

/** A machine that is cut off does not refuse a connection, it just says nothing. Callers should not wait for that. */
const SILENCE_MS = 5000

export async function checkReadiness(store: Store): Promise<Readiness> {
  try {
    const rows = await Promise.race([store.query<{ migration_name: string }>(APPLIED), sleep(SILENCE_MS, null, { ref: false })])
    if (rows === null) return { ready: false, reason: `The database has not answered within ${SILENCE_MS / 1000} s.` }
    const applied = new Set(rows.map((row) => row.migration_name))
    const missing = expected.filter((name) => !applied.has(name))
    if (missing.length > 0) {
      return { ready: false, reason: `The database lacks ${missing.length} migrations of this build.` }
    }
    if (applied.size > expected.length) return { ready: false, reason: 'The database was migrated by a newer build.' }
    return { ready: true, reason: 'The database answers and has the schema of this build.' }
  } catch {
    // What the driver says may name the server and its user, and this answer is public.
    return { ready: false, reason: 'The database cannot be read.' }
  }
}
