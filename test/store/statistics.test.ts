import { expect, test } from 'vitest'
import { addModel } from '../../src/store/models.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { computedAfter, rowsWritten } from '../../src/store/statistics.ts'
import { openStore } from '../../src/store/store.ts'
import { useDatabase } from '../database.ts'
import { ENGINE, identity, item, request } from './fixtures.ts'

const database = useDatabase()

test('what was written and computed is counted from where one began to look', async () => {
  // One connection, which can be told to report at once.
  const store = openStore(database.url, { connections: 1 })
  try {
    const { model } = await addModel(store, { identity: identity(), config: {} })
    const save = (id: number) => saveResults(store, { model, engine: ENGINE, items: [item(request({ tokenIds: [id, 2, 3] }))] })
    await save(1)
    const { last } = await computedAfter(store, null)
    await save(2)
    const after = await computedAfter(store, last)
    expect(after.milliseconds).toEqual([1.5])
    expect((await computedAfter(store, after.last)).milliseconds).toEqual([])
    await store.query('SELECT pg_stat_force_next_flush()')
    expect(await rowsWritten(store)).toEqual({ results: 2, contributions: 6 })
  } finally {
    await store.close()
  }
})
