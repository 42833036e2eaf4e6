/**
 * How an attribution was split by feature. This gives the positions of its components, which have no column of their
 * own.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

interface FeatureSplit {
  isByFeature: boolean
  /** The ordinal of the first feature of every position; empty where features are carried over all positions. */
  starts: number[]
}

async function loadSplits({ database }: Context, resultIds: readonly bigint[]): Promise<FeatureSplit[]> {
  const rows = await database.result.findMany({
    where: { id: { in: [...resultIds] } },
    select: { id: true, partitionKind: true, featureStarts: true },
  })
  const byId = new Map(rows.map(({ id, partitionKind, featureStarts }) => [id, { isByFeature: partitionKind === 'feature', starts: featureStarts }]))
  return resultIds.map((id) => byId.get(id) ?? { isByFeature: false, starts: [] })
}

export const featureSplitLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly bigint[]) => loadSplits(context, ids)),
)
