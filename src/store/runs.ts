/**
 * Runs: a dataset through a model with one set of options. A run is found again by its content, so an ingest that was
 * interrupted goes on where it was; how far it is, is counted from its items.
 */
import type { PartitionKind, Run } from '../../prisma/generated/client/client.ts'
import { canonicalJson, sha256 } from '../attribution/key.ts'
import type { Mode, Rule } from '../attribution/request.ts'
import { inTransaction, type Store } from './store.ts'

export interface RunOptions {
  modelId: number
  datasetId: number
  partitionKind: PartitionKind
  mode: Mode
  rule: Rule
  /** Everything that decides what is asked for every prompt, as plain JSON; with the above it makes the run's key. */
  options: Record<string, unknown>
}

/** Finds the run or makes it, with an item for every prompt. What failed before is tried again. */
export async function startRun(store: Store, run: RunOptions): Promise<{ run: Run; resumed: boolean }> {
  const key = sha256(canonicalJson(run))
  const resumed = await inTransaction(store, async (client) => {
    const inserted = await client.query(
      `INSERT INTO run (key, model_id, dataset_id, partition_kind, mode, rule, options, total)
       SELECT $1, $2, d.id, $4, $5, $6, $7, d.prompt_count FROM dataset d WHERE d.id = $3
       ON CONFLICT DO NOTHING`,
      [key, run.modelId, run.datasetId, run.partitionKind, run.mode, run.rule, JSON.stringify(run.options)],
    )
    if (inserted.rowCount === 1) {
      await client.query(
        `INSERT INTO run_item (run_id, prompt_id)
         SELECT r.id, p.id FROM run r JOIN prompt p ON p.dataset_id = r.dataset_id WHERE r.key = $1`,
        [key],
      )
      return false
    }
    await client.query(
      `UPDATE run_item i SET status = 'pending', error = NULL
       FROM run r WHERE r.key = $1 AND i.run_id = r.id AND i.status = 'failed'`,
      [key],
    )
    await client.query(
      `UPDATE run SET status = 'running', error = NULL, started_at = now(), finished_at = NULL WHERE key = $1`,
      [key],
    )
    return true
  })
  const { id } = await store.prisma.run.findUniqueOrThrow({ where: { key } })
  await settleRun(store, id)
  return { run: await store.prisma.run.findUniqueOrThrow({ where: { key } }), resumed }
}

export interface PendingPrompt {
  promptId: number
  index: number
  text: string
  answer: string | null
  subject: string | null
  extra: unknown
}

/** Prompts still to do, in file order, from `afterIndex` on; of a run that was stopped, none. */
export async function pendingPrompts(
  store: Store,
  runId: number,
  { afterIndex = -1, limit = 1000 }: { afterIndex?: number; limit?: number } = {},
): Promise<PendingPrompt[]> {
  return store.query<PendingPrompt>(
    `SELECT p.id AS "promptId", p.index, p.text, p.answer, p.subject, p.extra
     FROM run r JOIN prompt p ON p.dataset_id = r.dataset_id JOIN run_item i ON i.run_id = r.id AND i.prompt_id = p.id
     WHERE r.id = $1 AND r.status = 'running' AND p.index > $2 AND i.status = 'pending' ORDER BY p.index LIMIT $3`,
    [runId, afterIndex, limit],
  )
}

export interface PlannedItem {
  promptId: number
  /** `resultKey` of its request. */
  key: string
}

/**
 * Notes what every prompt waits for; from then on it ends by itself when that result comes in, whoever computed it.
 * Items whose result is stored already are done at once. Returns the keys that have to be computed, each once.
 */
export async function planItems(store: Store, runId: number, items: readonly PlannedItem[]): Promise<string[]> {
  if (items.length === 0) return []
  await store.query(
    `UPDATE run_item i SET result_key = k.key FROM unnest($2::int[], $3::text[]) AS k (prompt_id, key)
     WHERE i.run_id = $1 AND i.prompt_id = k.prompt_id AND i.status = 'pending'`,
    [runId, items.map(({ promptId }) => promptId), items.map(({ key }) => key)],
  )
  // After the keys are visible to others: a result that came in before is found here, one that comes later finds us.
  const keys = [...new Set(items.map(({ key }) => key))]
  const settled = await store.query<{ key: string }>(
    `UPDATE run_item i SET status = 'done', result_id = r.id, error = NULL
     FROM (SELECT key AS asked, id FROM result WHERE key = ANY($2)
           UNION ALL SELECT next_key, id FROM result WHERE next_key = ANY($2)) r
     WHERE i.run_id = $1 AND i.result_key = r.asked AND i.status = 'pending' RETURNING i.result_key AS key`,
    [runId, keys],
  )
  const done = new Set(settled.map(({ key }) => key))
  return keys.filter((key) => !done.has(key))
}

export interface RunProgress {
  status: Run['status']
  total: number
  done: number
  failed: number
  pending: number
}

export async function runProgress(store: Store, runId: number): Promise<RunProgress> {
  const [progress] = await store.query<RunProgress>(
    `SELECT status, total, done::int, failed::int, open::int AS pending FROM run_progress WHERE run_id = $1`,
    [runId],
  )
  if (!progress) throw new Error(`there is no run ${runId}`)
  return progress
}

/** Ends the runs whose last open item was one of `keys`. To be called after the items' transaction. */
export async function settleRuns(store: Store, keys: readonly string[]): Promise<void> {
  await store.query(
    `${SETTLE} AND r.id IN (SELECT i.run_id FROM run_item i WHERE i.result_key = ANY($1))`,
    [keys],
  )
}

/** Ends the run if nothing is open. */
export async function settleRun(store: Store, runId: number): Promise<void> {
  await store.query(`${SETTLE} AND r.id = $1`, [runId])
}

const SETTLE = `
  UPDATE run r SET finished_at = now(),
    status = CASE WHEN EXISTS (SELECT 1 FROM run_item f WHERE f.run_id = r.id AND f.status = 'failed')
      THEN 'failed' ELSE 'done' END::run_status
  WHERE r.status = 'running' AND NOT EXISTS (SELECT 1 FROM run_item o WHERE o.run_id = r.id AND o.status = 'pending')`

/** Stays as it is until it is started again. */
export async function cancelRun(store: Store, runId: number): Promise<void> {
  await store.query(
    `UPDATE run SET status = 'cancelled', finished_at = now() WHERE id = $1 AND status = 'running'`,
    [runId],
  )
}

/** With the results that no other run asked for. */
export async function removeRun(store: Store, runId: number): Promise<void> {
  await inTransaction(store, async (client) => {
    const { rows } = await client.query<{ result_id: string }>(
      'SELECT DISTINCT result_id FROM run_item WHERE run_id = $1 AND result_id IS NOT NULL',
      [runId],
    )
    await client.query('DELETE FROM run WHERE id = $1', [runId])
    await client.query(
      `DELETE FROM result r WHERE r.id = ANY($1) AND NOT EXISTS (SELECT 1 FROM run_item i WHERE i.result_id = r.id)`,
      [rows.map((row) => row.result_id)],
    )
  })
}
