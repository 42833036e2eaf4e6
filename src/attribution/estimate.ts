/** What a request will cost, from the model's configuration alone: a server can tell without any weights. */
import { budget, componentCount } from '../depass/budget.ts'
import { modelHasBiases } from '../depass/partition.ts'
import type { ModelConfig } from '../model/config.ts'
import type { Estimate } from './attributor.ts'
import { neededFlops } from './flops.ts'
import { passageOf } from './passages.ts'
import type { AttributionRequest } from './request.ts'

/** Needed memory shrinks with the limit, down to the smallest that can work. */
export function estimateRequest(request: AttributionRequest, config: ModelConfig, memoryLimitBytes: number): Estimate {
  const passage = passageOf(request, config)
  const plan = budget(config, [passage], memoryLimitBytes)
  const bias = modelHasBiases(config) && request.mode === 'corrected' ? 1 : 0
  const counts = passage.splits.map((split) => componentCount(split, config, passage.tokenIds.length))
  return {
    bytes: 'fits' in plan ? plan.fits.bytes : plan.needsBytes,
    flops: neededFlops(config, passage),
    components: counts.reduce((sum, count) => sum + bias + count, 0),
  }
}
