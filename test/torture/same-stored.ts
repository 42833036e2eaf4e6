/** Whether a store that was disturbed holds what an undisturbed one holds: the same results, once each, and nothing else. */
import type { Store } from '../../src/store/index.ts'

/** Two sweeps in different company may differ by so much of the largest score. */
const TOLERANCE = 1e-5

interface StoredResult {
  key: string
  value: number
  stored: number
  tail: number
  scores: number[]
}

export interface Stored {
  results: StoredResult[]
  /** Rows of the other tables, jobs that are open, and items by state. */
  rest: Record<string, number>
}

export async function readStored(store: Store): Promise<Stored> {
  const results = await store.query<StoredResult>(
    `SELECT r.key, r.target_value AS value, r.stored_count AS stored, r.tail_mass AS tail,
       ARRAY(SELECT c.score FROM contribution c WHERE c.result_id = r.id AND c.model_id = r.model_id ORDER BY c.ordinal) AS scores
     FROM result r ORDER BY r.key`,
  )
  const [rest] = await store.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM contribution) AS contributions, (SELECT count(*)::int FROM sequence) AS sequences,
       (SELECT count(*)::int FROM sequence_token) AS tokens, (SELECT count(*)::int FROM run_item WHERE status = 'done') AS done,
       (SELECT count(*)::int FROM run_item WHERE status <> 'done') AS open,
       (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active') AND name NOT LIKE '\\_\\_%') AS jobs`,
  )
  return { results, rest: rest ?? {} }
}

/** What `found` has otherwise than `expected`; empty when they are equal. */
export function differencesOf(found: Stored, expected: Stored): string[] {
  const differences: string[] = []
  for (const [name, count] of Object.entries(expected.rest)) {
    if (found.rest[name] !== count) differences.push(`${name}: ${found.rest[name]} instead of ${count}`)
  }
  const known = new Map(found.results.map((result) => [result.key, result]))
  if (known.size !== found.results.length || known.size !== expected.results.length) {
    differences.push(`${found.results.length} results with ${known.size} keys instead of ${expected.results.length}`)
  }
  for (const { key, value, stored, tail, scores } of expected.results) {
    const other = known.get(key)
    if (!other) {
      differences.push(`no result ${key}`)
      continue
    }
    const room = TOLERANCE * Math.max(Math.abs(value), ...scores.map(Math.abs))
    const isEqual =
      other.stored === stored &&
      other.scores.length === scores.length &&
      Math.abs(other.value - value) <= room &&
      Math.abs(other.tail - tail) <= room &&
      scores.every((score, i) => Math.abs((other.scores[i] ?? NaN) - score) <= room)
    if (!isEqual) differences.push(`result ${key} has other numbers`)
  }
  return differences
}
