/** Everything that one operation asks for goes to the queue together, because one sweep can serve many prompts. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'
import type { AnswerPort, Outcome } from '../ports.ts'

export interface Asked<Prepared> {
  modelId: number
  request: Prepared
  /** 0: do not wait. */
  timeoutMs: number
}

/** Groups questions that the same call can ask. */
function alike<Prepared>(asked: readonly Asked<Prepared>[]): Asked<Prepared>[][] {
  const groups = new Map<string, Asked<Prepared>[]>()
  for (const each of asked) {
    const name = `${each.modelId}:${each.timeoutMs}`
    const group = groups.get(name)
    if (group) group.push(each)
    else groups.set(name, [each])
  }
  return [...groups.values()]
}

async function requestTogether<Prepared>(
  port: AnswerPort<never, Prepared>, signal: AbortSignal, asked: readonly Asked<Prepared>[],
): Promise<Outcome[]> {
  const outcomes = new Map<Asked<Prepared>, Outcome>()
  await Promise.all(
    alike(asked).map(async (group) => {
      const [first] = group
      if (!first) return
      const requests = group.map(({ request }) => request)
      const answers = await port.request(first.modelId, requests, { timeoutMs: first.timeoutMs, signal })
      group.forEach((each, index) => {
        const answer = answers[index]
        if (answer) outcomes.set(each, answer)
      })
    }),
  )
  return asked.map((each) => {
    const outcome = outcomes.get(each)
    if (!outcome) throw new Error('a request was left without an outcome')
    return outcome
  })
}

const answerLoader = <Prepared>(portOf: (context: Context) => AnswerPort<never, Prepared>) =>
  createContextCache((context: Context) =>
    new DataLoader((asked: readonly Asked<Prepared>[]) => requestTogether(portOf(context), context.signal, asked), { cache: false }))

export const attributionLoader = answerLoader(({ attributions }) => attributions)
export const interventionLoader = answerLoader(({ interventions }) => interventions)
export const graphLoader = answerLoader(({ graphs }) => graphs)
