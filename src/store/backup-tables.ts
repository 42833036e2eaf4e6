/** The tables that a backup copies: their names and columns, in an order that foreign keys accept. */
import type pg from 'pg'

export interface BackupTable {
  name: string
  /** Without generated columns. */
  columns: string[]
}

/**
 * Tables left out: the migrations' own, answers that are computed again on request, and what running processes report of
 * themselves.
 */
const LEFT_OUT = ['_prisma_migrations', 'feature_lookup', 'head_answer', 'worker']

/** Partitioned tables have no foreign keys. They need the partitions that rows of these tables create. */
const PARTITIONED: Readonly<Record<string, readonly string[]>> = {
  contribution: ['model', 'result'],
  feature: ['feature_set'],
  feature_statistics: ['feature', 'feature_sweep'],
  feature_example: ['feature', 'feature_sweep', 'sequence'],
  feature_sweep_state: ['feature_sweep'],
  feature_explanation: ['feature'],
  feature_vote: ['feature_explanation'],
}

/**
 * Referenced tables come before those that refer to them. Partitions are copied with their table. The tables of the queue
 * and what running processes report about themselves are left out.
 */
export async function backupTables(client: pg.ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers_to: string[] }>(
    `SELECT c.relname AS name,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT coalesce(array_agg(DISTINCT t.relname::text), '{}') FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS refers_to
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL ($1)
     ORDER BY c.relname`,
    [LEFT_OUT],
  )
  const ordered: BackupTable[] = []
  const placed = new Set<string>()
  const open = rows.map((row) => ({ ...row, refers_to: PARTITIONED[row.name] ?? row.refers_to }))
  while (open.length > 0) {
    const next = open.findIndex(({ refers_to }) => refers_to.every((name) => placed.has(name)))
    const [table] = open.splice(Math.max(0, next), 1)
    if (!table || next < 0) throw new Error(`the foreign keys of ${open.map(({ name }) => name).join(', ')} form a circle`)
    placed.add(table.name)
    ordered.push({ name: table.name, columns: table.columns })
  }
  return ordered
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
