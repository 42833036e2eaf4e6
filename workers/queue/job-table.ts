/**
 * Statements on pg-boss' own table, for the few questions that its interface answers only one job at a time or not at
 * all. This is safe because pg-boss is pinned to an exact version, and tests run every statement.
 */
import type pg from 'pg'
import type { Store } from '../../src/store/index.ts'
import type { JobError } from './job.ts'
import { KEEP_FAILED_SECONDS, type Queue, QUEUE } from './queue.ts'

const MOST_PAUSE_SECONDS = 60

/** Runs statements: on any connection, or on that of a transaction. */
export type Queries = Pick<Store, 'query'>

export const queriesOf = (client: pg.ClientBase): Queries => ({
  query: async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => (await client.query<Row>(sql, values)).rows,
})

/** Jobs that will still have an outcome, by result key. */
export async function openJobs(database: Queries, keys: readonly string[]): Promise<Map<string, string>> {
  const rows = await database.query<{ id: string; key: string }>(
    `SELECT id, singleton_key AS key FROM pgboss.job
     WHERE name = $1 AND state <= 'active' AND singleton_key = ANY($2)`,
    [QUEUE, keys],
  )
  return new Map(rows.map(({ id, key }) => [key, id]))
}

/** Keys with this prefix, of jobs that will still have an outcome. */
export async function openKeys(store: Store, prefix: string): Promise<string[]> {
  const rows = await store.query<{ key: string }>(
    `SELECT singleton_key AS key FROM pgboss.job WHERE name = $1 AND state <= 'active' AND starts_with(singleton_key, $2)`,
    [QUEUE, prefix],
  )
  return rows.map(({ key }) => key)
}

/**
 * Jobs move ahead if their turn would come sooner now. Of the jobs that a worker holds, those it has not begun move
 * ahead, too (`lookAround`).
 */
export async function raisePriorities(
  database: Queries, jobs: readonly { key: string; priority: number }[],
): Promise<void> {
  if (jobs.length === 0) return
  await database.query(
    `UPDATE pgboss.job j SET priority = wanted.priority FROM unnest($2::text[], $3::int[]) AS wanted (key, priority)
     WHERE j.name = $1 AND j.state <= 'active' AND j.singleton_key = wanted.key AND j.priority < wanted.priority`,
    [QUEUE, jobs.map(({ key }) => key), jobs.map(({ priority }) => priority)],
  )
}

/**
 * Ends the open jobs of `keys`, whoever holds them: their results are stored. Called in the transaction that stores them, so
 * that no worker can die between the two.
 */
export async function completeJobs(client: pg.ClientBase, keys: readonly string[]): Promise<void> {
  await client.query(
    `UPDATE pgboss.job SET state = 'completed', completed_on = now(), output = NULL
     WHERE name = $1 AND state <= 'active' AND policy = 'exclusive' AND coalesce(singleton_key, '') = ANY($2)`,
    [QUEUE, keys],
  )
}

/** Ends jobs that an earlier version left open although their results are stored. */
export async function completeStored(store: Store): Promise<number> {
  const rows = await store.query(
    `UPDATE pgboss.job j SET state = 'completed', completed_on = now(), output = NULL
     WHERE j.name = $1 AND j.state < 'active' AND EXISTS (
       SELECT 1 FROM result r WHERE r.key = j.singleton_key UNION ALL SELECT 1 FROM result r WHERE r.next_key = j.singleton_key
       UNION ALL SELECT 1 FROM intervention v WHERE v.key = j.singleton_key)
     RETURNING 1`,
    [QUEUE],
  )
  return rows.length
}

