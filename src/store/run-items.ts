/** Items of runs (one per prompt): what they wait for, and how they end. */
import type pg from 'pg'
import { inTransaction, type Store } from './store.ts'

/** What the items of a run wait for. */
export type Awaited = 'attribution' | 'intervention'

/** By kind: the item's column for what it waited for, and the SQL that finds the stored rows of some keys ($n). */
export const awaitedColumns: Record<Awaited, string> = { attribution: 'result_id', intervention: 'intervention_id' }
export const storedOf: Record<Awaited, (parameter: string) => string> = {
  attribution: (keys) => `SELECT key AS asked, id FROM result WHERE key = ANY(${keys})
           UNION ALL SELECT next_key, id FROM result WHERE next_key = ANY(${keys})`,
  intervention: (keys) => `SELECT key AS asked, id FROM intervention WHERE key = ANY(${keys})`,
}

/** Every item that waits for `key` is marked as done, with the row stored under `id`. */
export async function settleItemsIn(
  client: pg.ClientBase,
  settled: readonly { key: string; id: bigint }[],
  awaited: Awaited = 'attribution',
): Promise<void> {
  if (settled.length === 0) return
  await client.query(
    `UPDATE run_item i SET status = 'done', ${awaitedColumns[awaited]} = s.id, error = NULL
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::bigint[])) AS s (key, id)
     WHERE i.result_key = s.key AND i.status <> 'done'`,
    [settled.map(({ key }) => key), settled.map(({ id }) => String(id))],
  )
}

/** For results that were already stored: by another run, or by a worker that died before it could mark the items. */
export const settleItems = (
  store: Store, settled: readonly { key: string; id: bigint }[], awaited: Awaited = 'attribution',
): Promise<void> => inTransaction(store, (client) => settleItemsIn(client, settled, awaited))

/** Every item that still waits for one of `keys` is marked as failed. */
export async function failItems(store: Store, keys: readonly string[], error: string): Promise<void> {
  await store.query(
    `UPDATE run_item SET status = 'failed', error = $2 WHERE result_key = ANY($1) AND status = 'pending'`,
    [keys, error],
  )
}

/** Marks an item as failed that can have no result: its prompt does not fit, its answer has no token … */
export async function failItem(store: Store, runId: number, promptId: number, error: string): Promise<void> {
  await store.query(
    `UPDATE run_item SET status = 'failed', error = $3 WHERE run_id = $1 AND prompt_id = $2 AND status <> 'done'`,
    [runId, promptId, error],
  )
}
