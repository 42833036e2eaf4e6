/** Matrices of float32 as bytes, stored once for each content. */
import type pg from 'pg'
import type { NamedMatrix } from '../attribution/vectors.ts'
import { inTransaction, type Store } from './store.ts'

export async function saveVectorsIn(client: pg.ClientBase, vectors: readonly NamedMatrix[]): Promise<void> {
  if (vectors.length === 0) return
  const ordered = [...new Map(vectors.map((vector) => [vector.hash, vector])).values()]
  ordered.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const inserted = await client.query(
    `INSERT INTO vector (hash, rows, width, data)
     SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::bytea[]) ON CONFLICT DO NOTHING`,
    [
      ordered.map(({ hash }) => hash),
      ordered.map(({ rows }) => rows),
      ordered.map(({ width }) => width),
      ordered.map(({ data }) => data),
    ],
  )
  if (inserted.rowCount === ordered.length) return
  // Existing rows are locked until the results that name them are committed, because gc removes what nothing names.
  const held = await client.query('SELECT 1 FROM vector WHERE hash = ANY($1) ORDER BY hash FOR KEY SHARE', [
    ordered.map(({ hash }) => hash),
  ])
  if (held.rowCount !== ordered.length) throw new Error('a vector was removed in the moment it was needed again')
}

/** Stores vectors that something other than a result names first, such as a waiting job. */
export async function saveVectors(store: Store, vectors: readonly NamedMatrix[]): Promise<void> {
  if (vectors.length > 0) await inTransaction(store, (client) => saveVectorsIn(client, vectors))
}

/** The matrix, row after row; null if there is none of that hash. */
export async function readVector(
  store: Store,
  hash: string,
): Promise<{ rows: number; width: number; values: Float32Array } | null> {
  const vector = await store.prisma.vector.findUnique({ where: { hash } })
  if (!vector) return null
  const values = new Float32Array(vector.rows * vector.width)
  const view = new DataView(vector.data.buffer, vector.data.byteOffset, vector.data.byteLength)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true)
  return { rows: vector.rows, width: vector.width, values }
}
