/** Runs share the workers by weight and work, however many prompts each has. */
import { beforeEach, expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { addDataset, pendingPrompts, planItems, type Run, runProgress, startRun } from '../../src/store/index.ts'
import { enqueue, Flow, setRunWeight, stopRun } from '../../workers/index.ts'
import { placeOldJobs, setBackPlaces } from '../../workers/queue/fair.ts'
import { removeForgottenJobs } from '../../workers/queue/withdraw.ts'
import { completeStored } from '../../workers/queue/job-table.ts'
import { ENGINE, request } from '../store/fixtures.ts'
import { enqueueRequests } from './prepared.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const GIGA = 1e9
let made = 0

beforeEach(async () => {
  await kit.store.query('DELETE FROM pgboss.job')
})

async function newRun(prompts = 1): Promise<Run> {
  const slug = `fair-${made++}`
  const { dataset } = await addDataset(kit.store, {
    slug, title: '', format: '', prompts: Array.from({ length: prompts }, (_, i) => ({ text: `${slug} ${i}` })),
  })
  const options = { partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: {} } as const
  return (await startRun(kit.store, { modelId: kit.model.id, datasetId: dataset.id, ...options })).run
}

/** Jobs named `NAME 0`, `NAME 1` … of `flops` each, a page at a time as an ingest queues them. */
async function queueJobs(flow: Flow, name: string, count: number, flops: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const page = Array.from({ length: Math.min(500, count - from) }, (_, i) => ({
      kind: 'attribution', modelHash: kit.model.hash, engine: ENGINE, key: `${name} ${from + i}`, flops, vectors: [],
    }))
    await enqueue(kit.store, kit.queue, page, 'bulk', flow)
  }
}

/** The names in the order in which workers would take the jobs. */
async function order(limit: number): Promise<string[]> {
  const rows = await kit.store.query<{ key: string }>(
    `SELECT singleton_key AS key FROM pgboss.job WHERE name = 'attribution' AND state < 'active'
     ORDER BY priority DESC, created_on LIMIT $1`,
    [limit],
  )
  return rows.map(({ key }) => key.split(' ')[0]!)
}
const countOf = (names: readonly string[], name: string) => names.filter((each) => each === name).length
/** As a worker does that takes the first jobs and finishes them. */
const take = (count: number) =>
  kit.store.query(
    `DELETE FROM pgboss.job WHERE id IN (SELECT id FROM pgboss.job WHERE name = 'attribution' AND state < 'active'
     ORDER BY priority DESC, created_on LIMIT $1)`,
    [count],
  )

test('five prompts behind 18,000 are taken within the next ten', async () => {
  const [large, small] = [await newRun(), await newRun()]
  await queueJobs(new Flow(large.id), 'large', 18_000, 5 * GIGA)
  await take(1000)
  await queueJobs(new Flow(small.id), 'small', 5, 5 * GIGA)
  expect(countOf(await order(10), 'small')).toBe(5)
})

test('runs alternate by work: one whose prompts cost five times as much is taken a fifth as often', async () => {
  const [heavy, light] = [await newRun(), await newRun()]
  await queueJobs(new Flow(heavy.id), 'heavy', 100, 50 * GIGA)
  await queueJobs(new Flow(light.id), 'light', 500, 10 * GIGA)
  const first = await order(120)
  expect(countOf(first, 'heavy')).toBeGreaterThanOrEqual(19)
  expect(countOf(first, 'heavy')).toBeLessThanOrEqual(21)
})

test('runs whose prompts cost far less than a unit alternate all the same', async () => {
  const [one, two] = [await newRun(), await newRun()]
  await queueJobs(new Flow(one.id), 'one', 2000, GIGA / 100)
  await queueJobs(new Flow(two.id), 'two', 2000, GIGA / 100)
  const second = await order(1000)
  expect(countOf(second, 'two')).toBeGreaterThanOrEqual(400)
  expect(countOf(second, 'two')).toBeLessThanOrEqual(600)
})

