/** Stored attributions by key. What was asked of them is then read for all of them together, by Pothos. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

async function loadStored({ database }: Context, keys: readonly string[]) {
  const rows = await database.result.findMany({ where: { key: { in: [...keys] } }, select: { id: true, key: true } })
  const found = new Map(rows.map((row) => [row.key, row]))
  return keys.map((key) => found.get(key) ?? null)
}

export const storedAttributionLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly string[]) => loadStored(context, keys)),
)
