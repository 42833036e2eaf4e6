/** The states of runs' prompts, counted for all runs of a page in one query. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

export interface RunProgressShape {
  pending: number
  done: number
  failed: number
}

async function loadRunProgress({ database }: Context, runIds: readonly number[]): Promise<RunProgressShape[]> {
  const counts = await database.runItem.groupBy({
    by: ['runId', 'status'],
    where: { runId: { in: [...runIds] } },
    _count: true,
  })
  return runIds.map((id) => {
    const progress: RunProgressShape = { pending: 0, done: 0, failed: 0 }
    for (const { runId, status, _count } of counts) if (runId === id) progress[status] = _count
    return progress
  })
}

export const runProgressLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly number[]) => loadRunProgress(context, ids)),
)
