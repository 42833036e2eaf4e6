/** Answers for someone who waits, whatever kind they are: from the store at once, else through the queue. */
import type { UserError } from '../src/errors.ts'
import type { Store } from '../src/store/index.ts'
import { enqueue } from './queue/enqueue.ts'
import { jobFailure } from './queue/failure.ts'
import { findJobRows } from './queue/job-table.ts'
import type { JobEnvelope, Urgency } from './queue/job.ts'
import type { Queue } from './queue/queue.ts'

/** `Stored`: what the store returns for an answer that it has. */
export type Waited<Stored> =
  | { state: 'stored'; stored: Stored }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

export interface Wanted<Stored> {
  /** The keys of the answers, without duplicates. */
  keys: readonly string[]
  /** The keys that have a stored answer. */
  stored(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>>
  /** Jobs that answer these keys. */
  jobs(keys: readonly string[]): Promise<readonly JobEnvelope[]>
}

export interface WaitOptions {
  /** How long to wait; 0: not at all. */
  timeoutMs: number
  /** Ends the waiting, not the job; its result is stored for the next who asks. */
  signal?: AbortSignal
  urgency?: Urgency
  /** Told how many of the keys were answered already, and how many were not. */
  onLookup?: (found: { hits: number; misses: number }) => void
}

/** Notices usually end the waiting; polling is for notices that get lost. */
const POLL_MS = 1000

/** One outcome for each key. What several ask for, also in other processes, is computed once. */
export async function waitFor<Stored>(
  store: Store, queue: Queue, wanted: Wanted<Stored>, { timeoutMs, signal, urgency = 'interactive', onLookup }: WaitOptions,
): Promise<Map<string, Waited<Stored>>> {
  const deadline = Date.now() + timeoutMs
  const outcomes = new Map<string, Waited<Stored>>()
  const open = new Set(wanted.keys)
  await collectStored()
  onLookup?.({ hits: outcomes.size, misses: open.size })
  if (open.size > 0 && timeoutMs > 0) await queue.notices.ready()

  const jobs = new Map<string, string>()
  for (;;) {
    await enqueueMissing()
    const wait = Math.min(POLL_MS, deadline - Date.now())
    if (open.size === 0 || wait <= 0 || signal?.aborted) break
    await queue.notices.next(open, wait, signal)
    await collectStored()
    await collectFailed(store, jobs, open, outcomes)
  }
  for (const key of open) outcomes.set(key, { state: 'pending', jobId: jobs.get(key) ?? '' })
  return outcomes

  async function collectStored(): Promise<void> {
    for (const [key, stored] of await wanted.stored([...open])) {
      outcomes.set(key, { state: 'stored', stored })
      open.delete(key)
    }
  }

  /** Includes keys whose job ended between two looks without a result. */
  async function enqueueMissing(): Promise<void> {
    const missing = [...open].filter((key) => !jobs.has(key))
    if (missing.length === 0) return
    for (const [key, id] of await enqueue(store, queue, await wanted.jobs(missing), urgency)) jobs.set(key, id)
    // A job that ended while we asked has left its result: look again before anyone waits for it.
    await collectStored()
  }
}

async function collectFailed<Stored>(
  store: Store,
  jobs: Map<string, string>,
  open: Set<string>,
  outcomes: Map<string, Waited<Stored>>,
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
      // The job was deleted or is done. Its result is stored, or was stored and removed again; this job will tell
      // nothing more.
      jobs.delete(key)
    }
  }
}
