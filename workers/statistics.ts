/** The queue in numbers, for those who watch it. Read from pg-boss' own table, like `job-table.ts`. */
import type { Store } from '../src/store/index.ts'
import { priorities, type Urgency } from './job.ts'
import { QUEUE } from './queue.ts'
import { WORKER_APPLICATION } from './skills.ts'

interface QueueStatistics {
  /** Every combination, also those with none. */
  jobs: { state: 'waiting' | 'active'; urgency: Urgency; count: number }[]
  /** Since the longest waiting job was asked for; 0 when none waits. */
  oldestWaitingSeconds: number
  /** Worker processes that are connected to the database. */
  workers: number
}

export async function queueStatistics(store: Store): Promise<QueueStatistics> {
  const [rows, [presence]] = await Promise.all([
    store.query<{ active: boolean; urgent: boolean; count: number; oldest: number }>(
      `SELECT state = 'active' AS active, priority >= $2 AS urgent, count(*)::int AS count,
         coalesce(max(extract(epoch FROM now() - created_on)), 0)::float8 AS oldest
       FROM pgboss.job WHERE name = $1 AND state <= 'active' GROUP BY 1, 2`,
      [QUEUE, priorities.interactive],
    ),
    store.query<{ workers: number }>(
      `SELECT count(*)::int AS workers FROM pg_stat_activity
       WHERE datname = current_database() AND starts_with(application_name, $1)`,
      [WORKER_APPLICATION],
    ),
  ])
  const urgencies: Urgency[] = ['interactive', 'bulk']
  const jobs = urgencies.flatMap((urgency) =>
    (['waiting', 'active'] as const).map((state) => {
      const isActive = state === 'active'
      const isUrgent = urgency === 'interactive'
      const row = rows.find(({ active, urgent }) => active === isActive && urgent === isUrgent)
      return { state, urgency, count: row?.count ?? 0 }
    }),
  )
  const oldestWaitingSeconds = Math.max(0, ...rows.filter(({ active }) => !active).map(({ oldest }) => oldest))
  return { jobs, oldestWaitingSeconds, workers: presence?.workers ?? 0 }
}

interface EndedJob {
  outcome: 'done' | 'failed' | 'cancelled'
  urgency: Urgency
  /** From being asked for to its end. */
  seconds: number
}

const OUTCOMES = { completed: 'done', failed: 'failed', cancelled: 'cancelled' } as const

/** Jobs that ended after `since`, and the moment up to which was looked, by the database's clock. */
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
