/**
 * Features and their sets by number. One statement reads what many features of one request need, whichever sets they
 * belong to. Its conditions name the sets, so that Postgres opens only their partitions.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Feature, FeatureSet } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import type { Context } from '../context.ts'

/** A feature, as tables know it. */
export interface FeatureKey {
  setId: number
  index: number
}

export const featureKeyName = ({ setId, index }: FeatureKey): string => `${setId}/${index}`

/** The rows of these features, of any table that has their columns. */
export function whereFeatures(keys: readonly FeatureKey[]): { OR: { setId: number; index: { in: number[] } }[] } {
  const bySet = new Map<number, Set<number>>()
  for (const { setId, index } of keys) bySet.set(setId, (bySet.get(setId) ?? new Set()).add(index))
  return { OR: [...bySet].map(([setId, indices]) => ({ setId, index: { in: [...indices] } })) }
}

/** Rows by the feature that they belong to, in their order. */
export function byFeature<Row extends FeatureKey>(rows: readonly Row[]): (key: FeatureKey) => Row[] {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const name = featureKeyName(row)
    const list = found.get(name)
    if (list) list.push(row)
    else found.set(name, [row])
  }
  return (key) => found.get(featureKeyName(key)) ?? []
}

async function loadFeatures({ database }: Context, keys: readonly FeatureKey[]): Promise<(Feature | Error)[]> {
  const rows = byFeature(await database.feature.findMany({ where: whereFeatures(keys) }))
  return keys.map((key) => rows(key)[0] ?? new Error(`feature ${featureKeyName(key)} has no row`))
}

/** Whole rows. */
export const featureLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly FeatureKey[]) => loadFeatures(context, keys), { cacheKeyFn: featureKeyName }),
)

async function loadLabels({ database }: Context, keys: readonly FeatureKey[]): Promise<(string | null)[]> {
  const select = { setId: true, index: true, label: true } as const
  const rows = byFeature(await database.feature.findMany({ where: whereFeatures(keys), select }))
  return keys.map((key) => rows(key)[0]?.label ?? null)
}

/** Only labels, since lists of neighbours need nothing else and whole rows have some kilobytes. */
export const featureLabelLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly FeatureKey[]) => loadLabels(context, keys), { cacheKeyFn: featureKeyName }),
)

/** A set's row, with what its model is called. */
export type SetRow = FeatureSet & { model: { slug: string; hash: string } }

const model = { select: { slug: true, hash: true } } as const

async function loadSets({ database }: Context, ids: readonly number[]): Promise<(SetRow | Error)[]> {
  const rows = await database.featureSet.findMany({ where: { id: { in: [...ids] } }, include: { model } })
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => found.get(id) ?? new Error(`feature set ${id} was removed a moment ago`))
}

export const featureSetLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly number[]) => loadSets(context, ids)),
)

/** What people call a set. */
export interface SetName {
  /** The model's slug or hash. */
  model: string
  source: string
}

async function loadNamedSets(context: Context, names: readonly SetName[]): Promise<(SetRow | null)[]> {
  const sources = [...new Set(names.map(({ source }) => source))]
  const models = [...new Set(names.map(({ model: name }) => name))]
  const rows = await context.database.featureSet.findMany({
    where: { source: { in: sources }, model: { OR: [{ slug: { in: models } }, { hash: { in: models } }] } },
    include: { model },
  })
  for (const row of rows) featureSetLoader(context).prime(row.id, row)
  return names.map(
    ({ model: name, source }) =>
      rows.find((row) => row.source === source && (row.model.slug === name || row.model.hash === name)) ?? null,
  )
}

/** null where there is no such set. */
export const namedSetLoader = createContextCache(
  (context: Context) =>
    new DataLoader((names: readonly SetName[]) => loadNamedSets(context, names), {
      cacheKeyFn: ({ model: name, source }: SetName) => `${name}/${source}`,
    }),
)

export async function requireSet(context: Context, name: SetName): Promise<SetRow> {
  const set = await namedSetLoader(context).load(name)
  if (set) return set
  throw new UserError('NOT_FOUND', `There is no feature set ${JSON.stringify(`${name.model}/${name.source}`)} here; \`featureSets\` lists those there are.`)
}
