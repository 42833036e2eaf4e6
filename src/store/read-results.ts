/** Stored attributions, by key. */
import type { Contribution, Prisma } from '../../prisma/generated/client/client.ts'
export type { Result } from '../../prisma/generated/client/client.ts'
import type { StoredResult } from './save-results.ts'
import type { Store } from './store.ts'

/**
 * The stored results among `keys`. A key for "the token that the model ranks first" finds the result of that token.
 */
export async function findResults(store: Store, keys: readonly string[]): Promise<Map<string, StoredResult>> {
  if (keys.length === 0) return new Map()
  const wanted = [...new Set(keys)]
  // An ingest asks for tens of thousands of keys, more than a statement can have parameters, so they are one array.
  const rows = await store.query<{ asked: string; id: string; key: string }>(
    `SELECT r.key AS asked, r.id, r.key FROM result r WHERE r.key = ANY($1)
     UNION ALL SELECT r.next_key, r.id, r.key FROM result r WHERE r.next_key = ANY($1)`,
    [wanted],
  )
  return new Map(rows.map(({ asked, id, key }) => [asked, { id: BigInt(id), key }]))
}

/** `component`: in component order; `magnitude`: largest |score| first; `score`: largest first. */
export type ContributionOrder = 'component' | 'magnitude' | 'score'

const ORDERS: Record<ContributionOrder, Prisma.ContributionOrderByWithRelationInput[]> = {
  component: [{ ordinal: 'asc' }],
  magnitude: [{ magnitude: 'desc' }, { ordinal: 'asc' }],
  score: [{ score: 'desc' }, { ordinal: 'asc' }],
}

/** The rows of one result; of many neurons, only the largest have rows (`stored-rows.ts`). */
export async function readContributions(
  store: Store,
  key: string,
  { order = 'component', first }: { order?: ContributionOrder; first?: number } = {},
): Promise<Contribution[]> {
  const result = await store.prisma.result.findUnique({ where: { key }, select: { id: true, modelId: true } })
  if (!result) return []
  return store.prisma.contribution.findMany({
    where: { resultId: result.id, modelId: result.modelId },
    orderBy: ORDERS[order],
    ...(first === undefined ? {} : { take: first }),
  })
}
