/**
 * Sweeps of feature sets over datasets, as stored in the database. A sweep's prompts are divided into shards. The
 * results of a shard that is done are in the sweep's state; those of a pending shard are not. Both change in one
 * transaction, so a killed worker loses only what it had not handed in, and nothing is counted twice.
 */
import type pg from 'pg'
import type { FeatureSweep } from '../../prisma/generated/client/client.ts'
import { canonicalJson } from '../hash.ts'
import type { Gathered } from '../sweeps/gather.ts'
import { sweepOptionsSchema, type SweepOptions } from '../sweeps/sizes.ts'
import { inTransaction, type Store } from './store.ts'

export type { FeatureSweep }

export interface NewSweep {
  setId: number
  datasetId: number
  options: SweepOptions
  engine: string
  /** The sweep covers this many prompts from the start of the dataset. */
  prompts: number
  /** How many prompts one job covers; a multiple of `options.block`. */
  shard: number
}

export interface StartedSweep {
  sweep: FeatureSweep
  /** Whether some of it was computed before. */
  resumed: boolean
}

/**
 * Finds the sweep, or creates it, with pending shards for new prompts. If it is asked for more prompts, it grows; if
 * for fewer, it stays as it is. With other options, or on another engine, it starts from nothing, because its numbers
 * could not be combined.
 */
export async function startSweep(
  store: Store,
  { setId, datasetId, options, engine, prompts, shard }: NewSweep,
): Promise<StartedSweep> {
  const id = await inTransaction(store, async (client) => {
    await client.query(
      `INSERT INTO feature_sweep (set_id, dataset_id, prompts, options, engine) VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING`,
      [setId, datasetId, JSON.stringify(options), engine],
    )
    const sweep = await lockSweep(client, 'set_id = $1 AND dataset_id = $2', [setId, datasetId])
    const isSame = sweep.engine === engine && canonicalJson(sweep.options) === canonicalJson(options)
    if (!isSame) await clearSweep(client, sweep.id, { setId, options, engine })
    const { rows } = await client.query<{ end: number }>(
      `SELECT coalesce(max("end"), 0) AS end FROM feature_shard WHERE sweep_id = $1`,
      [sweep.id],
    )
    const from = rows[0]?.end ?? 0
    await client.query(
      `INSERT INTO feature_shard (sweep_id, first, "end")
       SELECT $1, f, least(f + $4, $3) FROM generate_series($2::int, $3::int - 1, $4::int) f`,
      [sweep.id, from, prompts, shard],
    )
    await client.query(
      `UPDATE feature_shard SET status = 'pending', error = NULL WHERE sweep_id = $1 AND status = 'failed'`,
      [sweep.id],
    )
    await client.query(
      `UPDATE feature_sweep s SET prompts = greatest(s.prompts, $2), error = NULL, started_at = now(),
         status = CASE WHEN s.status = 'done' AND NOT EXISTS (
           SELECT 1 FROM feature_shard h WHERE h.sweep_id = s.id AND h.status <> 'done') THEN s.status ELSE 'running' END
       WHERE s.id = $1`,
      [sweep.id, prompts],
    )
    return sweep.id
  })
  const sweep = await store.prisma.featureSweep.findUniqueOrThrow({ where: { id } })
  return { sweep, resumed: sweep.tokens > 0n }
}

interface LockedSweep {
  id: number
  set_id: number
  options: unknown
  engine: string
}

async function lockSweep(client: pg.ClientBase, where: string, values: unknown[]): Promise<LockedSweep> {
  const { rows } = await client.query<LockedSweep>(
    `SELECT id, set_id, options, engine FROM feature_sweep WHERE ${where} FOR UPDATE`,
    values,
  )
  const [sweep] = rows
  if (!sweep) throw new Error('a sweep was removed in the moment it was needed')
  return sweep
}

async function clearSweep(
  client: pg.ClientBase,
  id: number,
  { setId, options, engine }: Pick<NewSweep, 'setId' | 'options' | 'engine'>,
): Promise<void> {
  for (const table of ['feature_sweep_state', 'feature_statistics', 'feature_example']) {
    await client.query(`DELETE FROM ${table} WHERE set_id = $1 AND sweep_id = $2`, [setId, id])
  }
  await client.query('DELETE FROM feature_shard WHERE sweep_id = $1', [id])
  await client.query('DELETE FROM feature_sequence WHERE sweep_id = $1', [id])
  await client.query(
    `UPDATE feature_sweep SET options = $2, engine = $3, prompts = 0, tokens = 0, firings = 0, sampled = 0, milliseconds = 0,
       status = 'running', finished_at = NULL WHERE id = $1`,
    [id, JSON.stringify(options), engine],
  )
}

export interface OpenSweep {
  id: number
  setId: number
  setHash: string
  /** feature_set.source */
  source: string
  datasetId: number
  options: SweepOptions
}

/** What workers need to know about sweeps; only the existing ones are returned. */
export async function openSweeps(store: Store, ids: readonly number[]): Promise<OpenSweep[]> {
  const sweeps = await store.prisma.featureSweep.findMany({
    where: { id: { in: [...ids] } },
    include: { set: { select: { hash: true, source: true } } },
    orderBy: { id: 'asc' },
  })
  return sweeps.map(({ id, setId, datasetId, options, set }) => ({
    id,
    setId,
    datasetId,
    options: sweepOptionsSchema.parse(options),
    setHash: set.hash,
    source: set.source,
  }))
}

export interface Shard {
  sweepId: number
  first: number
  end: number
}

