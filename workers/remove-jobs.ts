/** The jobs of a model that was removed: nobody could compute them, and each would fail for itself. */
import type { Model, Store } from '../src/store/index.ts'
import { QUEUE } from './queue.ts'

export async function removeJobsOf(store: Store, { hash }: Pick<Model, 'hash'>): Promise<void> {
  // The queue's tables are made when the first worker, server or ingest opens it.
  const [queue] = await store.query<{ exists: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS exists`)
  if (!queue?.exists) return
  await store.query(`DELETE FROM pgboss.job WHERE name = $1 AND state <= 'active' AND data ->> 'modelHash' = $2`, [
    QUEUE,
    hash,
  ])
}
