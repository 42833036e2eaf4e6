/**
 * Answers about heads, which only a worker can compute. All questions of a request to one model go to the queue
 * together.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { HeadAnswer } from '../../src/attention/answer.ts'
import type { Context } from '../context.ts'
import { tookTooLong } from '../job/computation.ts'
import type { HeadOutcome, HeadPort } from '../ports.ts'

interface Asked {
  modelId: number
  prepared: Parameters<HeadPort['ask']>[1][number]
  timeoutMs: number
}

async function askTogether({ heads, signal }: Context, asked: readonly Asked[]): Promise<HeadOutcome[]> {
  const groups = new Map<string, Asked[]>()
  for (const each of asked) {
    const name = `${each.modelId}:${each.timeoutMs}`
    groups.set(name, [...(groups.get(name) ?? []), each])
  }
  const outcomes = new Map<Asked, HeadOutcome>()
  await Promise.all([...groups.values()].map(async (group) => {
    const { modelId, timeoutMs } = group[0]!
    const answers = await heads.ask(modelId, group.map(({ prepared }) => prepared), { timeoutMs, signal })
    group.forEach((each, i) => outcomes.set(each, answers[i]!))
  }))
  return asked.map((each) => outcomes.get(each)!)
}

const headLoader = createContextCache(
  (context: Context) => new DataLoader((asked: readonly Asked[]) => askTogether(context, asked), { cache: false }),
)

/** If there is no answer, throws an error that says why it failed, or which job goes on. */
export async function askHead<W extends HeadAnswer['what']>(
  context: Context, asked: Asked & { prepared: { what: W } }, what: string,
): Promise<Extract<HeadAnswer, { what: W }>>
export async function askHead(context: Context, asked: Asked, what: string): Promise<HeadAnswer> {
  const outcome = await headLoader(context).load(asked)
  if (outcome.state === 'answered') return outcome.answer
  if (outcome.state === 'failed') throw outcome.error
  throw tookTooLong(what, outcome.jobId, asked.timeoutMs)
}
