/**
 * Stored answers by key. Attributions are also found by the key of a question for "the model's own next token" that
 * they answered. Pothos then reads the requested fields for all of them together.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

async function loadStored({ database }: Context, keys: readonly string[]) {
  const rows = await database.result.findMany({
    where: { OR: [{ key: { in: [...keys] } }, { nextKey: { in: [...keys] } }] },
    select: { id: true, key: true, nextKey: true },
  })
  return keys.map((wanted) => rows.find(({ key, nextKey }) => key === wanted || nextKey === wanted) ?? null)
}

export const storedAttributionLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly string[]) => loadStored(context, keys)),
)

async function loadInterventions({ database }: Context, keys: readonly string[]) {
  const rows = await database.intervention.findMany({ where: { key: { in: [...keys] } }, select: { id: true, key: true } })
  return keys.map((wanted) => rows.find(({ key }) => key === wanted) ?? null)
}

export const storedInterventionLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly string[]) => loadInterventions(context, keys)),
)

async function loadGraphs({ database }: Context, keys: readonly string[]) {
  const rows = await database.attributionGraph.findMany({ where: { key: { in: [...keys] } }, select: { id: true, key: true } })
  return keys.map((wanted) => rows.find(({ key }) => key === wanted) ?? null)
}

export const storedGraphLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly string[]) => loadGraphs(context, keys)),
)
