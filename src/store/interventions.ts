/** Stores interventions and reads them: all of a batch or nothing, each key once. */
import { z } from 'zod'
import type pg from 'pg'
import type { Model } from '../../prisma/generated/client/client.ts'
import { componentKinds } from '../depass/partition/component.ts'
import type { InterventionRequest } from '../interventions/request.ts'
import type { InterventionResult } from '../interventions/result.ts'
import { attachInterventionVectors, detachInterventionVectors } from '../interventions/vectors.ts'
import { idsByKey, insertByKey } from './json-rows.ts'
import { settleItemsIn } from './run-items.ts'
import type { StoredResult } from './save-results.ts'
import { type NewSequence, saveSequencesIn } from './sequences.ts'
import { inTransaction, type Store } from './store.ts'
import { TARGET_COLUMN_TYPES, targetColumns } from './target-columns.ts'
import { storableText } from './text.ts'
import { saveVectorsIn } from './vectors.ts'
import { vectorRows } from './stored-request.ts'

export interface ComputedInterventions {
  model: Pick<Model, 'id'>
  engine: string
  items: readonly { key: string; request: InterventionRequest; result: InterventionResult; sequence: NewSequence }[]
}

const COLUMNS = {
  key: 'text',
  model_id: 'smallint',
  sequence_id: 'int',
  position: 'int',
  change_kinds: 'text[]',
  changes: 'jsonb',
  selection: 'jsonb',
  vectors: 'text[]',
  ...TARGET_COLUMN_TYPES,
  value_before: 'float8',
  value_free: 'float8',
  value_frozen: 'float8',
  probability_before: 'float8',
  probability_free: 'float8',
  probability_frozen: 'float8',
  predicted: 'float8',
  taken: 'jsonb',
  tokens: 'jsonb',
  mode: 'attribution_mode',
  rule: 'text',
  temperature: 'float8',
  exclude_first: 'bool',
  engine: 'text',
  milliseconds: 'float8',
}

/** Run items that wait for one of them are marked as done in the same transaction. */
export async function saveInterventions(
  store: Store,
  { model, engine, items }: ComputedInterventions,
  within: (client: pg.ClientBase, keys: readonly string[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const detached = items.map(({ request, result }) =>
    detachInterventionVectors({ ...request, changes: result.changes }))
  await inTransaction(store, async (client) => {
    const sequenceIds = await saveSequencesIn(client, items.map(({ sequence }) => sequence))
    await saveVectorsIn(client, detached.flatMap(({ vectors }) => vectors))
    const rows = items.map(({ key, request, result }, i) => ({
      key,
      model_id: model.id,
      sequence_id: sequenceIds[i],
      position: request.position,
      change_kinds: [...new Set(result.changes.map(({ kind }) => kind))],
      changes: detached[i]!.request['changes'],
      selection: detached[i]!.request['selection'] ?? null,
      vectors: detached[i]!.vectors.map(({ hash }) => hash),
      ...targetColumns(result.target),
      ...sideColumns(result),
      predicted: result.predicted,
      taken: result.taken.map(({ component, score }) => ({ component: { ...component, label: storableText(component.label) }, score })),
      tokens: result.tokens.map((token) => ({ ...token, text: storableText(token.text) })),
      mode: request.mode,
      rule: request.rule,
      temperature: request.temperature,
      exclude_first: request.excludeFirst,
      engine,
      milliseconds: result.milliseconds,
    }))
    const inserted = await insertByKey(client, 'intervention', COLUMNS, rows)
    const keys = items.map(({ key }) => key)
    const present = await idsByKey(client, 'intervention', keys.filter((key) => !inserted.has(key)))
    const settled = keys.map((key) => ({ key, id: inserted.get(key) ?? present.get(key) }))
    await settleItemsIn(client, settled.flatMap(({ key, id }) => (id === undefined ? [] : [{ key, id }])), 'intervention')
    await within(client, keys)
  })
}

const sideColumns = ({ before, free, frozen }: InterventionResult) => ({
  value_before: before.value,
  value_free: free.value,
  value_frozen: frozen.value,
  probability_before: before.probability,
  probability_free: free.probability,
  probability_frozen: frozen.probability,
})

/** The stored interventions among `keys`. */
export async function findInterventions(store: Store, keys: readonly string[]): Promise<Map<string, StoredResult>> {
  if (keys.length === 0) return new Map()
  const rows = await store.query<{ id: string; key: string }>('SELECT id, key FROM intervention WHERE key = ANY($1)', [[...new Set(keys)]])
  return new Map(rows.map(({ id, key }) => [key, { id: BigInt(id), key }]))
}

/** A request in the form that jobs hold. Throws if a vector is missing, or if it is no valid request. */
export const attachedIntervention = (store: Store, detached: Record<string, unknown>): Promise<InterventionRequest> =>
  attachInterventionVectors(detached, (hash) => vectorRows(store, hash))

const sideSchema = z.object({ logit: z.number(), probability: z.number(), rank: z.number() })
const tokensSchema = z.array(z.object({ id: z.number(), text: z.string(), before: sideSchema, free: sideSchema, frozen: sideSchema }))
const takenSchema = z.array(z.object({
  component: z.object({ kind: z.enum(componentKinds), index: z.number(), layer: z.number().nullable(), position: z.number().optional(), label: z.string() }),
  score: z.number(),
}))

/** Readers of the columns that hold lists. */
export const readShownTokens = (column: unknown) => tokensSchema.parse(column)
export const readTaken = (column: unknown) => takenSchema.parse(column)
