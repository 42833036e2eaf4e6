/**
 * Passages whose splits depend on what the model does with the sequence. A plain pass finds these splits before the
 * sweep.
 */
import { discoverSplits } from '../depass/partition/kinds.ts'
import type { DiscoverContext, FeatureSets } from '../depass/partition/kind.ts'
import type { Split } from '../depass/partition/split.ts'
import { orderOfBeginning, orderOfSite, type Passage } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import type { Site } from '../features/site.ts'
import type { AttributionRequest } from './request.ts'

interface Discovery {
  passes: Passes
  sets: FeatureSets
  signal?: AbortSignal | undefined
}

/** What `discover` finds components with, at one sequence [N]. */
export function discoverContextOf(
  { passes, sets, signal }: Discovery,
  asked: Pick<AttributionRequest, 'mode' | 'excludeFirst'> & { tokenIds: readonly number[]; promptLength?: number | undefined; isRead: DiscoverContext['isRead'] },
): DiscoverContext {
  const { tokenIds, promptLength } = asked
  const positions = [...tokenIds.keys()]
  return {
    config: passes.model.config,
    model: passes.model,
    programs: passes.programs,
    mode: asked.mode, excludeFirst: asked.excludeFirst, isRead: asked.isRead,
    sets, signal, tokenIds,
    N: tokenIds.length,
    encode: (set, x) => passes.encode(set, x),
    async read(sites: readonly Site[]) {
      const plain = { tokenIds, ...(promptLength !== undefined && { promptLength }), splits: [], reads: sites.map((site) => ({ site, positions })) }
      const [result] = await passes.run([plain], { ...(signal && { signal }) })
      return result!.reads.map(({ x }) => x)
    },
  }
}

/** The passage with the splits that a plain pass finds; the passage itself if its splits are known from the request. */
export async function discovered(request: AttributionRequest, passage: Passage, discovery: Discovery): Promise<Passage> {
  const { partition, mode, excludeFirst } = request
  const { tokenIds, promptLength, reads } = passage
  const isRead = (at: Split['at'], layer: number) => reads.some(({ site }) => orderOfBeginning(at, layer) <= orderOfSite(site))
  const found = discoverSplits(partition, discoverContextOf(discovery, { tokenIds, promptLength, mode, excludeFirst, isRead }))
  return found === null ? passage : { ...passage, splits: await found }
}
