/** What the worker has to know of a kind of job. Each kind is one file beside this one, and `kinds.ts` lists them. */
import type { z } from 'zod'
import type { Store } from '../../src/store/index.ts'
import type { JobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'

/** A job that the worker can do, ready to be computed. */
export interface ReadyJob {
  /** Needed arithmetic, by which the worker cuts its chunks. */
  flops: number
}

/** A worker's time for some jobs. */
export interface Turn {
  /** Aborted when what has begun is to end at once. */
  signal: AbortSignal
  /** Someone waits, the worker stops, or the jobs are another's by now. */
  isOver(): Promise<boolean>
}

/** The jobs are not done, and go back into the queue as if they had not been taken. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

export interface JobKindOf<D extends JobEnvelope, R extends ReadyJob> {
  readonly schema: z.ZodType<D>
  /** The keys whose results are stored already. Whoever waits for them is done with that. */
  settleStored(store: Store, keys: readonly string[]): Promise<Set<string>>
  /** Refuses (UserError) what the model cannot be asked, or what is too large for this worker. */
  ready(data: D, model: LoadedModel, store: Store): Promise<R>
  /**
   * Computes some jobs of one model and stores the results, all or nothing. A kind whose jobs take long asks now and then
   * whether it should end early; it then keeps what it has and throws `Interrupted`.
   */
  compute(jobs: readonly R[], model: LoadedModel, store: Store, turn: Turn): Promise<void>
  /** Ends the runs whose last open item was one of `keys`. To be called when the results are stored. */
  settleRuns(store: Store, keys: readonly string[]): Promise<void>
  /** Whoever waits for `keys` is told that there will be no result. */
  giveUp(store: Store, keys: readonly string[], reason: string): Promise<void>
}
