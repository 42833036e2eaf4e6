/**
 * All scores of attributions, in component order: from their rows, or from the vector that holds them where not every
 * component has a row. Vectors come as bytes in a query of their own; inside a join they would travel as JSON text.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

interface ScoresKey {
  id: bigint
  modelId: number
  scoresVectorHash: string | null
}

export function decodeFloat32(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

async function loadVectors({ database }: Context, hashes: readonly string[]): Promise<Map<string, number[]>> {
  if (hashes.length === 0) return new Map()
  const vectors = await database.vector.findMany({
    where: { hash: { in: [...hashes] } },
    select: { hash: true, data: true },
  })
  return new Map(vectors.map(({ hash, data }) => [hash, decodeFloat32(data)]))
}

async function loadRows({ database }: Context, keys: readonly ScoresKey[]): Promise<Map<bigint, number[]>> {
  if (keys.length === 0) return new Map()
  const rows = await database.contribution.findMany({
    // Given the models, Postgres opens only their partitions of the table.
    where: {
      modelId: { in: [...new Set(keys.map(({ modelId }) => modelId))] },
      resultId: { in: keys.map(({ id }) => id) },
    },
    orderBy: [{ resultId: 'asc' }, { ordinal: 'asc' }],
    select: { resultId: true, score: true },
  })
  const scores = new Map<bigint, number[]>(keys.map(({ id }) => [id, []]))
  for (const { resultId, score } of rows) scores.get(resultId)?.push(score)
  return scores
}

async function loadScores(context: Context, keys: readonly ScoresKey[]): Promise<number[][]> {
  const hashes = keys.flatMap(({ scoresVectorHash }) => scoresVectorHash ?? [])
  const [vectors, rows] = await Promise.all([
    loadVectors(context, hashes),
    loadRows(context, keys.filter(({ scoresVectorHash }) => scoresVectorHash === null)),
  ])
  return keys.map(
    ({ id, scoresVectorHash }) => (scoresVectorHash === null ? rows.get(id) : vectors.get(scoresVectorHash)) ?? [],
  )
}

interface Piece {
  hash: string
  /** Which row of the matrix, of how many. */
  piece: number
  of: number
}

/** Rows of stored matrices; each matrix is read once. */
export const pieceLoader = createContextCache(
  (context: Context) =>
    new DataLoader(
      async (pieces: readonly Piece[]) => {
        const vectors = await loadVectors(context, [...new Set(pieces.map(({ hash }) => hash))])
        return pieces.map(({ hash, piece, of }) => {
          const values = vectors.get(hash) ?? []
          const width = values.length / of
          return values.slice(piece * width, (piece + 1) * width)
        })
      },
      { cacheKeyFn: ({ hash, piece }: Piece) => `${hash} ${piece}` },
    ),
)

export const scoresLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly ScoresKey[]) => loadScores(context, keys), { cacheKeyFn: ({ id }: ScoresKey) => id }),
)
