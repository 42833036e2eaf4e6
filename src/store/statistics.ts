/** How much was stored, for monitoring. */
import type { Store } from './store.ts'

/** Rows since the server's statistics were last reset; rows of removed models are no longer counted. */
export async function rowsWritten(store: Store): Promise<{ results: number; contributions: number }> {
  const [row] = await store.query<{ results: number; contributions: number }>(
    `SELECT coalesce(sum(n_tup_ins) FILTER (WHERE relname = 'result'), 0)::float8 AS results,
       coalesce(sum(n_tup_ins) FILTER (WHERE relname ~ '^contribution_\\d+$'), 0)::float8 AS contributions
     FROM pg_stat_user_tables WHERE schemaname = current_schema()`,
  )
  return row ?? { results: 0, contributions: 0 }
}

/** The most results that are read at once; an ingest stores a few thousand between two reads. */
const MOST_RESULTS = 10_000

interface Computed {
  last: bigint
  milliseconds: number[]
}

/**
 * How long each result after `last` took, and the newest result's id. If `last` is null, only that id, to start from.
 */
export async function computedAfter(store: Store, last: bigint | null): Promise<Computed> {
  if (last === null) {
    const [row] = await store.query<{ last: string }>('SELECT coalesce(max(id), 0) AS last FROM result')
    return { last: BigInt(row?.last ?? 0), milliseconds: [] }
  }
  const rows = await store.query<{ id: string; milliseconds: number }>(
    'SELECT id, milliseconds FROM result WHERE id > $1 ORDER BY id LIMIT $2',
    [last.toString(), MOST_RESULTS],
  )
  return { last: BigInt(rows.at(-1)?.id ?? last), milliseconds: rows.map(({ milliseconds }) => milliseconds) }
}
