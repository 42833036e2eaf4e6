/** A whole answer as target: each of its tokens has the scores that it has when it is asked alone, and they add up. */
import { afterAll, describe, expect, it } from 'vitest'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { Contribution } from '../../src/attribution/result.ts'
import { randomModel, removeModels } from '../random-model.ts'
import { openModel, partitions, request } from './requests.ts'

/** Float32, in another order of sums: relative to the largest score. */
const ROUNDING = 1e-5

afterAll(removeModels)

describe.each(['llama with biases', 'gpt2', 'gemma2', 'mistral'] as const)('%s', (name) => {
  it.each(Object.keys(partitions) as (keyof typeof partitions)[])('an answer of three tokens, by %s', async (by) => {
    const attributor = await openModel(randomModel(name).dir)
    const whole = request({ partition: partitions[by] })
    const N = whole.tokenIds.length
    const tokenIds = [whole.tokenIds[N - 2]!, whole.tokenIds[N - 1]!, 7]
    const asked: AttributionRequest = { ...whole, position: N - 1, target: { type: 'answer', tokenIds } }
    const alone = tokenIds.map((tokenId, t): AttributionRequest =>
      ({ ...whole, position: N - 3 + t, target: { type: 'logit', tokenId } }))
    const [[answer], singles] = [await attributeRequests(attributor, [asked]), await attributeRequests(attributor, alone)]

    expect(answer!.answer).toHaveLength(3)
    const largest = Math.max(...singles.flatMap(({ contributions }) => contributions.map(({ score }) => Math.abs(score))))
    const names = namesOf(answer!.contributions)
    const sums = new Map(names.map((name) => [name, 0]))
    for (const [t, single] of singles.entries()) {
      const token = answer!.answer![t]!
      expect(token).toMatchObject({ tokenId: tokenIds[t], position: N - 3 + t })
      expect(Math.abs(token.value - single.target.value)).toBeLessThan(ROUNDING * largest)
      expect(token.probability).toBeCloseTo(single.target.probability!, 6)
      expect(token.completenessError).toBeLessThan(ROUNDING)
      const own = new Map(names.map((name, m) => [name, token.scores[m]!]))
      for (const [m, key] of namesOf(single.contributions).entries()) {
        const { score } = single.contributions[m]!
        expect(Math.abs(own.get(key)! - score), key).toBeLessThan(ROUNDING * largest)
        sums.set(key, sums.get(key)! + score)
      }
    }
    for (const [m, { score }] of answer!.contributions.entries()) {
      expect(Math.abs(score - sums.get(names[m]!)!)).toBeLessThan(3 * ROUNDING * largest)
    }
    const product = singles.reduce((total, { target }) => total * target.probability!, 1)
    expect(answer!.target.probability! / product).toBeCloseTo(1, 4)
    expect(answer!.target.value).toBeCloseTo(singles.reduce((total, { target }) => total + target.value, 0), 3)
    expect(answer!.completenessError).toBeLessThan(ROUNDING)
  })
})

/** Splits of all layers have a BIAS each, which only their order tells apart. */
function namesOf(contributions: readonly Contribution[]): string[] {
  const seen = new Map<string, number>()
  return contributions.map(({ component: { kind, layer, index } }) => {
    const name = `${kind} ${layer} ${index}`
    seen.set(name, (seen.get(name) ?? 0) + 1)
    return `${name} (${seen.get(name)})`
  })
}
