/**
 * A loaded model that answers attribution requests. Workers, the command line and tests know only this interface;
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
  /** Called after each layer of a sweep: layers done, and layers in all. With several sweeps the count starts again. */
  onLayer?: (layer: number, layers: number) => void
}

export interface Attributor extends PrepareContext {
  /** null when the folder has no tokenizer: requests must then come as token ids. */
  readonly tokenizer: Tokenizer | null
  /** The loaded model, for computations other than attributions; absent if nothing is loaded. */
  readonly passes?: Passes
  /** Where it finds feature sets; absent if nothing is loaded. */
  readonly sets?: FeatureSets
  /** Checks, keys, plans and costs a request (`prepareRequest`, with this model and limit). */
  prepare(request: AttributionRequest, options?: PrepareOptions): PreparedRequest
  /**
   * Results in the order of the requests. To float32 rounding, the numbers do not depend on which requests run together.
   * Refuses (TOO_LARGE) requests that do not fit into the memory limit, before any work.
   */
  attribute(requests: readonly PreparedRequest[], options?: AttributeOptions): Promise<AttributionResult[]>
  close(): Promise<void>
}

/** Prepares the requests, then answers them in their order. */
export const attributeRequests = (
  attributor: Attributor, requests: readonly AttributionRequest[], options?: AttributeOptions,
): Promise<AttributionResult[]> => attributor.attribute(requests.map((request) => attributor.prepare(request)), options)
