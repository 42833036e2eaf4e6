/** The queue in numbers, for those who watch it. Read from pg-boss' own table, like `job-table.ts`. */
import type { Store } from '../../src/store/index.ts'
import { errorOf } from './failure.ts'
import { priorities, type Urgency } from './job.ts'
import { QUEUE } from './queue.ts'
import { connectedWorkers, type WorkerView } from './skills.ts'

interface QueueStatistics {
  /** Every combination, also those with none. */
  jobs: { state: 'waiting' | 'active'; urgency: Urgency; count: number }[]
  /** Since the longest waiting job was asked for; 0 when none waits. */
  oldestWaitingSeconds: number
  /** Worker processes that are connected to the database. */
  workers: number
}

/** What people see of the queue. */
export interface QueueView extends Omit<QueueStatistics, 'workers'> {
  workers: WorkerView[]
  /** In the last minute. */
  ended: { done: number; failed: number }
  /** Jobs given up that the queue still remembers. */
  failed: number
  /** The same by their reasons, the most frequent first. */
  failureReasons: { code: string; message: string; count: number; lastAt: Date }[]
  /** The latest first. */
  failures: { jobId: string; at: Date; code: string; message: string }[]
}

/** Reasons that are told apart at most. */
const MOST_REASONS = 20

/** The queue as people look at it, with the last `failures` failures. A queue that nobody has opened yet is empty. */
export async function viewQueue(store: Store, failures: number): Promise<QueueView> {
  const workers = await connectedWorkers(store)
  const [queue] = await store.query<{ exists: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS exists`)
  if (!queue?.exists) return { ...summed([]), workers, ended: { done: 0, failed: 0 }, failed: 0, failureReasons: [], failures: [] }
  const [rows, [ended], reasons, failed] = await Promise.all([
    countJobs(store),
    store.query<{ done: number; failed: number; allFailed: number }>(
      `SELECT count(*) FILTER (WHERE state = 'completed' AND recent)::int AS done,
         count(*) FILTER (WHERE state = 'failed' AND recent)::int AS failed,
         count(*) FILTER (WHERE state = 'failed')::int AS "allFailed"
       FROM (SELECT state, completed_on > now() - interval '1 minute' AS recent
         FROM pgboss.job WHERE name = $1 AND (state = 'failed' OR completed_on > now() - interval '1 minute')) job`,
      [QUEUE],
    ),
    failureReasons(store),
    store.query<{ jobId: string; at: Date; output: unknown }>(
      `SELECT id AS "jobId", completed_on AS at, output FROM pgboss.job
       WHERE name = $1 AND state = 'failed' ORDER BY completed_on DESC, id LIMIT $2`,
      [QUEUE, failures],
    ),
  ])
  return {
    ...summed(rows),
    workers,
    ended: { done: ended?.done ?? 0, failed: ended?.failed ?? 0 },
    failed: ended?.allFailed ?? 0,
    failureReasons: reasons,
    failures: failed.map(({ jobId, at, output }) => {
      const { code, message } = errorOf(output)
      return { jobId, at, code, message }
    }),
  }
}

/** Of jobs given up that the queue still remembers. Sentences that differ only in numbers and quoted words are one reason. */
export async function failureReasons(store: Store): Promise<QueueView['failureReasons']> {
  const rows = await store.query<{ output: unknown; count: number; lastAt: Date }>(
    `SELECT (array_agg(output ORDER BY completed_on DESC))[1] AS output, count(*)::int AS count, max(completed_on) AS "lastAt"
     FROM pgboss.job WHERE name = $1 AND state = 'failed'
     GROUP BY output ->> 'code', regexp_replace(output ->> 'message', '"[^"]*"|\\d+(\\.\\d+)?', '…', 'g')
     ORDER BY count(*) DESC, max(completed_on) DESC LIMIT $2`,
    [QUEUE, MOST_REASONS],
  )
  return rows.map(({ output, count, lastAt }) => {
    const { code, message } = errorOf(output)
    return { code, message, count, lastAt }
  })
}

export async function queueStatistics(store: Store): Promise<QueueStatistics> {
  const [rows, workers] = await Promise.all([countJobs(store), connectedWorkers(store)])
  return { ...summed(rows), workers: workers.length }
}

interface JobCount {
  active: boolean
  urgent: boolean
  count: number
  oldest: number
}

const countJobs = (store: Store): Promise<JobCount[]> =>
  store.query<{ active: boolean; urgent: boolean; count: number; oldest: number }>(
    `SELECT state = 'active' AS active, priority >= $2 AS urgent, count(*)::int AS count,
       coalesce(max(extract(epoch FROM now() - created_on)), 0)::float8 AS oldest
     FROM pgboss.job WHERE name = $1 AND state <= 'active' GROUP BY 1, 2`,
    [QUEUE, priorities.interactive],
  )

function summed(rows: readonly JobCount[]): Pick<QueueStatistics, 'jobs' | 'oldestWaitingSeconds'> {
  const urgencies: Urgency[] = ['interactive', 'bulk']
  const jobs = urgencies.flatMap((urgency) =>
    (['waiting', 'active'] as const).map((state) => {
      const isActive = state === 'active'
      const isUrgent = urgency === 'interactive'
      const row = rows.find(({ active, urgent }) => active === isActive && urgent === isUrgent)
      return { state, urgency, count: row?.count ?? 0 }
    }),
  )
  return { jobs, oldestWaitingSeconds: Math.max(0, ...rows.filter(({ active }) => !active).map(({ oldest }) => oldest)) }
}

interface EndedJob {
  outcome: 'done' | 'failed' | 'cancelled'
  urgency: Urgency
  /** From being asked for to its end. */
  seconds: number
}

const OUTCOMES = { completed: 'done', failed: 'failed', cancelled: 'cancelled' } as const

/** Jobs that ended after `since`, and the moment up to which this is complete, by the database's clock. */
export async function endedJobs(store: Store, since: Date | null): Promise<{ until: Date; jobs: EndedJob[] }> {
  const [clock] = await store.query<{ now: Date }>('SELECT now()')
  const until = clock?.now ?? new Date()
  if (since === null) return { until, jobs: [] }
  const rows = await store.query<{ state: keyof typeof OUTCOMES; urgent: boolean; seconds: number }>(
    `SELECT state, priority >= $4 AS urgent, extract(epoch FROM completed_on - created_on)::float8 AS seconds
     FROM pgboss.job WHERE name = $1 AND state > 'active' AND completed_on > $2 AND completed_on <= $3`,
    [QUEUE, since, until, priorities.interactive],
  )
  const jobs = rows.map(({ state, urgent, seconds }): EndedJob => {
    return { outcome: OUTCOMES[state], urgency: urgent ? 'interactive' : 'bulk', seconds }
  })
  return { until, jobs }
}