/** What a worker that holds `jobs` should know before it goes on. */
export async function lookAround(
  store: Store,
  jobs: readonly { id: string; retryCount: number }[],
  priority: number,
): Promise<{ held: Set<string>; urgent: Set<string>; isWaiting: boolean }> {
  const rows = await store.query<{ id: string; mine: boolean; urgent: boolean }>(
    `(SELECT j.id, true AS mine, j.priority >= $4 AS urgent
      FROM pgboss.job j JOIN unnest($2::uuid[], $3::int[]) AS held (id, retry_count)
        ON j.id = held.id AND j.retry_count = held.retry_count
      WHERE j.name = $1 AND j.state = 'active')
     UNION ALL
     (SELECT id, false, true FROM pgboss.job
      WHERE name = $1 AND state < 'active' AND priority >= $4 AND start_after <= now() LIMIT 1)`,
    [QUEUE, jobs.map(({ id }) => id), jobs.map(({ retryCount }) => retryCount), priority],
  )
  const mine = rows.filter((row) => row.mine)
  return {
    // The other jobs were cancelled, left the queue with their run, or have been taken over.
    held: new Set(mine.map(({ id }) => id)),
    urgent: new Set(mine.filter(({ urgent }) => urgent).map(({ id }) => id)),
    isWaiting: mine.length < rows.length,
  }
}

/**
 * A claimed job has failed. With `again` it is tried again after a pause that grows with the attempts. Otherwise it has
 * failed for good, whatever attempts it has left, and a copy goes to the queue of failed jobs. (The queue itself has no
 * pause, because jobs of a dead worker should be taken over at once.)
 */
export async function failJob(
  store: Store,
  { boss }: Queue,
  { id, retryCount }: { id: string; retryCount: number },
  error: JobError,
  { again }: { again: boolean },
): Promise<void> {
  const change = again ? 'retry_delay = $4' : 'retry_limit = retry_count, deletion_seconds = $4'
  await store.query(
    `UPDATE pgboss.job SET ${change} WHERE name = $1 AND id = $2 AND retry_count = $3 AND state = 'active'`,
    [QUEUE, id, retryCount, again ? Math.min(2 ** retryCount, MOST_PAUSE_SECONDS) : KEEP_FAILED_SECONDS],
  )
  await boss.fail(QUEUE, { id, retryCount }, error)
}

/**
 * Claimed jobs go back into the queue as if they had not been taken. The next claim still counts as another attempt,
 * because by this number pg-boss tells a stale worker from the present one. So the allowed attempts grow by one, too.
 * `pause`: for this long nobody takes the jobs, and they show the reason.
 */
export async function giveBack(
  store: Store,
  jobs: readonly { id: string; retryCount: number }[],
  pause: { seconds: number; reason: JobError } | null = null,
): Promise<void> {
  if (jobs.length === 0) return
  await store.query(
    `UPDATE pgboss.job j SET state = 'retry', retry_limit = j.retry_limit + 1, heartbeat_on = NULL,
       start_after = now() + make_interval(secs => $4), output = COALESCE($5::jsonb, j.output)
     FROM unnest($2::uuid[], $3::int[]) AS given (id, retry_count)
     WHERE j.name = $1 AND j.id = given.id AND j.retry_count = given.retry_count AND j.state = 'active'`,
    [
      QUEUE,
      jobs.map(({ id }) => id),
      jobs.map(({ retryCount }) => retryCount),
      pause?.seconds ?? 0,
      pause === null ? null : JSON.stringify(pause.reason),
    ],
  )
}

export interface JobRow {
  id: string
  state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'
  key: string
  /** Without the request, which may be long. */
  data: unknown
  output: unknown
  priority: number
  retryCount: number
  retryLimit: number
  startAfter: Date
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  /** By the database's clock. */
  now: Date
}

/** Of a row `j`. */
export const JOB_COLUMNS = `j.id, j.state, j.singleton_key AS key, j.data - 'request' AS data, j.output, j.priority, j.retry_count AS "retryCount",
  j.retry_limit AS "retryLimit", j.start_after AS "startAfter", j.created_on AS "createdAt", j.started_on AS "startedAt",
  j.completed_on AS "finishedAt", now()`

export async function findJobRows(store: Store, ids: readonly string[]): Promise<Map<string, JobRow>> {
  const rows = await store.query<JobRow & Record<string, unknown>>(
    `SELECT ${JOB_COLUMNS} FROM pgboss.job j WHERE j.name = $1 AND j.id = ANY($2::uuid[])`,
    [QUEUE, ids.filter((id) => UUID.test(id))],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
