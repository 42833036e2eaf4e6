/** Which worker has a job in hand, for all jobs of a page at once. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import type { WorkerShape } from '../ports.ts'

export const jobHoldersLoader = createContextCache(
  ({ jobs }: Context) =>
    new DataLoader<string, WorkerShape | null>(async (ids) => {
      const holders = await jobs.holders(ids)
      return ids.map((id) => holders.get(id) ?? null)
    }),
)
