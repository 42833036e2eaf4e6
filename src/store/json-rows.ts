/** Rows sent as one JSON parameter: any number of them in one statement, and float64 without loss. */
import type pg from 'pg'

/**
 * Inserts rows into a table, each key once, in a fixed order against deadlocks. Returns the ids of the new rows by
 * key.
 */
export async function insertByKey(
  client: pg.ClientBase, table: string, types: Readonly<Record<string, string>>, rows: readonly Record<string, unknown>[],
): Promise<Map<string, bigint>> {
  const ordered = [...new Map(rows.map((row) => [String(row['key']), row])).entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const names = Object.keys(types).join(', ')
  const columns = Object.entries(types).map(([name, type]) => `${name} ${type}`).join(', ')
  const { rows: inserted } = await client.query<{ id: string; key: string }>(
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS r (${columns})
     ON CONFLICT DO NOTHING RETURNING id, key`,
    [JSON.stringify(ordered.map(([, row]) => row))],
  )
  return new Map(inserted.map(({ id, key }) => [key, BigInt(id)]))
}

/** Ids of the stored rows, by key. */
export async function idsByKey(client: Pick<pg.ClientBase, 'query'>, table: string, keys: readonly string[]): Promise<Map<string, bigint>> {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<{ id: string; key: string }>(`SELECT id, key FROM ${table} WHERE key = ANY($1)`, [keys])
  return new Map(rows.map(({ id, key }) => [key, BigInt(id)]))
}
