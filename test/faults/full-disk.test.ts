/**
 * A disk that is full, as the operating system says it: a limit on the size of files, laid on the running server,
 * refuses the growth of the contributions' table in the middle of a COPY. The limit must not be below what a segment of
 * the write-ahead log has (16 MiB), so the table is made larger than that first.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/postgres/open.ts'
import { addModel, type Model, openStore, runProgress, type Store } from '../../src/store/index.ts'
import { findJobs, openQueue, type Queue, startWorker, type Worker } from '../../workers/index.ts'
import { identity } from '../store/fixtures.ts'
import { countStored, startBulk } from '../workers/bulk-run.ts'
import { fakeAttributor, fakeEngine } from '../workers/fake-attributor.ts'
import { silent } from '../workers/use-workers.ts'
import { postmasterOf, temporaryHome } from './home.ts'

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0
const WAL_SEGMENT_BYTES = 16 * 1024 * 1024
/** Room for some of a result's rows, and not for all of them. */
const ROOM_BYTES = 128 * 1024
const TOKENS = 6000

const home = temporaryHome()
let database: OpenDatabase
let store: Store
let queue: Queue
let model: Model
let worker: Worker | undefined
beforeAll(async () => {
  if (!hasPrlimit) return
  database = await openDatabase({ home: home.folder })
  store = openStore(database.url, { connections: 4 })
  queue = await openQueue({ databaseUrl: database.url })
  const location = { host: os.hostname(), path: import.meta.dirname }
  model = (await addModel(store, { identity: identity(), config: {}, location })).model
})
afterAll(async () => {
  await worker?.stop({ timeoutMs: 0 })
  await queue?.close()
  await store?.close()
  await database?.close()
  home.remove()
})

const table = () => `contribution_${model.id}`

async function tableBytes(): Promise<number> {
  const [row] = await store.query<{ bytes: number }>(`SELECT pg_relation_size($1)::int AS bytes`, [table()])
  return row?.bytes ?? 0
}

/** Of no result: the table has no foreign key. */
async function fillTable(): Promise<void> {
  for (let round = 1; (await tableBytes()) < WAL_SEGMENT_BYTES; round++) {
    await store.query(
      `INSERT INTO ${table()} (result_id, score, ordinal, component_index, kind, model_id)
       SELECT -$1::int, 0, n, 0, 'token', $2 FROM generate_series(1, 50000) n`,
      [round, model.id],
    )
  }
}

/** For every process of the server, now and later. The hard limit stays, so that it can be lifted. */
async function limitFiles(bytes: number | 'unlimited'): Promise<void> {
  // Who is not the server's account needs a capability that root lacks in containers.
  const { uid, gid } = fs.statSync(database.folder ?? '')
  const limit = (pid: number) =>
    spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { uid, gid, encoding: 'utf8' }).stderr
  // The first one first: what it starts meanwhile has the limit from it.
  expect(limit(postmasterOf(database.folder))).toBe('')
  for (const { pid } of await store.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')) limit(pid)
}

async function everything() {
  const [row] = await store.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM result) AS results, (SELECT count(*)::int FROM ${table()}) AS contributions,
       (SELECT count(*)::int FROM sequence) AS sequences, (SELECT count(*)::int FROM sequence_token) AS tokens,
       (SELECT count(*)::int FROM run_item WHERE status <> 'pending') AS settled`,
  )
  return row
}

const name = 'a COPY that the system refuses half-way leaves no row, and is done again when there is room'
test.skipIf(!hasPrlimit)(hasPrlimit ? name : `${name}, skipped: there is no prlimit (util-linux) here`, async () => {
  await fillTable()
  const before = await everything()
  const bytesBefore = await tableBytes()
  await limitFiles(bytesBefore + ROOM_BYTES)
  const prompts = [50_000, 50_001, 50_002].map((first) => [first, ...Array<number>(TOKENS).fill(7)])
  const bulk = await startBulk({ store, queue, model }, 'full', prompts)
  worker = await startWorker({
    databaseUrl: database.url,
    ...fakeEngine,
    openAttributor: async () => fakeAttributor(),
    logger: silent,
    pollSeconds: 0.5,
  })
  const ids = [...bulk.jobs.values()]
  const reasons = () =>
    store.query(`SELECT output ->> 'message' AS reason FROM pgboss.job WHERE id = ANY($1::uuid[])`, [ids])
  const refused = { reason: expect.stringMatching(/could not extend file .*File too large/) as string }
  await expect.poll(reasons).toEqual([refused, refused, refused])
  expect((await findJobs(store, ids)).map((job) => job?.state)).toEqual(['waiting', 'waiting', 'waiting'])
  // It had begun to write: the table has grown by what there was room for, and none of it counts.
  expect(await tableBytes()).toBeGreaterThan(bytesBefore)
  expect(await everything()).toEqual(before)
  expect(await runProgress(store, bulk.run.id)).toMatchObject({ status: 'running', pending: 3 })

  await limitFiles('unlimited')
  const status = async () => (await runProgress(store, bulk.run.id)).status
  await expect.poll(status).toBe('done')
  expect(await countStored(store, bulk)).toEqual({ results: 3, contributions: 3 * (TOKENS + 1) })
})
