/**
 * Answers to questions about heads (src/attention). They are kept for a day, so that asking again, or looking at the
 * same head in another way, needs no waiting.
 */
import { attachAttentionVectors } from '../attention/vectors.ts'
import type { AttentionRequest } from '../attention/request.ts'
import type { Store } from './store.ts'
import { vectorRows } from './stored-request.ts'

const KEPT = `interval '1 day'`
/** Old answers that are removed with every new one, so that few are ever too old. */
const REMOVED_AT_ONCE = 100

export async function saveHeadAnswers(store: Store, modelId: number, answers: readonly { key: string; data: Buffer }[]): Promise<void> {
  await store.query(
    `INSERT INTO head_answer (key, model_id, data) SELECT key, $1, data FROM unnest($2::text[], $3::bytea[]) AS a (key, data)
     ON CONFLICT (key) DO NOTHING`,
    [modelId, answers.map(({ key }) => key), answers.map(({ data }) => data)],
  )
  await store.query(
    `DELETE FROM head_answer WHERE key IN (
       SELECT key FROM head_answer WHERE created_at < now() - ${KEPT} ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [REMOVED_AT_ONCE],
  )
}

export async function storedHeadAnswers(store: Store, keys: readonly string[]): Promise<Set<string>> {
  const rows = await store.query<{ key: string }>('SELECT key FROM head_answer WHERE key = ANY($1)', [keys])
  return new Set(rows.map(({ key }) => key))
}

/** The stored answers among `keys`. */
export async function readHeadAnswers(store: Store, keys: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await store.query<{ key: string; data: Buffer }>('SELECT key, data FROM head_answer WHERE key = ANY($1)', [keys])
  return new Map(rows.map(({ key, data }) => [key, data]))
}

/** A request in the form that jobs hold. Throws if a vector is missing, or if it is no valid request. */
export const attachedAttention = (store: Store, detached: Record<string, unknown>): Promise<AttentionRequest> =>
  attachAttentionVectors(detached, (hash) => vectorRows(store, hash))
