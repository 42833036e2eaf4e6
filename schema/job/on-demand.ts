/**
 * An answer on demand, whatever it is an answer to: looked for under its key, else asked of the queue together with what
 * else the operation asks for, waited for, and read. Attributions, interventions and graphs are kinds of it (`Demand`).
 */
import type DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import type { Asked } from '../loaders/answers.ts'
import type { AnswerPort, Outcome } from '../ports.ts'
import { tookTooLong } from './computation.ts'

export interface Demand<Prepared extends { key: string }> {
  /** What it is called where someone waited in vain. */
  what: string
  port(context: Context): Pick<AnswerPort<never, Prepared>, 'noteStored'>
  loader(context: Context): Pick<DataLoader<Asked<Prepared>, Outcome>, 'load'>
}

/** A question in numbers, and whom it is asked. */
export type Question<Prepared> = Pick<Asked<Prepared>, 'modelId' | 'request'>

/** The answer's row, `find` reads it by its key: from the store, or once it was computed. Throws (TIMEOUT) after `timeoutMs`. */
export async function answered<Prepared extends { key: string }, Row>(
  demand: Demand<Prepared>, context: Context, asked: Question<Prepared>, timeoutMs: number, find: (key: string) => Promise<Row | null>,
): Promise<Row> {
  // What is stored takes one statement, which is most of the time such an answer takes.
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

/** The key of what is stored already, or the job that computes it. */
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

/** Throws what the computation failed with. */
export async function outcomeOf<Prepared extends { key: string }>(
  demand: Demand<Prepared>, context: Context, { modelId, request }: Question<Prepared>, timeoutMs: number,
): Promise<Exclude<Outcome, { state: 'failed' }>> {
  const outcome = await demand.loader(context).load({ modelId, request, timeoutMs })
  if (outcome.state === 'failed') throw outcome.error
  return outcome
}
