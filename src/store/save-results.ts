/**
 * Attributions into the database: everything of a batch or nothing, each key once however often it was computed.
 * Contributions go by binary COPY into the model's own partition.
 */
import type pg from 'pg'
import { resultKey } from '../attribution/key.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import type { AttributionResult } from '../attribution/result.ts'
import type { Model } from '../../prisma/generated/client/client.ts'
import { BinaryRows } from './binary-copy.ts'
import { settleItemsIn } from './run-items.ts'
import { type NewSequence, saveSequencesIn } from './sequences.ts'
import { type Store, inTransaction } from './store.ts'
import { type StoredRows, refuseNonFinite, storedRows } from './stored-rows.ts'
import { storableText } from './text.ts'
import { type NewVector, saveVectorsIn, toVector } from './vectors.ts'

export interface ComputedResults {
  model: Pick<Model, 'id' | 'hash' | 'tokenizerHash'>
  /** An Attributor's `engine`. */
  engine: string
  items: readonly ComputedItem[]
}

export interface ComputedItem {
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

/** In the order of the items. Run items that wait for one of the results are done with it, in the same transaction. */
export async function saveResults(store: Store, computed: ComputedResults): Promise<StoredResult[]> {
  const prepared = computed.items.map((item) => prepare(computed, item))
  return inTransaction(store, async (client) => {
    const sequenceIds = await saveSequencesIn(client, computed.items.map(({ sequence }) => sequence))
    await saveVectorsIn(client, prepared.flatMap(({ vectors }) => vectors))
    const rows = prepared.map(({ row }, i) => ({ ...row, sequence_id: sequenceIds[i] }))
    const inserted = await insertResults(client, distinct(rows))
    const isNew = new Set<string>()
    const byKey = new Map(prepared.map((each) => [each.key, each]))
    const copy = new BinaryRows()
    for (const { id, key } of inserted) {
      isNew.add(key)
      const stored = byKey.get(key)
      if (stored) copyContributions(copy, computed.model.id, id, stored.rows)
    }
    if (copy.rowCount > 0) await copy.send(client, `contribution_${computed.model.id} (${CONTRIBUTION_COLUMNS})`)
    const ids = new Map(inserted.map(({ id, key }) => [key, id]))
    const present = prepared.filter(({ key }) => !isNew.has(key))
    for (const [key, id] of await findPresent(client, present)) ids.set(key, id)
    const stored = prepared.map(({ key }) => {
      const id = ids.get(key)
      if (id === undefined) throw new Error(`result ${key} was neither stored nor found`)
      return { id, key }
    })
    await settleItemsIn(client, prepared.flatMap(({ key, nextKey }, i) => {
      const id = stored[i]?.id
      return id === undefined ? [] : [key, ...(nextKey ? [nextKey] : [])].map((each) => ({ key: each, id }))
    }))
    return stored
  })
}

interface Prepared {
  key: string
  nextKey: string | null
  row: Record<string, unknown>
  rows: StoredRows['rows']
  vectors: NewVector[]
}

function prepare({ model, engine }: ComputedResults, { request, result }: ComputedItem): Prepared {
  refuseNonFinite(result)
  const { key, nextKey } = keysOf(model, engine, request, result)
  const { target } = result
  const { rows, tailMass, scores } = storedRows(result)
  const scoresVector = scores ? toVector([scores]) : null
  const targetVector = request.target.type === 'direction' ? toVector([request.target.vector]) : null
  const basis = request.partition.by === 'subspace' ? toVector(request.partition.basis) : null
  return {
    key,
    nextKey,
    rows,
    vectors: [scoresVector, targetVector, basis].filter((vector) => vector !== null),
    row: {
      key,
      next_key: nextKey,
      model_id: model.id,
      position: request.position,
      partition_kind: request.partition.by,
      partition: basis ? { ...request.partition, basis: basis.hash } : request.partition,
      target_type: target.type,
      target_token_id: target.tokenId,
      target_text: target.text === null ? null : storableText(target.text),
      minus_token_id: target.minusTokenId,
      minus_text: target.minusText === null ? null : storableText(target.minusText),
      target_layer: target.layer,
      target_vector_hash: targetVector?.hash ?? null,
      target_value: target.value,
      target_probability: target.probability,
      mode: request.mode,
      rule: request.rule,
      temperature: request.temperature,
      exclude_first: request.excludeFirst,
      engine,
      completeness_error: result.completenessError,
      component_count: result.contributions.length,
      stored_count: rows.length,
      tail_mass: tailMass,
      scores_vector_hash: scoresVector?.hash ?? null,
      milliseconds: result.milliseconds,
    },
  }
}

/** "Whatever the model ranks first" and that very token are one result with two keys. */
function keysOf(
  model: ComputedResults['model'],
  engine: string,
  request: AttributionRequest,
  { target: resolved }: AttributionResult,
): { key: string; nextKey: string | null } {
  const asked = resultKey(model, engine, request)
  const { target } = request
  if (target.type === 'direction' || target.tokenId !== 'next') return { key: asked, nextKey: null }
  if (resolved.tokenId === null) throw new Error('a result for the next token does not say which token that is')
  const key = resultKey(model, engine, { ...request, target: { ...target, tokenId: resolved.tokenId } })
  return { key, nextKey: asked }
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
  target_type: 'target_type',
  target_token_id: 'int',
  target_text: 'text',
  minus_token_id: 'int',
  minus_text: 'text',
  target_layer: 'int',
  target_vector_hash: 'text',
  target_value: 'float8',
  target_probability: 'float8',
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
  milliseconds: 'float8',
}
const columnNames = Object.keys(RESULT_COLUMNS).join(', ')
/** Two results can claim the same "next" only if an engine wavered between equal tokens: the first keeps it. */
const columnValues = columnNames.replace(
  'next_key',
  'CASE WHEN EXISTS (SELECT 1 FROM result o WHERE o.next_key = r.next_key) THEN NULL ELSE r.next_key END',
)
const columnTypes = Object.entries(RESULT_COLUMNS).map(([name, type]) => `${name} ${type}`).join(', ')

/** Those that were new. JSON carries float64 without loss, and one parameter serves any number of rows. */
async function insertResults(client: pg.ClientBase, rows: Record<string, unknown>[]): Promise<StoredResult[]> {
  const inserted = await client.query<{ id: string; key: string }>(
    `INSERT INTO result (${columnNames})
     SELECT ${columnValues} FROM jsonb_to_recordset($1::jsonb) AS r (${columnTypes})
     ON CONFLICT DO NOTHING RETURNING id, key`,
    [JSON.stringify(rows)],
  )
  return inserted.rows.map(({ id, key }) => ({ id: BigInt(id), key }))
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

function copyContributions(copy: BinaryRows, modelId: number, resultId: bigint, rows: StoredRows['rows']): void {
  for (const { ordinal, contribution } of rows) {
    const { component, score } = contribution
    copy.row(CONTRIBUTION_WIDTH).int8(resultId).float8(score).int4(ordinal).int4(component.index)
    copy.text(component.kind).int2(modelId).int2OrNull(component.layer)
  }
}
