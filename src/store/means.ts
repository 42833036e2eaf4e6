/** Means over datasets, each computed once for a model and an engine. */
import { nameMatrix } from '../attribution/vectors.ts'
import type { Mean } from '../interventions/means.ts'
import { inTransaction, type Store } from './store.ts'
import { readVector, saveVectorsIn } from './vectors.ts'

export interface MeanOwner {
  modelId: number
  datasetId: number
  engine: string
}

/** The mean of a place (`placeName`); null if it has not been computed. */
export async function findMean(store: Store, { modelId, datasetId, engine }: MeanOwner, place: string): Promise<Float32Array | null> {
  const found = await store.prisma.siteMean.findUnique({
    where: { modelId_datasetId_place_engine: { modelId, datasetId, place, engine } }, select: { vectorHash: true },
  })
  if (!found) return null
  const vector = await readVector(store, found.vectorHash)
  if (!vector) throw new Error(`the mean ${place} names a vector that is missing`)
  return vector.values
}

export async function saveMean(store: Store, owner: MeanOwner, place: string, { values, positions }: Mean): Promise<void> {
  const named = nameMatrix([values])
  await inTransaction(store, async (client) => {
    await saveVectorsIn(client, [named])
    await client.query(
      `INSERT INTO site_mean (model_id, dataset_id, place, positions, vector_hash, engine) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [owner.modelId, owner.datasetId, place, positions, named.hash, owner.engine],
    )
  })
}

/** The first texts of a dataset, in their order. */
export async function datasetTexts(store: Store, datasetId: number, limit: number): Promise<string[]> {
  const rows = await store.query<{ text: string }>(
    'SELECT text FROM prompt WHERE dataset_id = $1 ORDER BY index LIMIT $2', [datasetId, limit])
  return rows.map(({ text }) => text)
}
