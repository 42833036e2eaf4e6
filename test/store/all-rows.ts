import type { Store } from '../../src/store/index.ts'

/** Every row of every table that is kept, whatever tables there are; not the queue's, nor what processes say of themselves. */
export async function allRows(store: Store): Promise<Record<string, unknown[]>> {
  const tables = await store.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relname NOT IN ('_prisma_migrations', 'worker', 'feature_lookup', 'head_answer') ORDER BY 1`,
  )
  const rows: Record<string, unknown[]> = {}
  for (const { name } of tables) rows[name] = await store.query(`SELECT t::text FROM "${name}" t ORDER BY 1`)
  return rows
}
