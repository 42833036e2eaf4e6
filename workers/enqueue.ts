/** Requests → jobs, each key once. */
import { randomUUID } from 'node:crypto'
import { resultKey } from '../src/attribution/key.ts'
import type { AttributionRequest } from '../src/attribution/request.ts'
import type { ModelIdentity } from '../src/model/identity.ts'
import type { Store } from '../src/store/index.ts'
import { openJobs, raisePriority } from './job-table.ts'
import { type JobData, type Urgency, priorities } from './job.ts'
import { type Queue, QUEUE } from './queue.ts'

/** What requests are asked of. */
export interface Asked {
  model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'>
  /** The `engine` of the workers' attributors. */
  engine: string
}

const JOBS_PER_STATEMENT = 1000

/**
 * Jobs by result key. A request that is queued or under way already joins that job; where someone waits for it, it
 * moves ahead. The store is not asked: whoever calls has done that.
 */
export async function enqueue(
  store: Store,
  queue: Queue,
  { model, engine }: Asked,
  requests: readonly AttributionRequest[],
  urgency: Urgency,
  requestId?: string,
): Promise<Map<string, string>> {
  const wanted = new Map<string, JobData>()
  for (const request of requests) {
    const key = resultKey(model, engine, request)
    wanted.set(key, { modelHash: model.hash, engine, key, request, ...(requestId !== undefined && { requestId }) })
  }
  const jobs = new Map<string, string>()
  const all = [...wanted.values()]
  for (let at = 0; at < all.length; at += JOBS_PER_STATEMENT) {
    const chunk = all.slice(at, at + JOBS_PER_STATEMENT)
    for (const [key, id] of await insert(store, queue, chunk, urgency)) jobs.set(key, id)
  }
  return jobs
}

async function insert(store: Store, queue: Queue, data: JobData[], urgency: Urgency): Promise<Map<string, string>> {
  const priority = priorities[urgency]
  const jobs = data.map((each) => ({ id: String(randomUUID()), data: each, singletonKey: each.key, priority }))
  const inserted = new Set<string>(await queue.boss.insert(QUEUE, jobs, { returnId: true }))
  const found = new Map(jobs.filter(({ id }) => inserted.has(id)).map(({ id, singletonKey }) => [singletonKey, id]))
  const joined = data.map(({ key }) => key).filter((key) => !found.has(key))
  if (joined.length === 0) return found
  if (urgency === 'interactive') await raisePriority(store, joined, priority)
  // One that ended in this moment has no open job; its result is in the store, or whoever waits asks again.
  for (const [key, id] of await openJobs(store, joined)) found.set(key, id)
  return found
}
