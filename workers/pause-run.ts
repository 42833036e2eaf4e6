/**
 * A run is stopped: its bulk jobs leave the queue, except those that another run waits for. A worker that holds some
 * finishes the chunk that it is computing, which is stored, and drops the others (`lookAround`). The same ingest, or
 * `run resume`, goes on from there.
 */
import { cancelRun, type Store } from '../src/store/index.ts'
import { priorities } from './job.ts'
import { QUEUE } from './queue.ts'

/** How many jobs left the queue. */
export async function pauseRun(store: Store, runId: number): Promise<number> {
  await cancelRun(store, runId)
  const removed = await store.query(
    `DELETE FROM pgboss.job j WHERE j.name = $1 AND j.state <= 'active' AND j.priority < $2
       AND EXISTS (SELECT 1 FROM run_item i
         WHERE i.run_id = $3 AND i.status = 'pending' AND i.result_key = j.singleton_key)
       AND NOT EXISTS (SELECT 1 FROM run_item o JOIN run r ON r.id = o.run_id
         WHERE o.result_key = j.singleton_key AND o.status = 'pending' AND r.status = 'running' AND r.id <> $3)
     RETURNING 1`,
    [QUEUE, priorities.interactive, runId],
  )
  return removed.length
}
