/**
 * Runs: a dataset through a model with one set of options. A run is found again by its content, so an interrupted
 * ingest continues where it stopped. Its progress is counted from its items.
 */
import type pg from 'pg'
import type { PartitionKind, Run } from '../../prisma/generated/client/client.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { Mode, Rule } from '../attribution/request.ts'
import { type Awaited, awaitedColumns, storedOf } from './run-items.ts'
import { inTransaction, type Store } from './store.ts'

export interface RunOptions {
  modelId: number
  datasetId: number
  partitionKind: PartitionKind
  mode: Mode
  rule: Rule
  /**
   * Every option that decides what is asked for each prompt, as plain JSON. With the fields above it makes the run's
   * key.
   */
  options: Record<string, unknown>
}

interface StartedRun {
  run: Run
  /** Whether the run was begun before. */
  resumed: boolean
  /** The status if someone had stopped the run; otherwise null. */
  stoppedAs: StoppedStatus | null
}

/**
 * Finds the run, or creates it, with an item for each of the dataset's first `limit` prompts. If it is asked for more
 * prompts, it grows; if for fewer, it stays as it is. Items among these that failed before are tried again.
 */
export async function startRun(store: Store, run: RunOptions, { limit = Infinity } = {}): Promise<StartedRun> {
  const key = sha256(canonicalJson(run))
  const asked = Math.min(limit, LARGEST_INT)
  const before = await inTransaction(store, async (client) => {
    await client.query(
      `INSERT INTO run (key, model_id, dataset_id, partition_kind, mode, rule, options, total)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT DO NOTHING`,
      [key, run.modelId, run.datasetId, run.partitionKind, run.mode, run.rule, JSON.stringify(run.options)],
    )
    // Locked until the end, so that `settle`, which ends runs, sees the run either with all its items or not yet
    // begun.
    const { rows } = await client.query<{ id: number; total: number; status: Run['status'] }>(
      'SELECT id, total, status FROM run WHERE key = $1 FOR NO KEY UPDATE',
      [key],
    )
    const found = rows[0]
    if (!found) throw new Error(`run ${key} was neither made nor found`)
    await client.query(
      `INSERT INTO run_item (run_id, prompt_id)
       SELECT $1, p.id FROM prompt p WHERE p.dataset_id = $2 AND p.index < $3 ON CONFLICT DO NOTHING`,
      [found.id, run.datasetId, asked],
    )
    await client.query(
      `UPDATE run_item i SET status = 'pending', error = NULL FROM prompt p
       WHERE i.run_id = $1 AND i.status = 'failed' AND p.id = i.prompt_id AND p.index < $2`,
      [found.id, asked],
    )
    await client.query(
      `UPDATE run SET status = 'running', error = NULL, started_at = now(), finished_at = NULL,
         total = (SELECT count(*) FROM run_item i WHERE i.run_id = $1) WHERE id = $1`,
      [found.id],
    )
    return found
  })
  await settleRun(store, before.id)
  return {
    run: await store.prisma.run.findUniqueOrThrow({ where: { key } }),
    resumed: before.total > 0,
    stoppedAs: before.status === 'cancelled' || before.status === 'paused' ? before.status : null,
  }
}

/** More prompts than a dataset can have. */
const LARGEST_INT = 2 ** 31 - 1

export interface PendingPrompt {
  promptId: number
  index: number
  text: string
  answer: string | null
  subject: string | null
  extra: unknown
}

/** Open prompts in file order, from `afterIndex` on; none if the run was stopped. */
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
 * Stores the key that each item waits for. From then on, the item ends by itself when that result is stored, whoever
 * computed it. Items whose result is already stored are done at once. Returns the keys that have to be computed, each
 * once.
 */
