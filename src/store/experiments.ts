/**
 * Experiments and their items. An experiment is found again by its question, so an interrupted one continues where it
 * stopped. Its progress is counted from its items.
 */
import type { Experiment } from '../../prisma/generated/client/client.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import { inTransaction, type Store } from './store.ts'

export interface NewExperiment {
  name: string
  model: { id: number; hash: string }
  dataset: { id: number; contentHash: string }
  /** The dataset of labelled sentences that its probes are trained on; null without probes. */
  train: { id: number; contentHash: string } | null
  test: { id: number; contentHash: string } | null
  protocol: string
  seed: number
  /** Plain JSON, with every default filled in. */
  options: unknown
  engine: string
  /** The experiment uses this many records from the start of the dataset. */
  recordCount: number
  recordsPerItem: number
}

/** Part of every key. It must change when a change of the code gives other numbers for the same question. */
const VERSION = 1

/** sha256 (hex) */
function keyOf({ name, model, dataset, train, test, protocol, seed, options, engine, recordCount }: NewExperiment): string {
  return sha256(canonicalJson({
    version: VERSION, name, model: model.hash, dataset: dataset.contentHash, protocol, seed, options, engine, recordCount,
    ...(train && { train: train.contentHash }), ...(test && { test: test.contentHash }),
  }))
}

/** Finds the experiment, or creates it with its items. Items that failed before are opened again. */
export async function startExperiment(store: Store, asked: NewExperiment): Promise<{ experiment: Experiment; resumed: boolean }> {
  const key = keyOf(asked)
  const resumed = await inTransaction(store, async (client) => {
    const { rowCount } = await client.query(
      `INSERT INTO experiment (key, name, model_id, dataset_id, protocol, seed, options, engine, record_count, records_per_item,
         train_dataset_id, test_dataset_id)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
       -- Looked for first, so that asking again uses up no number.
       WHERE NOT EXISTS (SELECT 1 FROM experiment WHERE key = $1) ON CONFLICT DO NOTHING`,
      [key, asked.name, asked.model.id, asked.dataset.id, asked.protocol, asked.seed, JSON.stringify(asked.options), asked.engine,
        asked.recordCount, asked.recordsPerItem, asked.train?.id ?? null, asked.test?.id ?? null],
    )
    await client.query(
      `INSERT INTO experiment_item (experiment_id, index, key)
       SELECT e.id, i, encode(sha256(convert_to(e.key || ' ' || i, 'UTF8')), 'hex')
       FROM experiment e, generate_series(0, ceil(e.record_count::numeric / e.records_per_item)::int - 1) AS i
       WHERE e.key = $1 ON CONFLICT DO NOTHING`,
      [key],
    )
    await client.query(
      `UPDATE experiment_item i SET status = 'pending', error = NULL FROM experiment e
       WHERE e.key = $1 AND i.experiment_id = e.id AND i.status = 'failed'`,
      [key],
    )
    await client.query(
      `UPDATE experiment SET status = 'running', error = NULL, started_at = now(), finished_at = NULL WHERE key = $1
         AND EXISTS (SELECT 1 FROM experiment_item i WHERE i.experiment_id = experiment.id AND i.status = 'pending')`,
      [key],
    )
    return rowCount === 0
  })
  return { experiment: await store.prisma.experiment.findUniqueOrThrow({ where: { key } }), resumed }
}

export const findExperiment = (store: Store, key: string): Promise<Experiment | null> =>
  store.prisma.experiment.findUnique({ where: { key } })

/** Finds an experiment by the number that lists show. */
export async function requireExperiment(store: Store, id: number): Promise<Experiment> {
  const found = await store.prisma.experiment.findUnique({ where: { id } })
  if (found) return found
  throw new UserError('NOT_FOUND', `There is no experiment ${id}; tributary experiment list shows those there are.`)
}

export interface ItemKey {
  index: number
  key: string
}

/** Items that are still open, in order. */
export const openItems = (store: Store, experimentId: number): Promise<ItemKey[]> =>
  store.query<ItemKey & Record<string, unknown>>(
    `SELECT index, key FROM experiment_item WHERE experiment_id = $1 AND status = 'pending' ORDER BY index`, [experimentId])

/** The keys among `keys` whose items are done. */
export async function doneItems(store: Store, keys: readonly string[]): Promise<Set<string>> {
  const rows = await store.query<{ key: string }>(
    `SELECT key FROM experiment_item WHERE key = ANY($1) AND status = 'done'`, [keys])
  return new Set(rows.map(({ key }) => key))
}

export interface StoredRecord {
  index: number
  text: string
  answer: string | null
  subject: string | null
  extra: Record<string, unknown>
}

/** `count` records of a dataset, in order, starting at index `from`. */
export async function datasetRecords(store: Store, datasetId: number, from: number, count: number): Promise<StoredRecord[]> {
  const rows = await store.prisma.prompt.findMany({
    where: { datasetId, index: { gte: from, lt: from + count } }, orderBy: { index: 'asc' },
  })
  return rows.map(({ index, text, answer, subject, extra }) => ({
    index, text, answer, subject,
    extra: typeof extra === 'object' && extra !== null && !Array.isArray(extra) ? extra : {},
  }))
}

