/**
 * A loaded model that answers attribution requests. Workers, the command line and tests know this interface only;
 * `openAttributor` (open.ts) makes one from a model folder.
 */
import type { FeatureSets } from '../depass/partition/kind.ts'
import type { Passes } from '../depass/passes.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { PrepareContext, PreparedRequest, PrepareOptions } from './prepare.ts'
import type { AttributionRequest } from './request.ts'
import type { AttributionResult } from './result.ts'

export interface AttributeOptions {
  signal?: AbortSignal
  /** Called as work is done, with the fraction finished (0 … 1). */
  onProgress?: (fraction: number) => void
  /** Called when a sweep has come through a layer: how many it has done, of how many. Several sweeps begin anew. */
  onLayer?: (layer: number, layers: number) => void
}

export interface Attributor extends PrepareContext {
  /** null when the folder has no tokenizer: requests must then come as token ids. */
  readonly tokenizer: Tokenizer | null
  /** The loaded model, for what is computed with it besides attributions; absent where nothing is loaded. */
  readonly passes?: Passes
  /** Where it finds feature sets; absent where nothing is loaded. */
  readonly sets?: FeatureSets
  /** Checks, keys, plans and costs a request (`prepareRequest`, with this model and limit). */
  prepare(request: AttributionRequest, options?: PrepareOptions): PreparedRequest
  /**
   * Results in the order of the requests. The same numbers, to float32 rounding, whatever a request is batched with.
   * Refuses (TOO_LARGE) what does not fit into the memory limit, before any work.
   */
  attribute(requests: readonly PreparedRequest[], options?: AttributeOptions): Promise<AttributionResult[]>
  close(): Promise<void>
}

/** Requests that nobody has prepared yet, answered in their order. */
export const attributeRequests = (
  attributor: Attributor, requests: readonly AttributionRequest[], options?: AttributeOptions,
): Promise<AttributionResult[]> => attributor.attribute(requests.map((request) => attributor.prepare(request)), options)