/** The pending shards of these sweeps within the prompts first … end − 1, in order. */
export const pendingShards = (
  store: Store,
  sweepIds: readonly number[],
  first: number,
  end: number,
): Promise<Shard[]> =>
  store.query<Shard & Record<string, unknown>>(
    `SELECT sweep_id AS "sweepId", first, "end" FROM feature_shard
     WHERE sweep_id = ANY($1) AND status <> 'done' AND first < $3 AND "end" > $2 ORDER BY first, sweep_id`,
    [sweepIds, first, end],
  )

/** Sweeps whose shards are all done, but whose statistics are not stored yet. */
export async function unfinishedSweeps(store: Store, sweepIds: readonly number[]): Promise<number[]> {
  const rows = await store.query<{ id: number }>(
    `SELECT s.id FROM feature_sweep s WHERE s.id = ANY($1) AND s.status = 'running'
       AND NOT EXISTS (SELECT 1 FROM feature_shard h WHERE h.sweep_id = s.id AND h.status <> 'done') ORDER BY s.id`,
    [sweepIds],
  )
  return rows.map(({ id }) => id)
}

/** A part of a shard, from the shard's first prompt to `end`. */
export interface DonePart {
  shard: Shard
  end: number
  gathered: Gathered
  firings: number
}

/**
 * Marks the part as done; the rest of the shard becomes a shard of its own. Runs in the caller's transaction, with
 * the sweep locked. Returns false if another worker has done the part; then nothing may be stored.
 */
export async function settlePart(client: pg.ClientBase, { shard, end, gathered, firings }: DonePart): Promise<boolean> {
  const { sweepId, first } = shard
  await lockSweep(client, 'id = $1', [sweepId])
  const { rows } = await client.query<{ end: number }>(
    `UPDATE feature_shard SET status = 'done', "end" = $3, tokens = $4, milliseconds = $5, encode_ms = $6, error = NULL
     WHERE sweep_id = $1 AND first = $2 AND "end" >= $3 AND status <> 'done'
     RETURNING (SELECT o."end" FROM feature_shard o WHERE o.sweep_id = $1 AND o.first = $2) AS end`,
    [sweepId, first, end, gathered.tokens, gathered.milliseconds, gathered.encodeMs],
  )
  const [found] = rows
  if (!found) return false
  if (found.end > end)
    await client.query('INSERT INTO feature_shard (sweep_id, first, "end") VALUES ($1, $2, $3)', [
      sweepId,
      end,
      found.end,
    ])
  await client.query(
    'UPDATE feature_sweep SET tokens = tokens + $2, firings = firings + $3, milliseconds = milliseconds + $4 WHERE id = $1',
    [sweepId, gathered.tokens, firings, gathered.milliseconds],
  )
  return true
}

/** Marks the sweeps as failed, so that whoever waits for them learns that a part cannot be computed. */
export async function failSweeps(
  store: Store,
  sweepIds: readonly number[],
  first: number,
  end: number,
  reason: string,
): Promise<void> {
  await store.query(
    `UPDATE feature_shard SET status = 'failed', error = $4
     WHERE sweep_id = ANY($1) AND status <> 'done' AND first < $3 AND "end" > $2`,
    [sweepIds, first, end, reason],
  )
  await store.query(
    `UPDATE feature_sweep SET status = 'failed', error = $2 WHERE id = ANY($1) AND status = 'running'`,
    [sweepIds, reason],
  )
}

export interface SweepProgress {
  total: number
  /** Prompts. */
  done: number
  failed: number
  /** Summed over all sweeps. */
  tokens: number
  /** Of the sweep with the most tokens, because sweeps that share passes see the same tokens. */
  passTokens: number
  milliseconds: number
  encodeMs: number
  /** Whether statistics and examples are stored. */
  finished: boolean
  error: string | null
}

/** The progress of several sweeps together. */
export async function sweepProgress(store: Store, sweepIds: readonly number[]): Promise<SweepProgress> {
  const [row] = await store.query<SweepProgress & Record<string, unknown>>(
    `SELECT coalesce(sum(h."end" - h.first), 0)::int AS total,
       coalesce(sum(h."end" - h.first) FILTER (WHERE h.status = 'done'), 0)::int AS done,
       coalesce(sum(h."end" - h.first) FILTER (WHERE h.status = 'failed'), 0)::int AS failed,
       coalesce(sum(h.tokens), 0)::float8 AS tokens, coalesce(sum(h.milliseconds), 0) AS milliseconds,
       coalesce(sum(h.encode_ms), 0) AS "encodeMs",
       (SELECT coalesce(max(s.tokens), 0)::float8 FROM feature_sweep s WHERE s.id = ANY($1)) AS "passTokens",
       NOT EXISTS (SELECT 1 FROM feature_sweep s WHERE s.id = ANY($1) AND s.status = 'running') AS finished,
       (SELECT error FROM feature_sweep s WHERE s.id = ANY($1) AND s.error IS NOT NULL LIMIT 1) AS error
     FROM feature_shard h WHERE h.sweep_id = ANY($1)`,
    [sweepIds],
  )
  if (!row) throw new Error('a query without groups gave no row')
  return row
}

/** Texts of the prompts first … end − 1 of a dataset, in order. */
export const promptTexts = (
  store: Store,
  datasetId: number,
  first: number,
  end: number,
): Promise<{ index: number; text: string }[]> =>
  store.query<{ index: number; text: string } & Record<string, unknown>>(
    'SELECT index, text FROM prompt WHERE dataset_id = $1 AND index >= $2 AND index < $3 ORDER BY index',
    [datasetId, first, end],
  )
