/** Attributions for someone who waits: from the store at once, else through the queue. */
import { resultKey } from '../src/attribution/key.ts'
import type { AttributionRequest } from '../src/attribution/request.ts'
import type { UserError } from '../src/errors.ts'
import { findResults, type Store } from '../src/store/index.ts'
import { type Asked, enqueue } from './enqueue.ts'
import { jobFailure } from './failure.ts'
import { findJobRows } from './job-table.ts'
import type { Urgency } from './job.ts'
import type { Queue } from './queue.ts'

export type Outcome =
  /** Under the key of the stored row. */
  | { state: 'stored'; key: string }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

export interface RequestOptions {
  /** How long to wait; 0: not at all. */
  timeoutMs: number
  /** Ends the waiting, not the job: what it computes is stored for the next who asks. */
  signal?: AbortSignal
  urgency?: Urgency
  /** Whose logs the workers' lines belong to. */
  requestId?: string
  /** Told how many distinct results were stored already, and how many were not. */
  onLookup?: (found: { hits: number; misses: number }) => void
}

/** Notices make waiting short; this is for those that get lost. */
const POLL_MS = 1000

/** One outcome per request, in order. Identical requests, also those of other processes, are computed once. */
export async function requestAttributions(
  store: Store,
  queue: Queue,
  asked: Asked,
  requests: readonly AttributionRequest[],
  { timeoutMs, signal, urgency = 'interactive', requestId, onLookup }: RequestOptions,
): Promise<Outcome[]> {
  const deadline = Date.now() + timeoutMs
  const keys = requests.map((request) => resultKey(asked.model, asked.engine, request))
  const byKey = new Map(keys.map((key, i) => [key, requests[i]]))
  const outcomes = new Map<string, Outcome>()
  const open = new Set(byKey.keys())
  await collectStored(store, open, outcomes)
  onLookup?.({ hits: outcomes.size, misses: open.size })
  if (open.size > 0 && timeoutMs > 0) await queue.notices.ready()

  const jobs = new Map<string, string>()
  for (;;) {
    await enqueueMissing()
    const wait = Math.min(POLL_MS, deadline - Date.now())
    if (open.size === 0 || wait <= 0 || signal?.aborted) break
    await queue.notices.next(open, wait, signal)
    await collectStored(store, open, outcomes)
    await collectFailed(store, jobs, open, outcomes)
  }
  for (const key of open) outcomes.set(key, { state: 'pending', jobId: jobs.get(key) ?? '' })
  return keys.map((key) => outcomes.get(key) ?? { state: 'pending', jobId: jobs.get(key) ?? '' })

  /** Also those whose job ended between two looks at it without a result. */
  async function enqueueMissing(): Promise<void> {
    const missing = [...open].filter((key) => !jobs.has(key))
    const requested = missing.flatMap((key) => byKey.get(key) ?? [])
    if (requested.length === 0) return
    for (const [key, id] of await enqueue(store, queue, asked, requested, urgency, requestId)) jobs.set(key, id)
    // A job that ended while we asked has left its result: look again before anyone waits for it.
    await collectStored(store, open, outcomes)
  }
}

async function collectStored(store: Store, open: Set<string>, outcomes: Map<string, Outcome>): Promise<void> {
  for (const [asked, { key }] of await findResults(store, [...open])) {
    outcomes.set(asked, { state: 'stored', key })
    open.delete(asked)
  }
}

async function collectFailed(
  store: Store,
  jobs: Map<string, string>,
  open: Set<string>,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const waitedFor = [...open].flatMap((key) => jobs.get(key) ?? [])
  if (waitedFor.length === 0) return
  const rows = await findJobRows(store, waitedFor)
  for (const key of open) {
    const id = jobs.get(key)
    if (id === undefined) continue
    const row = rows.get(id)
    const error = row && jobFailure(row)
    if (error) {
      outcomes.set(key, { state: 'failed', error })
      open.delete(key)
    } else if (!row || row.state === 'completed') {
      // Deleted, or done: its result is stored, or was removed at once. Either way this job will not tell.
      jobs.delete(key)
    }
  }
}
