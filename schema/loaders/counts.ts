/** Counts of children for many parents in one query, for `totalCount` of connections below the root. */
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import { loadersByArguments } from './by-arguments.ts'

type CountRows<Id, Where> = (context: Context, ids: Id[], where: Where) => Promise<Map<Id, number>>

/**
 * `count(context, parent, where)`: parents that ask with the same filter are counted in the same query.
 */
export function childCounter<Id extends number | bigint, Where>(countRows: CountRows<Id, Where>) {
  const loaderFor = loadersByArguments<Id, number>()
  return (context: Context, parent: Id, where: Where): Promise<number> =>
    loaderFor(context, where, () => new DataLoader(async (ids: readonly Id[]) => {
      const counts = await countRows(context, [...ids], where)
      return ids.map((id) => counts.get(id) ?? 0)
    })).load(parent)
}
