/** Counts of children for many parents in one query, for `totalCount` of connections below the root. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

type CountRows<Id, Where> = (context: Context, ids: Id[], where: Where) => Promise<Map<Id, number>>

/**
 * `count(context, parent, where)`: parents that ask with the same filter are counted in the same query. Filters are
 * compared as text, which works because they come from arguments and are plain data.
 */
export function childCounter<Id extends number | bigint, Where>(countRows: CountRows<Id, Where>) {
  const loadersOf = createContextCache((_context: Context) => new Map<string, DataLoader<Id, number>>())
  return (context: Context, parent: Id, where: Where): Promise<number> => {
    const loaders = loadersOf(context)
    const name = JSON.stringify(where)
    const loader =
      loaders.get(name) ??
      new DataLoader(async (ids: readonly Id[]) => {
        const counts = await countRows(context, [...ids], where)
        return ids.map((id) => counts.get(id) ?? 0)
      })
    loaders.set(name, loader)
    return loader.load(parent)
  }
}
