/**
 * Stopping a run: its bulk jobs leave the queue, except those that another run waits for. A worker that holds some of
 * them finishes and stores the chunk that it is computing, and drops the others (`lookAround`). The same ingest, or
 * `run resume`, goes on from there.
 */
import type pg from 'pg'
import { inTransaction, type Model, stopRunIn, type Store, type StoppedStatus } from '../../src/store/index.ts'
import { priorities } from './job.ts'
import { QUEUE } from './queue.ts'

/**
 * Less than the second after which PostgreSQL looks for deadlocks. So in a deadlock this transaction gives way and
 * begins anew, and never a worker's.
 */
const LOCK_TIMEOUT_MS = 500

/**
 * Stops the run and removes its jobs, all or nothing: no job of a stopped run stays in the queue, and none comes in
 * later (`Flow.place`). If the run was stopped before, jobs that an earlier version left behind are removed, too.
 * Returns how many jobs were removed.
 */
export async function stopRun(store: Store, runId: number, status: StoppedStatus): Promise<number> {
  return inTransaction(store, async (client) => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await stopRunIn(client, runId, status)
    return removeJobsOfStopped(client, [runId])
  })
}

/**
 * Removes jobs that only stopped runs wait for. Earlier versions, which did not stop a run and its jobs in one
 * transaction, may have left some.
 */
export async function removeForgottenJobs(store: Store): Promise<number> {
  return inTransaction(store, async (client) => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    const { rows } = await client.query<{ id: number }>(
      `SELECT r.id FROM run r WHERE r.status IN ('cancelled', 'paused')
         AND EXISTS (SELECT 1 FROM run_item i WHERE i.run_id = r.id AND i.status = 'pending' AND i.result_key IS NOT NULL)`,
    )
    return rows.length === 0 ? 0 : removeJobsOfStopped(client, rows.map(({ id }) => id))
  })
}

async function removeJobsOfStopped(client: pg.ClientBase, runIds: readonly number[]): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM pgboss.job j
     USING (SELECT DISTINCT result_key FROM run_item WHERE run_id = ANY($3) AND status = 'pending') mine
     WHERE j.name = $1 AND j.state <= 'active' AND j.policy = 'exclusive' AND coalesce(j.singleton_key, '') = mine.result_key
       AND j.priority < $2
       AND NOT EXISTS (SELECT 1 FROM run_item o JOIN run r ON r.id = o.run_id
         WHERE o.result_key = mine.result_key AND o.status = 'pending' AND r.status = 'running')`,
    [QUEUE, priorities.interactive, runIds],
  )
  return rowCount ?? 0
}

/** The jobs of a model that was removed leave the queue: nobody could compute them, and each would fail for itself. */
export async function removeJobsOf(store: Store, { hash }: Pick<Model, 'hash'>): Promise<void> {
  // The queue's tables are made when the first worker, server or ingest opens it.
  const [queue] = await store.query<{ exists: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS exists`)
  if (!queue?.exists) return
  await store.query(`DELETE FROM pgboss.job WHERE name = $1 AND state <= 'active' AND data ->> 'modelHash' = $2`, [
    QUEUE,
    hash,
  ])
}
