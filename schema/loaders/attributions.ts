/** Attributions that one operation asks for together go to the queue together: one sweep can serve many prompts. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { Context } from '../context.ts'
import type { Outcome } from '../ports.ts'

interface Asked {
  modelId: number
  request: AttributionRequest
  /** 0: do not wait. */
  timeoutMs: number
}

/** Those that the same call can ask for. */
function alike(asked: readonly Asked[]): Asked[][] {
  const groups = new Map<string, Asked[]>()
  for (const each of asked) {
    const name = `${each.modelId}:${each.timeoutMs}`
    const group = groups.get(name)
    if (group) group.push(each)
    else groups.set(name, [each])
  }
  return [...groups.values()]
}

async function requestTogether({ attributions, signal }: Context, asked: readonly Asked[]): Promise<Outcome[]> {
  const outcomes = new Map<Asked, Outcome>()
  await Promise.all(
    alike(asked).map(async (group) => {
      const [first] = group
      if (!first) return
      const requests = group.map(({ request }) => request)
      const answers = await attributions.request(first.modelId, requests, { timeoutMs: first.timeoutMs, signal })
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

export const attributionLoader = createContextCache(
  (context: Context) => new DataLoader((asked: readonly Asked[]) => requestTogether(context, asked), { cache: false }),
)
