/** What was written, in numbers, for those who watch. */
import type { Store } from './store.ts'

/** Since the server's statistics were last reset; rows of models that were removed are gone from it. */
export async function rowsWritten(store: Store): Promise<{ results: number; contributions: number }> {
  const [row] = await store.query<{ results: number; contributions: number }>(
    `SELECT coalesce(sum(n_tup_ins) FILTER (WHERE relname = 'result'), 0)::float8 AS results,
       coalesce(sum(n_tup_ins) FILTER (WHERE relname ~ '^contribution_\\d+$'), 0)::float8 AS contributions
     FROM pg_stat_user_tables WHERE schemaname = current_schema()`,
  )
  return row ?? { results: 0, contributions: 0 }
}

/** At most this many are looked at; an ingest stores some thousands between two looks. */
const MOST_RESULTS = 10_000

interface Computed {
  last: bigint
  milliseconds: number[]
}

/** How long each result after `last` took, and the last one there is. With null, nothing but where to begin. */
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
