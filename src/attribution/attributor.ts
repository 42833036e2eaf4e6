/**
 * A loaded model that answers attribution requests. Workers, the command line and tests know this interface only;
 * `openAttributor` (open.ts) makes one from a model folder.
 */
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { AttributionRequest } from './request.ts'
import type { AttributionResult } from './result.ts'

export interface AttributeOptions {
  signal?: AbortSignal
  /** Called as work is done, with the fraction finished (0 … 1). */
  onProgress?: (fraction: number) => void
}

/** What a request will cost, known before it runs. */
export interface Estimate {
  /** Largest memory of the sweep beyond the loaded weights, in bytes. */
  bytes: number
  /** Needed arithmetic, in floating point operations (depass.md "Work and its floor"). */
  flops: number
  /** Components that will be scored. */
  components: number
}

export interface Attributor {
  readonly model: ModelIdentity
  /** e.g. `onnx-cpu-float32`; part of every result's key. */
  readonly engine: string
  /** null when the folder has no tokenizer.json: requests must then come as token ids. */
  readonly tokenizer: Tokenizer | null
  /** Refuses (UserError) what is out of range or over the limits, before any work. */
  check(request: AttributionRequest): void
  estimate(request: AttributionRequest): Estimate
  /** Results in the order of the requests. The same numbers, to float32 rounding, whatever a request is batched with. */
  attribute(requests: readonly AttributionRequest[], options?: AttributeOptions): Promise<AttributionResult[]>
  close(): Promise<void>
}
