/** What people and models say features are about: the best first, as the label is chosen (label_features in SQL). */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { FeatureExplanation } from '../../prisma/generated/client/client.ts'
import type { Context } from '../context.ts'
import { byFeature, featureKeyName, type FeatureKey, namedSetLoader, type SetName, whereFeatures } from './features.ts'

export type ExplanationRow = FeatureExplanation

const bestFirst = [
  { votes: 'desc' },
  { score: { sort: 'desc', nulls: 'last' } },
  { id: 'asc' },
] as const

async function loadExplanations({ database }: Context, keys: readonly FeatureKey[]): Promise<ExplanationRow[][]> {
  const found = await database.featureExplanation.findMany({ where: whereFeatures(keys), orderBy: [...bestFirst] })
  const rows = byFeature(found)
  return keys.map((key) => rows(key))
}

export const explanationsLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly FeatureKey[]) => loadExplanations(context, keys), { cacheKeyFn: featureKeyName }),
)

/** An explanation, by the hash of what it says. */
export interface ExplanationKey extends SetName {
  key: string
}
const nameOf = ({ model, source, key }: ExplanationKey) => `${model}/${source}/${key}`

async function loadByKey(context: Context, names: readonly ExplanationKey[]): Promise<(ExplanationRow | null)[]> {
  const sets = await Promise.all(names.map(({ model, source }) => namedSetLoader(context).load({ model, source })))
  const wanted = names.flatMap(({ key }, i) => (sets[i] ? [{ setId: sets[i].id, key }] : []))
  const rows = wanted.length === 0 ? [] : await context.database.featureExplanation.findMany({ where: { OR: wanted } })
  return names.map(({ key }, i) => rows.find((row) => row.setId === sets[i]?.id && row.key === key) ?? null)
}

/** null where there is none (any more). */
export const explanationLoader = createContextCache(
  (context: Context) =>
    new DataLoader((names: readonly ExplanationKey[]) => loadByKey(context, names), { cacheKeyFn: nameOf }),
)

interface ExplanationOfSet {
  setId: number
  key: string
}

async function loadOfSets({ database }: Context, keys: readonly ExplanationOfSet[]): Promise<(ExplanationRow | Error)[]> {
  const rows = await database.featureExplanation.findMany({ where: { OR: keys.map(({ setId, key }) => ({ setId, key })) } })
  return keys.map(
    ({ setId, key }) => rows.find((row) => row.setId === setId && row.key === key) ?? new Error('an explanation was removed a moment ago'),
  )
}

/** For callers that know that the explanation exists. */
export const explanationOfLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly ExplanationOfSet[]) => loadOfSets(context, keys), {
      cacheKeyFn: ({ setId, key }: ExplanationOfSet) => `${setId}/${key}`,
    }),
)
