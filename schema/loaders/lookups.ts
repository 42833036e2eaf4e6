/**
 * Answers about features, which only a worker can compute. All questions of a request to one model go to the queue
 * together.
 */
import { createContextCache } from '@pothos/core'
import { encodeGlobalID } from '@pothos/plugin-relay'
import DataLoader from 'dataloader'
import { GraphQLError } from 'graphql'
import type { AnswerOf, Answers } from '../../src/lookups/answer.ts'
import type { LookupQuestion } from '../../src/lookups/question.ts'
import { canonicalJson } from '../../src/hash.ts'
import type { Context } from '../context.ts'
import type { LookupOutcome } from '../ports.ts'

interface Asked {
  modelId: number
  question: LookupQuestion
  /** D · F of the set that it reads. */
  elements: number
  timeoutMs: number
}

const nameOf = ({ modelId, question, timeoutMs }: Asked) => `${modelId}:${timeoutMs}:${canonicalJson(question)}`

async function askTogether({ lookups, signal }: Context, asked: readonly Asked[]): Promise<LookupOutcome[]> {
  const groups = new Map<string, Asked[]>()
  for (const each of asked) {
    const name = `${each.modelId}:${each.timeoutMs}`
    groups.set(name, [...(groups.get(name) ?? []), each])
  }
  const outcomes = new Map<Asked, LookupOutcome>()
  await Promise.all([...groups.values()].map(async (group) => {
    const { modelId, timeoutMs } = group[0]!
    const answers = await lookups.ask(modelId, group.map(({ question, elements }) => ({ question, elements })), { timeoutMs, signal })
    group.forEach((each, i) => outcomes.set(each, answers[i]!))
  }))
  return asked.map((each) => outcomes.get(each)!)
}

const lookupLoader = createContextCache(
  (context: Context) => new DataLoader((asked: readonly Asked[]) => askTogether(context, asked), { cacheKeyFn: nameOf }),
)

/** If there is no answer, throws an error that says why it failed, or which job goes on. */
export async function lookUp<Q extends LookupQuestion>(context: Context, asked: Asked & { question: Q }): Promise<AnswerOf<Q>>
export async function lookUp(context: Context, asked: Asked): Promise<Answers[LookupQuestion['type']]> {
  const outcome = await lookupLoader(context).load(asked)
  if (outcome.state === 'answered') return outcome.answer
  if (outcome.state === 'failed') throw outcome.error
  throw new GraphQLError(
    `The answer was not ready after ${asked.timeoutMs / 1000} s. Its computation goes on: ask again, or follow its job by the id here.`,
    { extensions: { code: 'TIMEOUT', jobId: encodeGlobalID('Job', outcome.jobId) } },
  )
}