test('a weight of three gets three quarters, from the moment it is given', async () => {
  const [plain, favoured] = [await newRun(), await newRun()]
  await setRunWeight(kit.store, favoured.id, 3)
  await queueJobs(new Flow(plain.id), 'plain', 400, 10 * GIGA)
  await queueJobs(new Flow(favoured.id), 'favoured', 400, 10 * GIGA)
  expect(countOf(await order(100), 'favoured')).toBe(75)
  await take(100)
  await setRunWeight(kit.store, favoured.id, 1)
  expect(countOf(await order(100), 'favoured')).toBe(50)
  await setRunWeight(kit.store, plain.id, 0.25)
  expect(countOf(await order(100), 'favoured')).toBe(80)
  // What comes in later goes behind what is there, at the new weight.
  await queueJobs(new Flow(plain.id), 'plain-more', 10, 10 * GIGA)
  expect((await order(1000)).slice(-10).every((name) => name === 'plain-more')).toBe(true)
})

test('what comes back after an idle time has no credit, and begins with the others', async () => {
  const [old, fresh] = [await newRun(), await newRun()]
  const flow = new Flow(old.id)
  await queueJobs(flow, 'early', 300, 10 * GIGA)
  await take(300)
  await queueJobs(new Flow(fresh.id), 'fresh', 200, 10 * GIGA)
  await take(100)
  await queueJobs(flow, 'late', 50, 10 * GIGA)
  const next = await order(40)
  expect(countOf(next, 'late')).toBeGreaterThanOrEqual(19)
  expect(countOf(next, 'late')).toBeLessThanOrEqual(21)
})

test('a prompt that another run has queued far behind moves ahead with the run that asks for it now', async () => {
  const [large, small] = [await newRun(), await newRun()]
  await queueJobs(new Flow(large.id), 'shared', 1000, 10 * GIGA)
  const last = ['998', '999'].map((number) => ({
    kind: 'attribution', modelHash: kit.model.hash, engine: ENGINE, key: `shared ${number}`, flops: 10 * GIGA, vectors: [],
  }))
  const jobs = await enqueue(kit.store, kit.queue, last, 'bulk', new Flow(small.id))
  expect(jobs.size).toBe(2)
  const rows = await kit.store.query<{ key: string }>(
    `SELECT singleton_key AS key FROM pgboss.job WHERE name = 'attribution' ORDER BY priority DESC, created_on LIMIT 4`,
  )
  expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(['shared 998', 'shared 999']))
})

test('queued again, a run keeps the places it has, and what is new goes behind them', async () => {
  const run = await newRun()
  await queueJobs(new Flow(run.id), 'again', 500, 10 * GIGA)
  const before = await kit.store.query('SELECT singleton_key, priority FROM pgboss.job ORDER BY singleton_key')
  await queueJobs(new Flow(run.id), 'again', 500, 10 * GIGA)
  expect(await kit.store.query('SELECT singleton_key, priority FROM pgboss.job ORDER BY singleton_key')).toEqual(before)
})

test('work beyond 32 bits waits in its order, and is set back when time has come half-way', async () => {
  const [first, second] = [await newRun(), await newRun()]
  // A job of 1.5e16 operations is one of a 7B model with a thousand tokens.
  await queueJobs(new Flow(first.id), 'first', 400, 1.5e16)
  await queueJobs(new Flow(second.id), 'second', 400, 1.5e16)
  const [before] = await kit.store.query<{ least: number }>('SELECT min(priority)::int AS least FROM pgboss.job')
  expect(before?.least).toBe(-2_000_000_000)
  // Two of each have the same place; which comes first is the queue's.
  await take(140)
  const seen = await kit.store.query<{ next: number }>(`SELECT max(priority)::int AS next FROM pgboss.job`)
  expect(seen[0]!.next).toBeLessThan(-1_000_000_000)
  await setBackPlaces(kit.store, seen[0]!.next)
  const after = await kit.store.query<{ next: number }>('SELECT max(priority)::int AS next FROM pgboss.job')
  expect(after[0]!.next).toBe(0)
  const next = await order(100)
  expect(countOf(next, 'first')).toBe(50)
  // Time went back: what is queued now is not put a thousand million units behind.
  const third = await newRun()
  await queueJobs(new Flow(third.id), 'third', 5, 1.5e16)
  expect(countOf(await order(20), 'third')).toBe(5)
})