export async function planItems(
  store: Store, runId: number, items: readonly PlannedItem[], awaited: Awaited = 'attribution',
): Promise<string[]> {
  if (items.length === 0) return []
  await store.query(
    `UPDATE run_item i SET result_key = k.key FROM unnest($2::int[], $3::text[]) AS k (prompt_id, key)
     WHERE i.run_id = $1 AND i.prompt_id = k.prompt_id AND i.status = 'pending'`,
    [runId, items.map(({ promptId }) => promptId), items.map(({ key }) => key)],
  )
  // Only after the keys are visible to others: a result stored before is found here, and one stored later finds the
  // items.
  const keys = [...new Set(items.map(({ key }) => key))]
  const settled = await store.query<{ key: string }>(
    `UPDATE run_item i SET status = 'done', ${awaitedColumns[awaited]} = r.id, error = NULL
     FROM (${storedOf[awaited]('$2')}) r
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

/** Ends the runs whose last open item had one of `keys`. Call it after the transaction that changed the items. */
export async function settleRuns(store: Store, keys: readonly string[]): Promise<void> {
  await settle(store, 'r.id IN (SELECT i.run_id FROM run_item i WHERE i.result_key = ANY($1))', keys)
}

/** Ends the run if none of its items is open. */
export async function settleRun(store: Store, runId: number): Promise<void> {
  await settle(store, 'r.id = $1', runId)
}

const NOTHING_IS_OPEN = `r.status = 'running'
  AND NOT EXISTS (SELECT 1 FROM run_item o WHERE o.run_id = r.id AND o.status = 'pending')`

async function settle(store: Store, which: string, value: unknown): Promise<void> {
  const found = `SELECT r.id FROM run r WHERE ${NOTHING_IS_OPEN} AND ${which}`
  const ended = await store.query<{ id: number }>(found, [value])
  if (ended.length === 0) return
  const ids = ended.map(({ id }) => id)
  await inTransaction(store, async (client) => {
    // Checked again under the lock, because the run may have been asked for more prompts in the meantime
    // (`startRun`).
    await client.query('SELECT 1 FROM run WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [ids])
    await client.query(
      `UPDATE run r SET finished_at = now(),
         status = CASE WHEN EXISTS (SELECT 1 FROM run_item f WHERE f.run_id = r.id AND f.status = 'failed')
           THEN 'failed' ELSE 'done' END::run_status
       WHERE r.id = ANY($1) AND ${NOTHING_IS_OPEN}`,
      [ids],
    )
  })
}

/** The status of a run that someone stopped. */
export type StoppedStatus = 'paused' | 'cancelled'

/**
 * Stops a run until it is started again. A run that has ended stays ended. A paused run can be cancelled; otherwise a
 * stopped run stays as it is. Code that queues jobs of the run waits for the end of this transaction.
 */
export async function stopRunIn(client: pg.ClientBase, runId: number, status: StoppedStatus): Promise<void> {
  await client.query(
    `UPDATE run SET status = $2::run_status, finished_at = CASE WHEN $2 = 'cancelled' THEN now() END
     WHERE id = $1 AND (status = 'running' OR status = 'paused' AND $2 = 'cancelled')`,
    [runId, status],
  )
}

/** Removes a run with the results that no other run asked for. */
export async function removeRun(store: Store, runId: number): Promise<void> {
  await inTransaction(store, async (client) => {
    const { rows } = await client.query<{ result_id: string | null; intervention_id: string | null }>(
      'SELECT DISTINCT result_id, intervention_id FROM run_item WHERE run_id = $1',
      [runId],
    )
    await client.query('DELETE FROM run WHERE id = $1', [runId])
    for (const [table, column] of [['result', 'result_id'], ['intervention', 'intervention_id']] as const) {
      await client.query(
        `DELETE FROM ${table} r WHERE r.id = ANY($1) AND NOT EXISTS (SELECT 1 FROM run_item i WHERE i.${column} = r.id)`,
        [rows.flatMap((row) => row[column] ?? [])],
      )
    }
  })
}

/**
 * Another run of the dataset, by a model with the same tokenizer, that reads the prompts differently: as texts, or
 * from another field.
 */
export async function runReadOtherwise(
  store: Store, { datasetId, tokenizerHash, chat }: { datasetId: number; tokenizerHash: string | null; chat: string | null },
): Promise<number | null> {
  const [run] = await store.query<{ id: number }>(
    `SELECT r.id FROM run r JOIN model m ON m.id = r.model_id
     WHERE r.dataset_id = $1 AND m.tokenizer_hash IS NOT DISTINCT FROM $2 AND r.options ->> 'chat' IS DISTINCT FROM $3 ORDER BY r.id LIMIT 1`,
    [datasetId, tokenizerHash, chat],
  )
  return run?.id ?? null
}