/** A measured row of an experiment, with the fields of experiments/experiment.ts. */
export interface MeasuredRow {
  record: number | null
  method: string
  setting: string
  x: number | null
  layer: number | null
  component: number | null
  metric: string
  value: number | null
  text: string | null
}

/**
 * Stores an item's rows and marks it as done, all or nothing. A worker that was taken for dead may save the item again, with
 * the same result.
 */
export async function saveExperimentItem(
  store: Store, experimentId: number, { index, rows, milliseconds }: { index: number; rows: readonly MeasuredRow[]; milliseconds: number },
): Promise<void> {
  const column = <K extends keyof MeasuredRow>(name: K) => rows.map((row) => row[name])
  await inTransaction(store, async (client) => {
    // Locked until the end of the transaction, so another worker that saves the same item waits here.
    await client.query('SELECT 1 FROM experiment_item WHERE experiment_id = $1 AND index = $2 FOR UPDATE', [experimentId, index])
    await client.query('DELETE FROM experiment_row WHERE experiment_id = $1 AND item = $2', [experimentId, index])
    await client.query(
      `INSERT INTO experiment_row (experiment_id, item, ordinal, record, method, setting, x, layer, component, metric, value, text)
       SELECT $1, $2, r.ordinal - 1, r.record, r.method, r.setting, r.x, r.layer, r.component, r.metric, r.value, r.text
       FROM unnest($3::int[], $4::text[], $5::text[], $6::float8[], $7::int[], $8::int[], $9::text[], $10::float8[], $11::text[])
         WITH ORDINALITY AS r (record, method, setting, x, layer, component, metric, value, text, ordinal)`,
      [experimentId, index, column('record'), column('method'), column('setting'), column('x'), column('layer'), column('component'),
        column('metric'), column('value'), column('text')],
    )
    await client.query(
      `UPDATE experiment_item SET status = 'done', error = NULL, milliseconds = $3 WHERE experiment_id = $1 AND index = $2`,
      [experimentId, index, milliseconds],
    )
  })
}

export async function failExperimentItems(store: Store, keys: readonly string[], error: string): Promise<void> {
  await store.query(`UPDATE experiment_item SET status = 'failed', error = $2 WHERE key = ANY($1) AND status = 'pending'`, [keys, error])
}

/** All rows, in the order of the prompts. */
export const experimentRows = (store: Store, experimentId: number): Promise<MeasuredRow[]> =>
  store.query<MeasuredRow & Record<string, unknown>>(
    `SELECT record, method, setting, x, layer, component, metric, value, text FROM experiment_row
     WHERE experiment_id = $1 ORDER BY item, ordinal`,
    [experimentId],
  )

/** Running experiments that have no open items left; `among`: only those to which one of these keys belongs. */
export async function endedExperiments(store: Store, among: readonly string[]): Promise<number[]> {
  const rows = await store.query<{ id: number }>(
    `SELECT e.id FROM experiment e WHERE e.status = 'running'
       AND e.id IN (SELECT experiment_id FROM experiment_item WHERE key = ANY($1))
       AND NOT EXISTS (SELECT 1 FROM experiment_item o WHERE o.experiment_id = e.id AND o.status = 'pending')`,
    [among],
  )
  return rows.map(({ id }) => id)
}

/** How many of an experiment's items failed, and why the first one did. */
export async function failedItems(store: Store, experimentId: number): Promise<{ count: number; first: string | null }> {
  const [found] = await store.query<{ count: number; first: string | null }>(
    `SELECT count(*)::int AS count, (array_agg(error ORDER BY index))[1] AS first FROM experiment_item
     WHERE experiment_id = $1 AND status = 'failed'`,
    [experimentId],
  )
  return found ?? { count: 0, first: null }
}

/**
 * Ends an experiment with its report, or with the reason why it failed. A repeated call changes nothing, unless the
 * experiment was started again.
 */
export async function finishExperiment(
  store: Store, experimentId: number, { error, report }: { error: string | null; report: object | null },
): Promise<void> {
  await store.query(
    `UPDATE experiment e SET status = $2::run_status, error = $3, report = $4, finished_at = coalesce(finished_at, now())
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM experiment_item o WHERE o.experiment_id = e.id AND o.status = 'pending')`,
    [experimentId, error === null ? 'done' : 'failed', error, report === null ? null : JSON.stringify(report)],
  )
}

export interface ExperimentProgress {
  status: string
  prompts: number
  done: number
  failed: number
}

export async function experimentProgress(store: Store, experimentId: number): Promise<ExperimentProgress> {
  const [progress] = await store.query<ExperimentProgress & Record<string, unknown>>(
    `SELECT status::text, prompts, done::int, failed::int FROM experiment_progress WHERE experiment_id = $1`, [experimentId])
  if (progress) return progress
  throw new UserError('NOT_FOUND', `There is no experiment ${experimentId} any more: it was removed.`)
}

/** Removes an experiment with its rows. Its jobs will find nothing to do. */
export async function removeExperiment(store: Store, experimentId: number): Promise<void> {
  await store.prisma.experiment.delete({ where: { id: experimentId } })
}
