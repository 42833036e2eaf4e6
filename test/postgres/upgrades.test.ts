/**
 * From every earlier version to this one, with data in it. `data/<migration>.sql` fills the tables that a migration
 * brought; one that brings a table without such a file fails here, so that the next upgrade is tested, too.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { connect } from '../../src/postgres/connect.ts'
import { migrate, MIGRATIONS } from '../../src/postgres/migrate.ts'
import { openStore } from '../../src/store/index.ts'
import { verifySums } from '../../src/store/verify-sums.ts'
import { testDatabase } from '../database.ts'

const names = fs.readdirSync(MIGRATIONS).filter((name) => /^\d/.test(name)).sort()
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-upgrades-'))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

/** A folder as the version had it that ended with `last`. */
function migrationsUpTo(last: string): string {
  const folder = path.join(home, last)
  for (const name of [...names.slice(0, names.indexOf(last) + 1), 'migration_lock.toml']) {
    fs.cpSync(path.join(MIGRATIONS, name), path.join(folder, name), { recursive: true })
  }
  return folder
}

const dataOf = (name: string) => path.join(import.meta.dirname, 'data', `${name}.sql`)

async function countRows(url: string): Promise<Record<string, number>> {
  const client = await connect(url)
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
         AND NOT relispartition AND relname <> '_prisma_migrations' ORDER BY 1`,
    )
    const counts: Record<string, number> = {}
    for (const { name } of rows) {
      counts[name] = (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${name}"`)).rows[0]?.n ?? 0
    }
    return counts
  } finally {
    await client.end()
  }
}

test.each(names)('a database of version %s comes to this one with all its rows', async (last) => {
  const database = await testDatabase({ migrated: false })
  const store = openStore(database.url, { connections: 1 })
  try {
    await migrate(database.url, migrationsUpTo(last))
    for (const name of names.slice(0, names.indexOf(last) + 1)) {
      if (fs.existsSync(dataOf(name))) await store.query(fs.readFileSync(dataOf(name), 'utf8'))
    }
    const before = await countRows(database.url)
    expect(Object.entries(before).filter(([, rows]) => rows === 0), 'tables without a row in test/postgres/data').toEqual([])
    expect(await migrate(database.url)).toEqual(names.slice(names.indexOf(last) + 1))
    expect(await countRows(database.url)).toMatchObject(before)
    const differences: string[] = []
    expect(await verifySums(store, { onDifference: ({ what }) => differences.push(what) })).toEqual({ checked: 1, worst: 0 })
    expect(differences).toEqual([])
    expect(await store.query('SELECT prompt, component, score FROM attribution_readable ORDER BY rank')).toEqual([
      { prompt: 'a b', component: ' b', score: 2 },
      { prompt: 'a b', component: 'a', score: 1 },
    ])
  } finally {
    await store.close()
    await database.close()
  }
})
