/** Opens feature sets of a database by their hash, from files of this machine. */
import fs from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { FeatureSets } from '../depass/partition/kind.ts'
import { UserError } from '../errors.ts'
import type { FeatureSet } from '../features/feature-set.ts'
import { openFeatureSet, type OpenOptions } from '../features/open.ts'
import { parseSite } from '../features/site.ts'
import { setLocations, type StoredSetOptions } from './feature-sets.ts'
import type { Store } from './store.ts'

/**
 * How many open sets are kept. An open set holds its vectors; it holds weights only if its format cannot be read in
 * place.
 */
const KEPT_SETS = 16

export function storedSets(store: Store, host: string): FeatureSets {
  const opened = new LRUCache<string, Promise<FeatureSet>>({ max: KEPT_SETS })
  return {
    find(hash) {
      const kept = opened.get(hash)
      if (kept !== undefined) return kept
      const opening = openStored(store, host, hash)
      opened.set(hash, opening)
      // A failed set is not kept, because the cause may be repaired before the next try.
      opening.catch(() => opened.delete(hash))
      return opening
    },
  }
}

/** The options for a set that cannot be opened from its files alone. */
export const openOptionsOf = ({ site, writes, k, scale }: StoredSetOptions): OpenOptions => ({
  ...(site !== undefined && { site: parseSite(site) }),
  ...(writes !== undefined && { writes: parseSite(writes) }),
  ...(k !== undefined && { k }),
  ...(scale !== undefined && { scale }),
})

/** Opens a stored set. Its files are used only if they have exactly this hash. */
async function openStored(store: Store, host: string, hash: string): Promise<FeatureSet> {
  const sets = await store.prisma.featureSet.findMany({ where: { hash }, select: { id: true, source: true } })
  if (sets.length === 0)
    throw new UserError(
      'NOT_FOUND',
      `There is no feature set ${hash.slice(0, 12)}… in the database; add it with: tributary sae add PATH.`,
    )
  const looked: string[] = []
  let reason: unknown
  for (const { id, source } of sets) {
    for (const { path, options } of await setLocations(store, id, host)) {
      if (!fs.existsSync(path)) continue
      looked.push(path)
      try {
        const set = await openFeatureSet(path, { ...openOptionsOf(options), id: source })
        if (set.hash === hash) return set
      } catch (error) {
        reason = error
      }
    }
  }
  if (reason !== undefined) throw reason
  const elsewhere = await store.prisma.featureSetLocation.count({ where: { set: { hash }, host: { not: host } } })
  const named = sets[0]!.source
  throw new UserError(
    // If another machine has the set, a worker there may take the job.
    elsewhere > 0 ? 'ENGINE_UNAVAILABLE' : 'NOT_FOUND',
    `No file on ${host} holds the feature set ${named} with the weights it was added with ` +
      `(${looked.length > 0 ? `looked in ${looked.join(', ')}` : 'none of its files is here'}); ` +
      'add it again with: tributary sae add PATH.',
  )
}
