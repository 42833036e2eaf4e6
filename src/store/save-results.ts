/**
 * Stores attributions: all of a batch or nothing, and each key once, however often it was computed. Contributions are sent
 * by binary COPY into the model's own partition.
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
  /** The key of the request. */
  key: string
  /** The request in its original form. */
  request: AttributionRequest
  result: AttributionResult
  /** The tokens that the request's ids stand for. */
  sequence: NewSequence
}

export interface StoredResult {
  id: bigint
  key: string
}

/**
 * What is stored, in the order of the items. In the same transaction, run items that wait for one of the results are
 * marked as done, and `within` is called with the keys under which the results are found.
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

/** One row per key. A result that was asked for in both ways keeps both keys. In a fixed order, against deadlocks. */
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
 * Two results can claim the same "next" key only if an engine wavered between tokens with equal logits; the first keeps the
 * key. With LIMIT the key is looked up by its index; without it, Postgres would rather read the whole table once per batch.
 */
const columnValues = columnNames.replace(
  'next_key',
  'CASE WHEN (SELECT true FROM result o WHERE o.next_key = r.next_key LIMIT 1) THEN NULL ELSE r.next_key END',
)
const columnTypes = Object.entries(RESULT_COLUMNS).map(([name, type]) => `${name} ${type}`).join(', ')

/** Inserts rows and returns the new ones. JSON carries float64 without loss, and one parameter holds any number of rows. */
async function insertResults(client: pg.ClientBase, rows: Record<string, unknown>[]): Promise<Map<string, bigint>> {
  const inserted = await client.query<{ id: string; key: string }>(
    `INSERT INTO result (${columnNames})
     SELECT ${columnValues} FROM jsonb_to_recordset($1::jsonb) AS r (${columnTypes})
     ON CONFLICT DO NOTHING RETURNING id, key`,
    [JSON.stringify(rows)],
  )
  return new Map(inserted.rows.map(({ id, key }) => [key, BigInt(id)]))
}

/** Finds results that already existed. If one lacks the key under which it is now asked for, the key is added. */
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
