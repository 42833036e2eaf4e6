/** The feature set that an attribution was split by, where this database has it. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import type { Context } from '../context.ts'

const rowsSchema = z.array(z.object({ resultId: z.bigint(), setId: z.int() }))

async function loadSplitSets({ database }: Context, resultIds: readonly bigint[]): Promise<(number | null)[]> {
  const rows = await database.$queryRaw`
    SELECT r.id AS "resultId", s.id AS "setId" FROM result r
    JOIN feature_set s ON s.model_id = r.model_id AND s.hash = r.partition ->> 'set'
    WHERE r.id = ANY(${[...resultIds]}::bigint[])`
  const found = new Map(rowsSchema.parse(rows).map(({ resultId, setId }) => [resultId, setId]))
  return resultIds.map((id) => found.get(id) ?? null)
}

/** `feature_set.id`; null where the set was not added, or was removed. */
export const splitSetLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly bigint[]) => loadSplitSets(context, ids)),
)