test('a run that is stopped gets no jobs, also those that are being queued in that moment', async () => {
  const run = await newRun()
  const flow = new Flow(run.id)
  await queueJobs(flow, 'stopped', 3, GIGA)
  await stopRun(kit.store, run.id, 'cancelled')
  await queueJobs(flow, 'stopped-later', 3, GIGA)
  expect(await order(10)).toEqual(['stopped', 'stopped', 'stopped'])
})

async function runWithItems(ids: readonly number[], runId = true) {
  const run = await newRun(ids.length)
  const requests = ids.map((id) => request({ tokenIds: [id], position: 0 }))
  const open = await pendingPrompts(kit.store, run.id)
  const keys = requests.map((each) => resultKey(kit.model, ENGINE, each))
  await planItems(kit.store, run.id, open.map(({ promptId }, i) => ({ promptId, key: keys[i]! })))
  const flow = runId ? new Flow(run.id) : undefined
  await enqueueRequests(kit.store, kit.queue, { model: kit.model, engine: ENGINE }, requests, 'bulk', flow)
  return { run, keys }
}
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

test('five prompts behind six hundred start in the next round of a worker that has begun, and not the other way round', async () => {
  const large = await runWithItems(range(50_000, 600))
  await kit.worker({ millisecondsEach: 20 })
  await expect.poll(async () => (await runProgress(kit.store, large.run.id)).done).toBeGreaterThan(0)
  const small = await runWithItems(range(60_000, 5))
  const before = kit.calls.flat().length
  await expect.poll(async () => (await runProgress(kit.store, small.run.id)).done).toBe(5)
  // What the worker held, and one batch more.
  expect(kit.calls.flat().length - before).toBeLessThan(200)
  expect((await runProgress(kit.store, large.run.id)).status).toBe('running')
})

test('jobs of a version without runs are given to their runs, which then alternate', async () => {
  await runWithItems(range(70_000, 30), false)
  await runWithItems(range(71_000, 30), false)
  await kit.store.query('UPDATE pgboss.job SET priority = 0')
  expect(await placeOldJobs(kit.store)).toBe(60)
  const rows = await kit.store.query<{ run: string }>(
    `SELECT data ->> 'runId' AS run FROM pgboss.job ORDER BY priority DESC, created_on LIMIT 20`,
  )
  const runs = rows.map(({ run }) => run)
  expect([...new Set(runs)].map((run) => countOf(runs, run))).toEqual([10, 10])
  expect(await placeOldJobs(kit.store)).toBe(0)
})

test('jobs that a stopped run left in the queue leave it, when it is stopped again or a worker starts', async () => {
  const { run } = await runWithItems(range(72_000, 4))
  const forget = () => kit.store.query(`UPDATE run SET status = 'cancelled' WHERE id = $1`, [run.id])
  await forget()
  expect(await stopRun(kit.store, run.id, 'paused')).toBe(4)
  expect((await runProgress(kit.store, run.id)).status).toBe('cancelled')
  const other = await runWithItems(range(73_000, 4))
  await kit.store.query(`UPDATE run SET status = 'cancelled' WHERE id = $1`, [other.run.id])
  expect(await removeForgottenJobs(kit.store)).toBe(4)
  expect(await removeForgottenJobs(kit.store)).toBe(0)
})

test('the job ends in the moment in which its result is stored, and one whose result is there already ends, too', async () => {
  const { run } = await runWithItems(range(74_000, 6))
  await kit.worker()
  await expect.poll(async () => (await runProgress(kit.store, run.id)).done, { interval: 5 }).toBe(6)
  const open = () => kit.store.query(`SELECT 1 FROM pgboss.job WHERE name = 'attribution' AND state <= 'active'`)
  expect(await open()).toEqual([])
  // As it was left by a worker that died between the two.
  await kit.store.query(`UPDATE pgboss.job SET state = 'retry', completed_on = NULL WHERE name = 'attribution'`)
  expect(await completeStored(kit.store)).toBe(6)
  expect(await open()).toEqual([])
})
