/** Requests as passages of a sweep. Requests that differ only in their target share one. */
import { orderOfBeginning, orderOfSite, type Passage } from '../depass/passage.ts'
import { splitsOf } from '../depass/partition/kinds.ts'
import type { Split } from '../depass/partition/split.ts'
import type { ModelConfig } from '../model/config.ts'
import type { AttributionRequest } from './request.ts'
import { partsOf, siteOf } from './target/kinds.ts'

export function passageOf(request: AttributionRequest, config: ModelConfig): Passage {
  const { partition, target, position, mode, excludeFirst } = request
  const site = siteOf(target, config.L)
  // Attention is causal, so tokens after the last position that is read have no effect.
  const N = position + 1
  const isRead = (at: Split['at'], layer: number) => orderOfBeginning(at, layer) <= orderOfSite(site)
  return {
    tokenIds: request.tokenIds.slice(0, N),
    promptLength: request.tokenIds.length,
    splits: splitsOf(partition, { config, mode, N, isRead, excludeFirst }),
    reads: [{ site, positions: partsOf(target, position).map((part) => part.position) }],
  }
}
