/**
 * Probes: found by what they were trained on, so that they are not trained again, and by the names that people type.
 */
import { nameMatrix } from '../attribution/vectors.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import { saveVectors } from './vectors.ts'
import { vectorRows } from './stored-request.ts'
import type { Store } from './store.ts'

/** R rows (one if there are two classes) of D numbers each. */
export interface StoredProbe {
  layer: number
  labels: string[]
  accuracy: number
  tested: number
  trained: number
  /** [R][D] */
  weights: Float32Array[]
  /** [R] */
  intercepts: number[]
}

export interface ProbeSource {
  modelId: number
  trainDatasetId: number
  testDatasetId: number
  engine: string
}

/** By layer; empty if they have not been trained yet. */
export async function findProbes(store: Store, where: ProbeSource): Promise<StoredProbe[]> {
  const rows = await store.prisma.probe.findMany({ where: { ...where }, orderBy: { layer: 'asc' } })
  return Promise.all(rows.map(async ({ layer, labels, accuracy, tested, trained, weightsHash, intercepts }) => ({
    layer, labels, accuracy, tested, trained, intercepts,
    weights: (await vectorRows(store, weightsHash)).map((row) => Float32Array.from(row)),
  })))
}

/** Stores the probes of all layers or none. Saving them again changes nothing. */
export async function saveProbes(store: Store, source: ProbeSource, probes: readonly StoredProbe[]): Promise<void> {
  const { slug } = await store.prisma.dataset.findUniqueOrThrow({ where: { id: source.trainDatasetId } })
  const matrices = probes.map(({ weights }) => nameMatrix(weights.map((row) => [...row])))
  await saveVectors(store, matrices)
  await store.prisma.probe.createMany({
    data: probes.map(({ layer, labels, accuracy, tested, trained, intercepts }, i) => ({
      ...source, layer, labels, accuracy, tested, trained, intercepts, name: `${slug}/${layer}`, weightsHash: matrices[i]!.hash,
      hash: sha256(canonicalJson({ layer, labels, weights: matrices[i]!.hash, intercepts })),
    })),
    skipDuplicates: true,
  })
}

/** The probe of a model by its name; the newest if several have the name. */
export async function requireProbe(store: Store, modelSlug: string, name: string): Promise<{ layer: number; weights: number[][] }> {
  const found = await store.prisma.probe.findFirst({
    where: { name, model: { OR: [{ slug: modelSlug }, { hash: modelSlug }] } }, orderBy: { id: 'desc' },
  })
  if (found) return { layer: found.layer, weights: await vectorRows(store, found.weightsHash) }
  const others = await store.prisma.probe.findMany({ where: { model: { slug: modelSlug } }, select: { name: true }, distinct: ['name'], take: 20 })
  throw new UserError(
    'NOT_FOUND',
    `There is no probe ${JSON.stringify(name)} of ${modelSlug}; ` +
      (others.length > 0 ? `there is ${others.map((each) => each.name).join(', ')}.` : 'truthfulness and language-subspace (tributary experiment) train some.'),
  )
}
