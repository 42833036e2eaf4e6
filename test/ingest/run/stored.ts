/** What is stored of all runs, counted. */
import type { Store } from '../../../src/store/index.ts'

/** Prompts that are done, results, their contributions, those that their results say they have, and open jobs. */
export async function countStored(store: Store) {
  const [counts] = await store.query<Record<'done' | 'results' | 'contributions' | 'expected' | 'jobs', number>>(
    `SELECT (SELECT count(*)::int FROM run_item WHERE status = 'done') AS done,
       (SELECT count(*)::int FROM result) AS results, (SELECT count(*)::int FROM contribution) AS contributions,
       (SELECT coalesce(sum(stored_count), 0)::int FROM result) AS expected,
       (SELECT count(*)::int FROM pgboss.job WHERE name = 'attribution' AND state <= 'active') AS jobs`,
  )
  if (!counts) throw new Error('a count has a row')
  return counts
}
