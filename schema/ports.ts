/**
 * What the schema may ask of the rest of the system. Resolvers hold no model and no queue: the server hands them these,
 * and tests hand them others.
 */
import type { AttributionRequest } from '../src/attribution/request.ts'
import type { AttributionQuestion } from '../src/attribution/resolve.ts'
import type { UserError } from '../src/errors.ts'

export interface Ports {
  attributions: AttributionPort
  jobs: JobPort
}

export interface AttributionPort {
  /** Words → numbers, with the model's tokenizer. Refuses (UserError) what cannot be meant. */
  resolve(modelId: number, question: AttributionQuestion): Promise<AttributionRequest>
  /** Under what the answer is stored, where it is. */
  keyOf(modelId: number, request: AttributionRequest): Promise<string>
  /** Told of every answer that was found under its key, for `request` was not asked for it. */
  noteStored(): void
  /**
   * One outcome per request, in order: from the store at once, else through a job. Identical requests share one job.
   * A job goes on when nobody waits for it any more; what it computes is stored for the next who asks.
   */
  request(modelId: number, requests: readonly AttributionRequest[], wait: Wait): Promise<Outcome[]>
}

export interface Wait {
  /** 0: do not wait. */
  timeoutMs: number
  signal: AbortSignal
}

export type Outcome =
  /** Under the key of the stored row. */
  | { state: 'stored'; key: string }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

interface JobPort {
  /** In the order of the ids; null where there is no such job (any more). */
  find(ids: readonly string[]): Promise<(JobView | null)[]>
  /** As it is, then at every change of its state; ends with the job, or when `signal` aborts. */
  follow(id: string, signal: AbortSignal): AsyncIterable<JobView>
  /** False when it had ended already, or does not exist. */
  cancel(id: string): Promise<boolean>
}

type JobState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

export interface JobView {
  id: string
  state: JobState
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  /** Why it failed; null when it did not. */
  error: { code: string; message: string } | null
  /** Key of what it computes, as it was asked for (`storedAttributions.ts`). */
  resultKey: string
}
