/** Postgres dies by kill -9 and comes back, under an ingest and under queries; every row is counted afterwards. */
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive } from '../../src/postgres/process-mark.ts'
import { type OpenDatabase, openDatabase } from '../../src/postgres/open.ts'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { addModel, type Model, openStore, runProgress, type Store } from '../../src/store/index.ts'
import { openQueue, type Queue, startWorker, type Worker } from '../../workers/index.ts'
import { superviseDatabase } from '../../cli/actions/start/supervise-database.ts'
import { ENGINE, identity } from '../store/fixtures.ts'
import { countStored, startBulk } from '../workers/bulk-run.ts'
import { fakeAttributor, fakeEngine } from '../workers/fake-attributor.ts'
import { silent } from '../workers/use-workers.ts'
import { postmasterOf, temporaryHome } from './home.ts'

const PROMPTS = 400

const home = temporaryHome()
let database: OpenDatabase
let store: Store
let queue: Queue
let model: Model
let worker: Worker
let server: RunningServer
beforeAll(async () => {
  // A server of its own, as people have it: with fsync.
  database = await openDatabase({ home: home.folder })
  store = openStore(database.url, { connections: 4 })
  queue = await openQueue({ databaseUrl: database.url })
  const location = { host: os.hostname(), path: import.meta.dirname }
  model = (await addModel(store, { identity: identity(), config: {}, location })).model
  worker = await startWorker({
    databaseUrl: database.url,
    ...fakeEngine,
    openAttributor: async () => fakeAttributor({ millisecondsEach: 10 }),
    logger: silent,
    pollSeconds: 0.5,
  })
  server = await createServer({ databaseUrl: database.url, port: 0, engine: ENGINE })
})
afterAll(async () => {
  await server?.close()
  await worker?.stop({ timeoutMs: 0 })
  await queue?.close()
  await store?.close()
  await database?.close()
  home.remove()
})

/** What the server answers to a query of the database. */
async function ask(): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ models(first: 1) { nodes { slug } } }' }),
    signal: AbortSignal.timeout(60_000),
  })
  const answer = await response.text()
  return answer.includes('"slug":"tiny"') ? 'answer' : (/"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? answer)
}

test('an ingest and queries live through the death of their database, and nothing is lost or doubled', async () => {
  const bulk = await startBulk({ store, queue, model }, 'outage', Array.from({ length: PROMPTS }, (_, i) => [40_000 + i, 5]))
  await expect.poll(async () => (await countStored(store, bulk))?.results).toBeGreaterThan(20)
  expect(await ask()).toBe('answer')

  process.kill(postmasterOf(database.folder), 'SIGKILL')
  await sleep(500)
  // Said as what it is, and not for ever.
  expect(await ask()).toBe('DATABASE_UNAVAILABLE')

  const said: string[] = []
  const endSupervision = superviseDatabase(database, (text) => said.push(text))
  try {
    await expect.poll(ask).toBe('answer')
    await expect.poll(() => said.join('')).toContain('it was started again and has recovered')
    expect(isAlive(postmasterOf(database.folder))).toBe(true)
    const status = async () => (await runProgress(store, bulk.run.id).catch(() => null))?.status
    await expect.poll(status, { interval: 200 }).toBe('done')
  } finally {
    await endSupervision()
  }
  expect(await runProgress(store, bulk.run.id)).toEqual({
    status: 'done', total: PROMPTS, done: PROMPTS, failed: 0, pending: 0,
  })
  expect(await countStored(store, bulk)).toEqual({ results: PROMPTS, contributions: 2 * PROMPTS })
  const sequences = await store.query(`SELECT 1 FROM sequence_token GROUP BY sequence_id HAVING count(*) <> 2`)
  expect(sequences).toEqual([])
})
