/**
 * What the worker has to know about a kind of job. Each kind is one file beside this one, and `kinds.ts` lists them.
 */
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
  /** Aborted when work that has begun must end at once. */
  signal: AbortSignal
  /** True if someone else waits, the worker stops, or another worker has taken the jobs over. */
  isOver(): Promise<boolean>
}

/**
 * Thrown by a kind that ends early: the jobs are not done, and go back into the queue as if they had not been taken.
 */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

export interface JobKindOf<D extends JobEnvelope, R extends ReadyJob> {
  readonly schema: z.ZodType<D>
  /** The keys whose results are stored already. Runs that wait for them are told. */
  settleStored(store: Store, keys: readonly string[]): Promise<Set<string>>
  /** Refuses (UserError) a job that the model cannot answer or that is too large for this worker. */
  ready(data: D, model: LoadedModel, store: Store): Promise<R>
  /**
   * Computes some jobs of one model and stores the results, all or nothing. A kind whose jobs take long checks now and
   * then whether it should end early. It then stores what it has and throws `Interrupted`.
   */
  compute(jobs: readonly R[], model: LoadedModel, store: Store, turn: Turn): Promise<void>
  /** Ends the runs whose last open item was one of `keys`. Called when the results are stored. */
  settleRuns(store: Store, keys: readonly string[]): Promise<void>
  /** Tells the runs that wait for `keys` that there will be no result. */
  giveUp(store: Store, keys: readonly string[], reason: string): Promise<void>
}
