/**
 * Removes what nothing needs any more. Rules (docs/operations.md explains them to users):
 *   results    (and interventions and graphs) only if an age is given: older than that, and asked for by no run;
 *              not graphs that came from files, because nobody could compute them again
 *   sequences  that no result, prompt or feature's example uses, and that are an hour old (a sequence just asked about has
 *              no result yet)
 *   vectors    that no result, run, probe or open job names, and that are an hour old
 *   jobs       that have ended, once the queue has kept them for long enough
 * Rows are locked first and checked again under the lock. Someone may refer to a row in the meantime. If they hold a lock
 * on it, the row is skipped. If they come later, they find it gone and the foreign key refuses them; the job of a worker
 * to which this happens is tried again.
 */
import type pg from 'pg'
import { inTransaction, type Store } from './store.ts'

export interface GarbageOptions {
  /** Results that no run asked for are removed if they are older than this; null: they stay. */
  resultsOlderThanDays: number | null
}

export type GarbageKind = 'results' | 'sequences' | 'vectors' | 'jobs'
export type Garbage = Record<GarbageKind, number>

interface Rule {
  table: string
  key: string
  keyType: string
  /** An SQL condition on a row `t`. */
  unneeded: string
}

const GRACE = `t.created_at < now() - interval '1 hour'`
const ROWS_PER_TRANSACTION = 5000

/** Tables of answers `t`, with the SQL condition that keeps an answer whatever its age. */
const askedBy = (column: string) => `EXISTS (SELECT 1 FROM run_item i WHERE i.${column} = t.id)`
const ANSWERS: readonly { table: string; stays: string }[] = [
  { table: 'result', stays: askedBy('result_id') },
  { table: 'intervention', stays: askedBy('intervention_id') },
  { table: 'attribution_graph', stays: 't.imported IS NOT NULL' },
]

const answers = (days: number): Rule[] => ANSWERS.map(({ table, stays }) => ({
  table,
  key: 'id',
  keyType: 'bigint',
  unneeded: `t.created_at < now() - make_interval(secs => ${days} * 86400.0) AND NOT (${stays})`,
}))
const sequences: Rule = {
  table: 'sequence',
  key: 'id',
  keyType: 'int',
  unneeded: `${GRACE} ${ANSWERS.map(({ table }) => `AND NOT EXISTS (SELECT 1 FROM ${table} r WHERE r.sequence_id = t.id)`).join('\n    ')}
    AND NOT EXISTS (SELECT 1 FROM prompt_sequence p WHERE p.sequence_id = t.id)
    AND NOT EXISTS (SELECT 1 FROM feature_sequence f WHERE f.sequence_id = t.id)`,
}
const vectors: Rule = {
  table: 'vector',
  key: 'hash',
  keyType: 'text',
  unneeded: `${GRACE} AND NOT EXISTS (SELECT 1 FROM result r WHERE r.scores_vector_hash = t.hash)
    AND NOT EXISTS (SELECT 1 FROM result r WHERE r.answer_scores_hash = t.hash)
    AND NOT EXISTS (SELECT 1 FROM result r WHERE r.target_vector_hash = t.hash)
    AND NOT EXISTS (SELECT 1 FROM result r WHERE r.partition_kind = 'subspace' AND r.partition ->> 'basis' = t.hash)
    AND NOT EXISTS (SELECT 1 FROM probe p WHERE p.weights_hash = t.hash)
    AND NOT EXISTS (SELECT 1 FROM intervention v WHERE v.vectors @> ARRAY[t.hash])
    AND NOT EXISTS (SELECT 1 FROM site_mean m WHERE m.vector_hash = t.hash)
    AND NOT EXISTS (SELECT 1 FROM run r
      WHERE r.options ->> 'basis' = t.hash OR r.options -> 'direction' ->> 'vector' = t.hash
        OR r.options #>> '{intervene,steer,direction}' = t.hash)`,
}
/** Open jobs in the queue also name vectors. */
const vectorsWithQueue: Rule = {
  ...vectors,
  unneeded: `${vectors.unneeded}
    AND NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.state <= 'active' AND j.data -> 'vectors' ? t.hash)`,
}
const vectorRule = async (store: Store) => ((await hasQueue(store)) ? vectorsWithQueue : vectors)
const JOBS_DUE = `state > 'active' AND deletion_seconds > 0
  AND completed_on + deletion_seconds * interval '1 second' < now()`

/** How many of each would be removed. Rows that become unneeded only through this removal are not counted. */
export async function countGarbage(store: Store, { resultsOlderThanDays: days }: GarbageOptions): Promise<Garbage> {
  return {
    results: days === null ? 0 : await summed(answers(days), (rule) => countOf(store, rule)),
    sequences: await countOf(store, sequences),
    vectors: await countOf(store, await vectorRule(store)),
    jobs: (await hasQueue(store)) ? await count(store, `FROM pgboss.job WHERE ${JOBS_DUE}`) : 0,
  }
}

/** Removes garbage and returns how many of each were removed. */
export async function collectGarbage(store: Store, { resultsOlderThanDays: days }: GarbageOptions): Promise<Garbage> {
  return {
    // In this order, so that what only removed results needed is removed as well.
    results: days === null ? 0 : await summed(answers(days), (rule) => remove(store, rule)),
    sequences: await remove(store, sequences),
    vectors: await remove(store, await vectorRule(store)),
    jobs: await removeJobs(store),
  }
}

async function summed(rules: readonly Rule[], of: (rule: Rule) => Promise<number>): Promise<number> {
  let total = 0
  for (const rule of rules) total += await of(rule)
  return total
}

const countOf = (store: Store, { table, unneeded }: Rule) => count(store, `FROM ${table} t WHERE ${unneeded}`)

async function count(store: Store, from: string): Promise<number> {
  const [row] = await store.query<{ n: string }>(`SELECT count(*) AS n ${from}`)
  return Number(row?.n ?? 0)
}

async function remove(store: Store, rule: Rule): Promise<number> {
  for (let removed = 0; ; ) {
    const now = await inTransaction(store, (client) => removeSome(client, rule))
    removed += now
    if (now === 0) return removed
  }
}

async function removeSome(client: pg.ClientBase, { table, key, keyType, unneeded }: Rule): Promise<number> {
  const locked = await client.query<{ key: string }>(
    `SELECT t.${key}::text AS key FROM ${table} t WHERE ${unneeded} LIMIT ${ROWS_PER_TRANSACTION} FOR UPDATE SKIP LOCKED`,
  )
  if (locked.rows.length === 0) return 0
  const { rowCount } = await client.query(
    `DELETE FROM ${table} t WHERE t.${key} = ANY($1::${keyType}[]) AND ${unneeded}`,
    [locked.rows.map((row) => row.key)],
  )
  return rowCount ?? 0
}

async function removeJobs(store: Store): Promise<number> {
  if (!(await hasQueue(store))) return 0
  const removed = await store.query(`DELETE FROM pgboss.job WHERE ${JOBS_DUE} RETURNING 1`)
  return removed.length
}

/** Whether the queue's tables exist: the first worker, server or ingest creates them. */
async function hasQueue(store: Store): Promise<boolean> {
  const [row] = await store.query<{ found: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS found`)
  return row?.found ?? false
}
