/** Turns requests into jobs, one per key. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inTransaction, type Store } from '../../src/store/index.ts'
import { Flow } from './fair.ts'
import { openJobs, type Queries, queriesOf, raisePriorities } from './job-table.ts'
import { type JobEnvelope, type Urgency, priorities } from './job.ts'
import { type Queue, QUEUE } from './queue.ts'

const JOBS_PER_STATEMENT = 1000

/**
 * Returns job ids by key. If a job of a key is queued or under way, the request joins that job, and moves it ahead if
 * it would now come sooner. The store is not asked whether the result exists: the caller has done that. `flow`: where
 * the jobs of a run go among those of others (`fair.ts`). A stopped run gets none.
 */
export async function enqueue(
  store: Store, queue: Queue, asked: readonly JobEnvelope[], urgency: Urgency, flow: Flow = new Flow(null),
): Promise<Map<string, string>> {
  const all = [...new Map(asked.map((data) => [data.key, data])).values()]
  const jobs = new Map<string, string>()
  for (let at = 0; at < all.length; at += JOBS_PER_STATEMENT) {
    const chunk = all.slice(at, at + JOBS_PER_STATEMENT)
    const insert = urgency === 'interactive' ? insertUrgent(store, queue, chunk) : insertBulk(store, queue, chunk, flow)
    for (const [key, id] of await insert) jobs.set(key, id)
  }
  return jobs
}

async function insertUrgent(store: Store, queue: Queue, data: readonly JobEnvelope[]): Promise<Map<string, string>> {
  const wanted = data.map(() => priorities.interactive)
  const found = await insertNew(queue, data, wanted)
  if (found.size < data.length) await joinOthers(store, data, wanted, found)
  return found
}

/**
 * Inserts in one transaction with the look at the run and its place, so that no job can enter after the run was
 * stopped.
 */
async function insertBulk(
  store: Store, queue: Queue, data: readonly JobEnvelope[], flow: Flow,
): Promise<Map<string, string>> {
  const { found, last } = await inTransaction(store, async (client) => {
    const places = await flow.place(client, data.map(({ flops }) => flops))
    if (places === null) return { found: new Map<string, string>(), last: undefined }
    const { runId } = flow
    const jobs = runId === null ? data : data.map((each) => ({ ...each, runId }))
    const found = await insertNew(queue, jobs, places, client)
    const last = found.get(data.findLast(({ key }) => found.has(key))?.key ?? '')
    if (found.size < data.length) await joinOthers(queriesOf(client), data, places, found)
    return { found, last }
  })
  if (last !== undefined) flow.placed(last)
  return found
}

async function insertNew(
  queue: Queue, data: readonly JobEnvelope[], wanted: readonly number[], client?: pg.ClientBase,
): Promise<Map<string, string>> {
  const jobs = data.map((each, i) => ({ id: String(randomUUID()), data: each, singletonKey: each.key, priority: wanted[i] ?? 0 }))
  const db = client && { db: { executeSql: async (text: string, values?: unknown[]) => client.query(text, values) } }
  const inserted = new Set<string>(await queue.boss.insert(QUEUE, jobs, { returnId: true, ...db }))
  return new Map(jobs.filter(({ id }) => inserted.has(id)).map(({ id, singletonKey }) => [singletonKey, id]))
}

async function joinOthers(
  database: Queries,
  data: readonly JobEnvelope[],
  wanted: readonly number[],
  found: Map<string, string>,
): Promise<void> {
  const joined = data.flatMap(({ key }, i) => (found.has(key) ? [] : [{ key, priority: wanted[i] ?? 0 }]))
  await raisePriorities(database, joined)
  // A job that has just ended is no longer open. Its result is in the store, or else its caller asks again.
  for (const [key, id] of await openJobs(database, joined.map(({ key }) => key))) found.set(key, id)
}
