/** The job `lookup`: one question about features that needs the model or the files of a set, for someone who waits. */
import { z } from 'zod'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { activationsOf } from '../../src/lookups/activations.ts'
import { type Answers, packAnswer } from '../../src/lookups/answer.ts'
import { compare, directionOf, nearestTo, vectorsOf } from '../../src/lookups/directions.ts'
import {
  type AskedActivations, type AskedComparison, type AskedNearest, type AskedVectors, lookupKey, type LookupQuestion, lookupQuestionSchema, setsOf,
} from '../../src/lookups/question.ts'
import { saveLookups, storedLookups } from '../../src/store/index.ts'
import type { Passes } from '../../src/depass/passes.ts'
import { jobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('lookup'),
  ...jobEnvelope,
  question: lookupQuestionSchema,
})
export type LookupJob = z.infer<typeof schema>

interface ReadyLookup extends ReadyJob {
  key: string
  question: LookupQuestion
  /** By hash. */
  sets: ReadonlyMap<string, FeatureSet>
}

export const lookupJob: JobKindOf<LookupJob, ReadyLookup> = {
  schema,

  settleStored: storedLookups,

  async ready({ key, question, flops }, model) {
    const sets = new Map<string, FeatureSet>()
    for (const hash of setsOf(question)) sets.set(hash, await model.sets.find(hash))
    return { key, question, sets, flops }
  },

  async compute(jobs, model, store, { signal }) {
    const passes = passesOf(model)
    const data = new Map<string, Buffer>()
    // These share one pass, however many sets are asked.
    const texts = jobs.filter(isAsked('activations'))
    const wanted = texts.map(({ question, sets }) => ({ set: sets.get(question.set)!, tokenIds: question.tokenIds }))
    for (const [i, answer] of (await activationsOf(wanted, passes, signal)).entries()) data.set(texts[i]!.key, packAnswer('activations', answer))
    for (const job of jobs.filter(isAsked('nearest'))) data.set(job.key, packAnswer('nearest', await nearest(job, passes, signal)))
    for (const job of jobs.filter(isAsked('compare'))) data.set(job.key, packAnswer('compare', await comparison(job)))
    for (const job of jobs.filter(isAsked('vectors'))) data.set(job.key, packAnswer('vectors', await vectors(job)))
    const answers = jobs.map(({ key, question }) => ({ key, setHash: setsOf(question)[0]!, data: data.get(key)! }))
    await saveLookups(store, model.row.id, answers)
  },

  async settleRuns() {
    // No run waits for a lookup.
  },

  async giveUp() {
    // Whoever waits learns the reason from the job.
  },
}

type Of<T extends LookupQuestion['type']> = ReadyLookup & { question: Extract<LookupQuestion, { type: T }> }

const isAsked = <T extends LookupQuestion['type']>(type: T) => (job: ReadyLookup): job is Of<T> => job.question.type === type

function passesOf({ attributor: { passes } }: LoadedModel): Passes {
  if (passes === undefined) throw new Error('this attributor has loaded no model')
  return passes
}

async function nearest({ question, sets }: { question: AskedNearest; sets: ReadyLookup['sets'] }, passes: Passes, signal: AbortSignal): Promise<Answers['nearest']> {
  const { set, direction, first } = question
  const vector = 'set' in direction
    ? await directionOf({ set: sets.get(direction.set)!, index: direction.index })
    : Float32Array.from(direction)
  return nearestTo(sets.get(set)!, vector, first, passes, signal)
}

const comparison = ({ question: { a, b }, sets }: { question: AskedComparison; sets: ReadyLookup['sets'] }): Promise<Answers['compare']> =>
  compare({ set: sets.get(a.set)!, index: a.index }, { set: sets.get(b.set)!, index: b.index })

const vectors = ({ question: { of }, sets }: { question: AskedVectors; sets: ReadyLookup['sets'] }): Promise<Answers['vectors']> =>
  vectorsOf({ set: sets.get(of.set)!, index: of.index })

/** The model whose answer is asked for, and the sizes that decide its cost. */
export interface AskedModel {
  hash: string
  engine: string
  parameters: number
}

/**
 * Floating point operations of a question: the pass over its text, and the product with the encoder of one set.
 * `elements`: D · F of the set.
 */
const flopsOf = (question: LookupQuestion, parameters: number, elements: number): number =>
  2 * (question.type === 'activations' ? (question as AskedActivations).tokenIds.length * (parameters + elements) : elements)

export const lookupJobOf = (
  question: LookupQuestion, { hash, engine, parameters }: AskedModel, elements: number, requestId?: string,
): LookupJob => ({
  kind: 'lookup',
  modelHash: hash,
  engine,
  key: lookupKey(question, { model: hash, engine }),
  flops: flopsOf(question, parameters, elements),
  vectors: [],
  question,
  ...(requestId !== undefined && { requestId }),
})
