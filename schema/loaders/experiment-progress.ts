/** How far experiments are, counted in prompts for all experiments of a page in one query. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { RunProgressShape } from './run-progress.ts'

const rowsSchema = z.array(z.object({ id: z.int(), prompts: z.int(), done: z.int(), failed: z.int() }))

async function load({ database }: Context, ids: readonly number[]): Promise<RunProgressShape[]> {
  const rows = rowsSchema.parse(await database.$queryRaw`
    SELECT experiment_id AS id, prompts, done::int, failed::int FROM experiment_progress WHERE experiment_id = ANY(${[...ids]}::int[])`)
  return ids.map((id) => {
    const { prompts, done, failed } = rows.find((row) => row.id === id) ?? { prompts: 0, done: 0, failed: 0 }
    return { pending: prompts - done - failed, done, failed }
  })
}

export const experimentProgressLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly number[]) => load(context, ids)),
)
