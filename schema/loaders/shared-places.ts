/** Places that are among the examples of both of two features. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import type { FeatureExample } from '../../prisma/generated/client/client.ts'
import type { Context } from '../context.ts'
import { exampleLoader } from './feature-statistics.ts'
import { featureKeyName, type FeatureKey } from './features.ts'

export interface ComparedKey {
  a: FeatureKey
  b: FeatureKey
}

const rowsSchema = z.array(
  z.object({ place: z.int(), sweepId: z.int(), kind: z.enum(['strongest', 'interval']), interval: z.int(), rank: z.int() }),
)

async function loadShared(context: Context, keys: readonly ComparedKey[]): Promise<FeatureExample[][]> {
  const [aSets, aIndexes, bSets, bIndexes] = [
    keys.map(({ a }) => a.setId), keys.map(({ a }) => a.index), keys.map(({ b }) => b.setId), keys.map(({ b }) => b.index),
  ]
  const rows = await context.database.$queryRaw`
    SELECT k.place::int AS place, e."sweepId", e.kind::text AS kind, e."interval"::int AS interval, e.rank::int AS rank
    FROM unnest(${aSets}::int[], ${aIndexes}::int[], ${bSets}::int[], ${bIndexes}::int[]) WITH ORDINALITY
      AS k (a_set, a_index, b_set, b_index, place)
    CROSS JOIN LATERAL (
      SELECT DISTINCT ON (a.sequence_id, a.position) a.sweep_id AS "sweepId", a.kind, a."interval", a.rank, a.value
      FROM feature_example a
      JOIN feature_example b ON b.set_id = k.b_set AND b.index = k.b_index AND b.sequence_id = a.sequence_id AND b.position = a.position
      WHERE a.set_id = k.a_set AND a.index = k.a_index
      ORDER BY a.sequence_id, a.position, a.kind, a.rank
    ) e
    ORDER BY k.place, abs(e.value) DESC, e.rank`
  const found = rowsSchema.parse(rows)
  return Promise.all(keys.map(({ a }, i) => Promise.all(
    found.filter(({ place }) => place === i + 1).map(({ sweepId, kind, interval, rank }) =>
      exampleLoader(context).load({ ...a, sweepId, kind, interval, rank })))))
}

/** Examples of `a`, the strongest first; each place once. */
export const sharedPlacesLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly ComparedKey[]) => loadShared(context, keys), {
      cacheKeyFn: ({ a, b }: ComparedKey) => `${featureKeyName(a)} ${featureKeyName(b)}`,
    }),
)
