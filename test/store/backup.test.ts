import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup, restore } from '../../src/store/backup.ts'
import { addDataset, addModel, importGraph, openStore, pendingPrompts, planItems, saveResults, startRun, type Store } from '../../src/store/index.ts'
import { type TestDatabase, testDatabase, useDatabase } from '../database.ts'
import { foreignFile } from '../graph/foreign-file.ts'
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
    item(request(), result(request(), [0.1, -1 / 3])),
    item(neurons, result(neurons, Array.from({ length: 400 }, (_, i) => Math.sin(i)))),
  ]
  const [first] = await saveResults(store, { model, engine: ENGINE, items })
  await planItems(store, started.id, [{ promptId: prompt?.promptId ?? 0, key: first?.key ?? '' }])
  await importGraph(store, foreignFile(), () => Promise.reject(new Error('no model is asked')))
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

test.each([
  ['cut short', (file: string) => truncateSync(file, 40)],
  ['changed', (file: string) => writeFileSync(file, readFileSync(file).map((byte, i) => (i > 30 ? byte ^ 1 : byte)))],
  ['another file', (file: string) => writeFileSync(file, 'no rows at all')],
  ['rows of nothing', (file: string) => writeFileSync(file, gzipSync('PGCOPY\n'))],
  ['missing', (file: string) => rmSync(file)],
])('a backup with a file that is %s is refused in one sentence, and nothing of it stays', async (_name, damage) => {
  const copy = join(home, 'damaged')
  cpSync(folder, copy, { recursive: true })
  try {
    damage(join(copy, 'contribution.copy.gz'))
    await restored(async (other, { url }) => {
      // The database is left as it was: empty, and of this version.
      const error = await restore(url, copy).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(/^The backup is damaged: .*contribution.*nothing was restored\.$/) })
      expect(Object.values(await allRows(other)).flat()).toEqual([])
    })
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

test('a manifest that lost a table is noticed', async () => {
  const copy = join(home, 'shorter')
  cpSync(folder, copy, { recursive: true })
  const file = join(copy, 'manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { tables: { name: string }[] }
  writeFileSync(file, JSON.stringify({ ...manifest, tables: manifest.tables.filter(({ name }) => name !== 'vector') }))
  await restored(async (other, { url }) => {
    await expect(restore(url, copy)).rejects.toThrow('does not list the tables of its version (vector')
    writeFileSync(file, JSON.stringify({ ...manifest, migrations: [], tables: [] }))
    await expect(restore(url, copy)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(Object.values(await allRows(other)).flat()).toEqual([])
  })
})

test('what a killed backup left is removed by the next one, and what is not certainly that stays', async () => {
  const parent = join(home, 'many')
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  const make = (name: string, files: Record<string, string>) => {
    mkdirSync(join(parent, name), { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(parent, name, file), text)
  }
  const owner = (host: string, mark: string) => JSON.stringify({ host, process: mark })
  make(`a.unfinished-${dead}`, { 'model.copy.gz': '', 'unfinished.json': owner(hostname(), String(dead)) })
  make(`b.unfinished-${dead}`, { 'model.copy.gz': '' })
  make(`c.unfinished-${process.pid}`, { 'model.copy.gz': '' })
  make(`d.unfinished-${dead}`, { 'model.copy.gz': '', 'unfinished.json': owner('elsewhere', String(dead)) })
  make(`e.unfinished-${dead}`, { 'my-notes.txt': '' })
  await backup(database.url, join(parent, 'whole'))
  expect(readdirSync(parent).sort()).toEqual([`c.unfinished-${process.pid}`, `d.unfinished-${dead}`, `e.unfinished-${dead}`, 'whole'])
  expect(readdirSync(join(parent, 'whole'))).not.toContain('unfinished.json')
})

test('a backup that is called off leaves nothing', async () => {
  const parent = join(home, 'called-off')
  await expect(backup(database.url, join(parent, 'backup'), AbortSignal.abort())).rejects.toThrow()
  expect(readdirSync(parent)).toEqual([])
})
