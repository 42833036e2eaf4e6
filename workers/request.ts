/** Answers for someone who waits: from the store at once, else through the queue. */
import { type HeadAnswer, unpackHeadAnswer } from '../src/attention/answer.ts'
import type { PreparedRequest } from '../src/attribution/prepare.ts'
import type { UserError } from '../src/errors.ts'
import type { PreparedGraph } from '../src/graph/prepare.ts'
import type { PreparedIntervention } from '../src/interventions/prepare.ts'
import { type Answers, unpackAnswer } from '../src/lookups/answer.ts'
import { lookupKey, type LookupQuestion } from '../src/lookups/question.ts'
import { findGraphs, findInterventions, findResults, readHeadAnswers, readLookups, type Store } from '../src/store/index.ts'
import { attentionJobs, type PreparedHead } from './kinds/attention.ts'
import { type Asked, attributionJobs } from './kinds/attribution.ts'
import { graphJobs } from './kinds/graph.ts'
import { interventionJobs } from './kinds/intervention.ts'
import { type AskedModel, lookupJobOf } from './kinds/lookup.ts'
import type { JobEnvelope } from './queue/job.ts'
import type { Queue } from './queue/queue.ts'
import { waitFor, type WaitOptions } from './wait.ts'

export type Outcome =
  /** Under the key of the stored row. */
  | { state: 'stored'; key: string }
  /** Under way when the waiting ended. */
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

export interface RequestOptions extends WaitOptions {
  /** The request to which the workers' log lines belong. */
  requestId?: string
}

/** A kind of answer: how a stored one is found, and which jobs compute it. */
interface AnswerKind<P extends { key: string }> {
  /** Stored answers, by the key that was asked for. */
  find(store: Store, keys: readonly string[]): Promise<ReadonlyMap<string, { key: string }>>
  jobs(store: Store, asked: Asked, requests: readonly P[], requestId?: string): Promise<JobEnvelope[]>
}

const attributions: AnswerKind<PreparedRequest> = { find: findResults, jobs: attributionJobs }
const interventions: AnswerKind<PreparedIntervention> = { find: findInterventions, jobs: interventionJobs }
const graphs: AnswerKind<PreparedGraph> = { find: findGraphs, jobs: graphJobs }

/** One outcome per request, in order. Identical requests, also those of other processes, are computed once. */
export const requestAttributions = (
  store: Store, queue: Queue, asked: Asked, requests: readonly PreparedRequest[], options: RequestOptions,
): Promise<Outcome[]> => requestAnswers(attributions, store, queue, asked, requests, options)

export const requestInterventions = (
  store: Store, queue: Queue, asked: Asked, requests: readonly PreparedIntervention[], options: RequestOptions,
): Promise<Outcome[]> => requestAnswers(interventions, store, queue, asked, requests, options)

export const requestGraphs = (
  store: Store, queue: Queue, asked: Asked, requests: readonly PreparedGraph[], options: RequestOptions,
): Promise<Outcome[]> => requestAnswers(graphs, store, queue, asked, requests, options)

async function requestAnswers<P extends { key: string }>(
  kind: AnswerKind<P>,
  store: Store,
  queue: Queue,
  asked: Asked,
  requests: readonly P[],
  { requestId, ...options }: RequestOptions,
): Promise<Outcome[]> {
  const byKey = new Map(requests.map((request) => [request.key, request]))
  const outcomes = await waitFor(store, queue, {
    keys: [...byKey.keys()],
    stored: (keys) => kind.find(store, keys),
    jobs: (keys) => kind.jobs(store, asked, keys.flatMap((key) => byKey.get(key) ?? []), requestId),
  }, options)
  return requests.map(({ key }): Outcome => {
    const outcome = outcomes.get(key)
    if (outcome?.state === 'stored') return { state: 'stored', key: outcome.stored.key }
    return outcome ?? { state: 'pending', jobId: '' }
  })
}

/** A question about features, with the size of what it reads: D · F of the set. */
export interface AskedLookup {
  question: LookupQuestion
  elements: number
}

export type LookupOutcome =
  | { state: 'answered'; answer: Answers[LookupQuestion['type']] }
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

/** One outcome per question, in order. */
export async function requestLookups(
  store: Store, queue: Queue, model: AskedModel, asked: readonly AskedLookup[], { requestId, ...options }: RequestOptions,
): Promise<LookupOutcome[]> {
  const keyed = asked.map((each) => ({ ...each, key: lookupKey(each.question, { model: model.hash, engine: model.engine }) }))
  const byKey = new Map(keyed.map((each) => [each.key, each]))
  const outcomes = await waitFor(store, queue, {
    keys: [...byKey.keys()],
    stored: (keys) => readLookups(store, keys),
    jobs: async (keys) => keys.flatMap((key) => {
      const found = byKey.get(key)
      return found ? [lookupJobOf(found.question, model, found.elements, requestId)] : []
    }),
  }, options)
  return keyed.map(({ key, question }): LookupOutcome => {
    const outcome = outcomes.get(key)
    if (outcome?.state === 'stored') return { state: 'answered', answer: unpackAnswer(question.type, outcome.stored) }
    return outcome ?? { state: 'pending', jobId: '' }
  })
}

export type HeadOutcome =
  | { state: 'answered'; answer: HeadAnswer }
  | { state: 'pending'; jobId: string }
  | { state: 'failed'; error: UserError }

/** One outcome per question about a head, in order. */
export async function requestHeads(
  store: Store, queue: Queue, asked: Asked, requests: readonly PreparedHead[], { requestId, ...options }: RequestOptions,
): Promise<HeadOutcome[]> {
  const byKey = new Map(requests.map((request) => [request.key, request]))
  const outcomes = await waitFor(store, queue, {
    keys: [...byKey.keys()],
    stored: (keys) => readHeadAnswers(store, keys),
    jobs: (keys) => attentionJobs(store, asked, keys.flatMap((key) => byKey.get(key) ?? []), requestId),
  }, options)
  return requests.map(({ key }): HeadOutcome => {
    const outcome = outcomes.get(key)
    if (outcome?.state === 'stored') return { state: 'answered', answer: unpackHeadAnswer(outcome.stored) }
    return outcome ?? { state: 'pending', jobId: '' }
  })
}
