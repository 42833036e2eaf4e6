/**
 * Answers to questions about features (src/lookups). They are kept for a day, so that asking again, or looking at the
 * same text in another way, needs no waiting.
 */
import type { Store } from './store.ts'

export interface NewLookup {
  key: string
  /** The set with which it is removed. */
  setHash: string
  data: Buffer
}

const KEPT = `interval '1 day'`
/** Old answers that are removed with every new one, so that few are ever too old. */
const REMOVED_AT_ONCE = 100

export async function saveLookups(store: Store, modelId: number, answers: readonly NewLookup[]): Promise<void> {
  await store.query(
    `INSERT INTO feature_lookup (key, set_id, data)
     SELECT a.key, s.id, a.data FROM unnest($2::text[], $3::text[], $4::bytea[]) AS a (key, hash, data)
     JOIN feature_set s ON s.model_id = $1 AND s.hash = a.hash
     ON CONFLICT (key) DO NOTHING`,
    [modelId, answers.map(({ key }) => key), answers.map(({ setHash }) => setHash), answers.map(({ data }) => data)],
  )
  await store.query(
    `DELETE FROM feature_lookup WHERE key IN (
       SELECT key FROM feature_lookup WHERE created_at < now() - ${KEPT} ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [REMOVED_AT_ONCE],
  )
}

export async function storedLookups(store: Store, keys: readonly string[]): Promise<Set<string>> {
  const rows = await store.query<{ key: string }>('SELECT key FROM feature_lookup WHERE key = ANY($1)', [keys])
  return new Set(rows.map(({ key }) => key))
}

/** The stored answers among `keys`. */
export async function readLookups(store: Store, keys: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await store.query<{ key: string; data: Buffer }>('SELECT key, data FROM feature_lookup WHERE key = ANY($1)', [keys])
  return new Map(rows.map(({ key, data }) => [key, data]))
}
