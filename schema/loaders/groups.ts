/** The positions of an attribution's groups. They are in its partition; contributions do not repeat them. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import { readPartition } from '../attribution/partition.ts'

async function loadGroups({ database }: Context, resultIds: readonly bigint[]) {
  const results = await database.result.findMany({
    where: { id: { in: [...resultIds] } },
    select: { id: true, partition: true },
  })
  const found = new Map(results.map(({ id, partition }) => [id, readPartition(partition).groups]))
  return resultIds.map((id) => found.get(id) ?? new Error(`attribution ${id} has no groups`))
}

export const groupLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly bigint[]) => loadGroups(context, ids)),
)
