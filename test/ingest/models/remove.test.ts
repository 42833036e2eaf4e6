/** `tributary model remove`: what goes with a model, what stays, and what is refused. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../../cli/main.ts'
import { readRegistry } from '../../../ingest/models/registry.ts'
import { projectDir } from '../../../src/config.ts'
import { openStore, type Store } from '../../../src/store/index.ts'
import { useDatabase } from '../../database.ts'
import { recordedContext } from '../../cli/context.ts'
import { addDemo, command, INGEST_IOI } from '../demo-data.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-remove-'))
const random = join(projectDir, 'test/fixtures/models/qwen2-random')
const environment = () => ({ DATABASE_URL: database.url, TRIBUTARY_HOME: home })
const typed = (...args: string[]) => command(environment(), ...args)
let store: Store
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await addDemo(environment())
  expect(await typed('model', 'add', random, '--id', 'random')).toMatchObject({ status: 0 })
  expect(await typed(...INGEST_IOI, '--limit', '3')).toMatchObject({ status: 0 })
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

async function count() {
  const [row] = await store.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM model) AS models, (SELECT count(*)::int FROM model_location) AS folders,
       (SELECT count(*)::int FROM run) AS runs, (SELECT count(*)::int FROM run_item) AS items,
       (SELECT count(*)::int FROM result) AS results,
       (SELECT count(*)::int FROM contribution WHERE result_id > 0) AS contributions,
       (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'contribution'::regclass) AS partitions,
       (SELECT count(*)::int FROM prompt) AS prompts, (SELECT count(*)::int FROM sequence) AS sequences,
       (SELECT count(*)::int FROM pgboss.job WHERE name = 'attribution' AND state <= 'active') AS jobs`,
  )
  return row
}

test('is refused without --yes when results and runs would go with it, and for what is not there', async () => {
  const before = await count()
  expect(await typed('model', 'remove', 'demo')).toMatchObject({
    status: 2,
    printed: '',
    said: 'error: Removing demo would delete the 3 results and 1 runs made with it; add --yes if that is meant.\n',
  })
  expect(await typed('model', 'remove', 'gpt9', '--yes')).toMatchObject({
    status: 2,
    said: 'error: There is no model "gpt9" in the database; there is demo, random.\n',
  })
  expect(await count()).toEqual(before)
})

test('takes a model without results at once, from the database and from this machine; its folder stays', async () => {
  const before = await count()
  expect(await typed('model', 'remove', 'random')).toMatchObject({ status: 0, printed: 'Removed random.\n', said: '' })
  expect(await count()).toEqual({ ...before, models: 1, folders: 1, partitions: 1 })
  expect([...(await readRegistry(home)).keys()]).toEqual(['demo'])
  expect(existsSync(join(random, 'config.json'))).toBe(true)
})

test('with --yes takes results, runs and queued jobs along; datasets and their texts stay', async () => {
  // Queued, and nobody works: the one who waits goes away.
  const leaving = new AbortController()
  const waiting = main(
    [...INGEST_IOI.with(-1, 'head'), '--no-work', '--limit', '2'],
    recordedContext({ environment: environment(), signal: leaving.signal }),
  )
  await expect.poll(async () => (await count())?.['jobs']).toBe(2)
  leaving.abort()
  await waiting
  const before = await count()
  expect(before).toMatchObject({ models: 1, runs: 2, items: 5, results: 3, partitions: 1 })
  expect(await typed('model', 'remove', 'demo', '--yes')).toMatchObject({
    status: 0,
    printed: 'Removed demo with 3 results and 2 runs.\n',
  })
  expect(await count()).toEqual({
    ...before, models: 0, folders: 0, runs: 0, items: 0, results: 0, contributions: 0, partitions: 0, jobs: 0,
  })
  expect([...(await readRegistry(home)).keys()]).toEqual([])

  // Added again it is a model without results, and computes them anew.
  await addDemo(environment())
  expect(await typed(...INGEST_IOI, '--limit', '3')).toMatchObject({
    status: 0,
    printed: expect.stringContaining('3 of 3 prompts done (3 prompts in '),
  })
})
