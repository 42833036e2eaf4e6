/**
 * An answer of any kind on demand. It is looked for under its key. If it is missing, it is queued together with
 * everything else that the operation asks for, waited for, and read. Attributions, interventions and graphs are its
 * kinds (`Demand`).
 */
import type DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import type { Asked } from '../loaders/answers.ts'
import type { AnswerPort, Outcome } from '../ports.ts'
import { tookTooLong } from './computation.ts'

export interface Demand<Prepared extends { key: string }> {
  /** Its name in the message to someone who waited in vain. */
  what: string
  port(context: Context): Pick<AnswerPort<never, Prepared>, 'noteStored'>
  loader(context: Context): Pick<DataLoader<Asked<Prepared>, Outcome>, 'load'>
}

/** A question with resolved token ids, and the model that it is for. */
export type Question<Prepared> = Pick<Asked<Prepared>, 'modelId' | 'request'>

/**
 * The answer's row, which `find` reads by its key: at once if it is stored, else when it has been computed. Throws
 * (TIMEOUT) after `timeoutMs`.
 */
export async function answered<Prepared extends { key: string }, Row>(
  demand: Demand<Prepared>, context: Context, asked: Question<Prepared>, timeoutMs: number, find: (key: string) => Promise<Row | null>,
): Promise<Row> {
  // A stored answer takes only this one statement, which is most of its time.
  const stored = await find(asked.request.key)
  if (stored !== null) {
    demand.port(context).noteStored()
    return stored
  }
  const outcome = await outcomeOf(demand, context, asked, timeoutMs)
  if (outcome.state === 'pending') throw tookTooLong(demand.what, outcome.jobId, timeoutMs)
  const computed = await find(outcome.key)
  if (computed === null) throw new Error(`the ${demand.what} was removed as soon as it was computed`)
  return computed
}

/** The key of a stored answer, or the job that computes it. */
export interface Requested {
  key: string | null
  jobId: string | null
}

export async function requested<Prepared extends { key: string }>(
  demand: Demand<Prepared>, context: Context, asked: Question<Prepared>,
): Promise<Requested> {
  const outcome = await outcomeOf(demand, context, asked, 0)
  return outcome.state === 'stored' ? { key: outcome.key, jobId: null } : { key: null, jobId: outcome.jobId }
}

/** Throws the error with which the computation failed. */
export async function outcomeOf<Prepared extends { key: string }>(
  demand: Demand<Prepared>, context: Context, { modelId, request }: Question<Prepared>, timeoutMs: number,
): Promise<Exclude<Outcome, { state: 'failed' }>> {
  const outcome = await demand.loader(context).load({ modelId, request, timeoutMs })
  if (outcome.state === 'failed') throw outcome.error
  return outcome
}
