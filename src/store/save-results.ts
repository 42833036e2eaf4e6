/**
 * Attributions into the database: everything of a batch or nothing, each key once however often it was computed.
 * Contributions go by binary COPY into the model's own partition.
 */
import type pg from 'pg'
import type { AttributionRequest } from '../attribution/request.ts'
import type { AttributionResult } from '../attribution/result.ts'
import { BinaryRows } from './binary-copy.ts'
import { type Computer, type Prepared, prepareResult } from './result-row.ts'
import { settleItemsIn } from './run-items.ts'
import { type NewSequence, saveSequencesIn } from './sequences.ts'
import { type Store, inTransaction } from './store.ts'
import { TARGET_COLUMN_TYPES } from './target-columns.ts'
import { saveVectorsIn } from './vectors.ts'

export interface ComputedResults extends Computer {
  items: readonly ComputedItem[]
}

export interface ComputedItem {
  /** The key under which it was asked. */
  key: string
  /** As it was asked. */
  request: AttributionRequest
  result: AttributionResult
  /** What the request's ids stand for. */
  sequence: NewSequence
}

export interface StoredResult {
  id: bigint
  key: string
}

/**
 * In the order of the items. Run items that wait for one of the results are done with it, in the same transaction; so is
 * what `within` does about the keys under which the results are found.
 */
export async function saveResults(
  store: Store,
  computed: ComputedResults,
  within: (client: pg.ClientBase, keys: readonly string[]) => Promise<void> = async () => undefined,
): Promise<StoredResult[]> {
  const prepared = computed.items.map((item) => prepareResult(computed, item))
  return inTransaction(store, async (client) => {
    const sequenceIds = await saveSequencesIn(client, computed.items.map(({ sequence }) => sequence))
    await saveVectorsIn(client, prepared.flatMap(({ vectors }) => vectors))
    const rows = prepared.map(({ row }, i) => ({ ...row, sequence_id: sequenceIds[i] }))
    const inserted = await insertResults(client, distinct(rows))
    await copyContributions(client, computed.model.id, inserted, prepared)
    const present = await findPresent(client, prepared.filter(({ key }) => !inserted.has(key)))
    const idOf = (key: string): bigint => {
      const id = inserted.get(key) ?? present.get(key)
      if (id === undefined) throw new Error(`result ${key} was neither stored nor found`)
      return id
    }
    const keys = prepared.flatMap(({ key, nextKey }) => [{ key, id: idOf(key) }, { key: nextKey, id: idOf(key) }])
    const named = keys.flatMap(({ key, id }) => (key === null ? [] : [{ key, id }]))
    await settleItemsIn(client, named)
    await within(client, named.map(({ key }) => key))
    return prepared.map(({ key }) => ({ id: idOf(key), key }))
  })
}

/** One row per key; asked for both ways, the row keeps both keys. In one order, against deadlocks. */
function distinct(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  const byKey = new Map<string, Record<string, unknown>>()
  for (const row of rows) {
    const key = String(row['key'])
    const seen = byKey.get(key)
    byKey.set(key, seen ? { ...seen, next_key: seen['next_key'] ?? row['next_key'] } : row)
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

const RESULT_COLUMNS = {
  key: 'text',
  next_key: 'text',
  model_id: 'smallint',
  sequence_id: 'int',
  position: 'int',
  partition_kind: 'partition_kind',
  partition: 'jsonb',
  ...TARGET_COLUMN_TYPES,
  target_vector_hash: 'text',
  feature_starts: 'int[]',
  target_value: 'float8',
  target_probability: 'float8',
  predicted_token_id: 'int',
  predicted_text: 'text',
  predicted_logit: 'float8',
  predicted_probability: 'float8',
  expected_token_id: 'int',
  expected_text: 'text',
  expected_rank: 'int',
  expected_logit: 'float8',
  expected_probability: 'float8',
  mode: 'attribution_mode',
  rule: 'text',
  temperature: 'float8',
  exclude_first: 'bool',
  engine: 'text',
  completeness_error: 'float8',
  component_count: 'int',
  stored_count: 'int',
  tail_mass: 'float8',
  scores_vector_hash: 'text',
  decoded: 'jsonb',
  candidates: 'jsonb',
  answer: 'jsonb',
  answer_scores_hash: 'text',
  milliseconds: 'float8',
}
const columnNames = Object.keys(RESULT_COLUMNS).join(', ')
/**
 * Two results can claim the same "next" only if an engine wavered between equal tokens: the first keeps it. With LIMIT it is
 * looked up by its index; without, Postgres would rather read the whole table once for every batch.
 */
const columnValues = columnNames.replace(
  'next_key',
  'CASE WHEN (SELECT true FROM result o WHERE o.next_key = r.next_key LIMIT 1) THEN NULL ELSE r.next_key END',
)
const columnTypes = Object.entries(RESULT_COLUMNS).map(([name, type]) => `${name} ${type}`).join(', ')

/** Those that were new. JSON carries float64 without loss, and one parameter serves any number of rows. */
async function insertResults(client: pg.ClientBase, rows: Record<string, unknown>[]): Promise<Map<string, bigint>> {
  const inserted = await client.query<{ id: string; key: string }>(
    `INSERT INTO result (${columnNames})
     SELECT ${columnValues} FROM jsonb_to_recordset($1::jsonb) AS r (${columnTypes})
     ON CONFLICT DO NOTHING RETURNING id, key`,
    [JSON.stringify(rows)],
  )
  return new Map(inserted.rows.map(({ id, key }) => [key, BigInt(id)]))
}

/** Results that were there before; one that lacked the key under which it was asked now, gets it. */
async function findPresent(client: pg.ClientBase, present: readonly Prepared[]): Promise<Map<string, bigint>> {
  if (present.length === 0) return new Map()
  await client.query(
    `UPDATE result r SET next_key = k.next_key
     FROM unnest($1::text[], $2::text[]) AS k (key, next_key)
     WHERE r.key = k.key AND r.next_key IS NULL AND k.next_key IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM result o WHERE o.next_key = k.next_key)`,
    [present.map(({ key }) => key), present.map(({ nextKey }) => nextKey)],
  )
  const { rows } = await client.query<{ id: string; key: string }>('SELECT id, key FROM result WHERE key = ANY($1)', [
    present.map(({ key }) => key),
  ])
  return new Map(rows.map(({ id, key }) => [key, BigInt(id)]))
}

const CONTRIBUTION_COLUMNS = 'result_id, score, ordinal, component_index, kind, model_id, layer'
const CONTRIBUTION_WIDTH = 7

async function copyContributions(
  client: pg.ClientBase,
  modelId: number,
  inserted: ReadonlyMap<string, bigint>,
  prepared: readonly Prepared[],
): Promise<void> {
  const byKey = new Map(prepared.map((each) => [each.key, each]))
  const copy = new BinaryRows()
  for (const [key, id] of inserted) {
    for (const { ordinal, contribution } of byKey.get(key)?.rows ?? []) {
      const { component, score } = contribution
      copy.row(CONTRIBUTION_WIDTH).int8(id).float8(score).int4(ordinal).int4(component.index)
      copy.text(component.kind).int2(modelId).int2OrNull(component.layer)
    }
  }
  if (copy.rowCount > 0) await copy.send(client, `contribution_${modelId} (${CONTRIBUTION_COLUMNS})`)
}
