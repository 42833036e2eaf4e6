/** What runs wait for and why their prompts failed, for all runs of a page at once. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import type { FailureReasonShape, RunWaitShape } from '../ports.ts'

export const runWaitsLoader = createContextCache(
  ({ jobs }: Context) =>
    new DataLoader<number, RunWaitShape | null>(async (ids) => {
      const waits = await jobs.waits(ids)
      return ids.map((id) => waits.get(id) ?? null)
    }),
)

export const runFailuresLoader = createContextCache(
  ({ jobs }: Context) =>
    new DataLoader<number, FailureReasonShape[]>(async (ids) => {
      const reasons = await jobs.failures(ids)
      return ids.map((id) => reasons.filter(({ runId }) => runId === id))
    }),
)
