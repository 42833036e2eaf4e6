import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup, restore } from '../../src/store/backup.ts'
import { addDataset, addModel, openStore, pendingPrompts, planItems, saveResults, startRun, type Store } from '../../src/store/index.ts'
import { type TestDatabase, testDatabase, useDatabase } from '../database.ts'
import { allRows } from './all-rows.ts'
import { ENGINE, identity, item, request, result } from './fixtures.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-backup-'))
const folder = join(home, 'backup')
let store: Store

beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  const { model } = await addModel(store, { identity: identity(), config: { a: [1] }, location: { host: 'h', path: '/p' } })
  const { dataset } = await addDataset(store, { slug: 'd', title: 'D', format: 'jsonl', prompts: [{ text: 'ä "x"\n\\' }] })
  const run = { modelId: model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax' } as const
  const { run: started } = await startRun(store, { ...run, options: { by: 'token' } })
  const [prompt] = await pendingPrompts(store, started.id)
  const neurons = request({ partition: { by: 'neuron', layer: 1 } })
  const items = [
    item(request(), result(request(), [0.1, -1 / 3]), 'a text'),
    item(neurons, result(neurons, Array.from({ length: 400 }, (_, i) => Math.sin(i)))),
  ]
  const [first] = await saveResults(store, { model, engine: ENGINE, items })
  await planItems(store, started.id, [{ promptId: prompt?.promptId ?? 0, key: first?.key ?? '' }])
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

const restored = async (action: (store: Store, database: TestDatabase) => Promise<void>, migrated = true) => {
  const other = await testDatabase({ migrated })
  const copy = openStore(other.url, { connections: 2 })
  try {
    await action(copy, other)
  } finally {
    await copy.close()
    await other.close()
  }
}

test('a backup brings back every row of every table, and work goes on in it', async () => {
  const { tables } = await backup(database.url, folder)
  const before = await allRows(store)
  expect(Object.fromEntries(tables.map(({ name, rows }) => [name, rows]))).toEqual(
    Object.fromEntries(Object.entries(before).map(([name, rows]) => [name, rows.length])),
  )
  expect(before['contribution']).toHaveLength(258)
  for (const migrated of [true, false]) {
    await restored(async (copy, { url }) => {
      await restore(url, folder)
      expect(await allRows(copy)).toEqual(before)
      // Numbers go on behind those that are taken, and new models get their partition.
      const { model, added } = await addModel(copy, { identity: identity({ hash: 'f'.repeat(64), name: 'new' }), config: {} })
      expect(added).toBe(true)
      const asked = request({ tokenIds: [77] })
      expect(await saveResults(copy, { model, engine: ENGINE, items: [item(asked)] })).toHaveLength(1)
    }, migrated)
  }
})

test('what is there already is neither overwritten nor mixed', async () => {
  await expect(backup(database.url, folder)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('already') as string })
  await expect(restore(database.url, folder)).rejects.toThrow(/is not empty \(its table \w+ has rows\)/)
  await expect(restore(database.url, home)).rejects.toThrow(/is no backup that this version can read/)
})

test('a damaged backup leaves the database empty, and one of a newer version is refused', async () => {
  const manifest = join(folder, 'manifest.json')
  const text = readFileSync(manifest, 'utf8')
  try {
    await restored(async (copy, { url }) => {
      writeFileSync(manifest, text.replace('"rows": 258', '"rows": 259'))
      await expect(restore(url, folder)).rejects.toThrow('contribution has 258 rows instead of 259')
      expect(Object.values(await allRows(copy)).flat()).toEqual([])
      writeFileSync(manifest, text.replace('"migrations": [', '"migrations": ["29990101000000_future",'))
      await expect(restore(url, folder)).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW' })
      writeFileSync(manifest, text)
      await restore(url, folder)
      expect(await allRows(copy)).toEqual(await allRows(store))
    })
  } finally {
    writeFileSync(manifest, text)
  }
})
