/**
 * From every earlier version to this one, with data in it. `data/<migration>.sql` fills the tables that a migration
 * brought; one that brings a table without such a file fails here, so that the next upgrade is tested, too.
 */
import { expect, test } from 'vitest'
import { migrate } from '../../src/postgres/migrate.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { verifySums } from '../../src/store/verify-sums.ts'
import { testDatabase } from '../database.ts'
import { allRows } from '../store/all-rows.ts'
import { makeVersion, versions, versionsAfter } from './versions.ts'

const countRows = async (store: Store): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries(await allRows(store)).map(([table, rows]) => [table, rows.length]))

test.each(versions)('a database of version %s comes to this one with all its rows', async (version) => {
  const database = await testDatabase({ migrated: false })
  const store = openStore(database.url, { connections: 1 })
  try {
    await makeVersion(database.url, version)
    const before = await countRows(store)
    const empty = Object.entries(before).filter(([, rows]) => rows === 0)
    expect(empty, 'tables without a row in test/postgres/data').toEqual([])
    expect(await migrate(database.url)).toEqual(versionsAfter(version))
    expect(await countRows(store)).toMatchObject(before)
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
