/** The answer does not depend on how it was computed. */
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { openAttributor, type OpenOptions } from '../../src/attribution/open.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { UserError } from '../../src/errors.ts'
import { rules } from '../../src/depass/rule.ts'
import { OnnxExecutable } from '../../src/tensor/onnx/executable.ts'
import { cutToHalf, randomModel, removeModels, tokensOf, structuralNames } from '../random-model.ts'
import { N, openModel, partitions, request, scoresOf, tokenIds, worstOf } from './requests.ts'

/** A matrix product adds its terms in another order when its other sides change (seen: 8e-7 of the largest score). */
const ORDER_OF_SUMS = 5e-6
/** Two implementations of exp, tanh and the rest, through three layers (seen: 3e-6). */
const ENGINE_TOLERANCE = 1e-5

afterAll(removeModels)
afterEach(() => vi.restoreAllMocks())

/** Scores of requests, one attribution after another unless they go together. */
async function scoresBy(attributor: Attributor, asked: readonly AttributionRequest[], together: boolean): Promise<number[][]> {
  if (together) return (await attributeRequests(attributor, asked)).map(scoresOf)
  const results: number[][] = []
  for (const one of asked) results.push(scoresOf((await attributeRequests(attributor, [one]))[0]!))
  return results
}

/** By a model that is opened as it mostly is: what other ways are compared with. */
const answers = async (dir: string, asked: readonly AttributionRequest[], together = false): Promise<number[][]> =>
  scoresBy(await openModel(dir), asked, together)

/** By a model that is opened for them. */
async function answersOf(
  dir: string, asked: readonly AttributionRequest[], options: OpenOptions, together = false,
): Promise<number[][]> {
  const attributor = await openAttributor(dir, { threads: 1, ...options })
  try {
    return await scoresBy(attributor, asked, together)
  } finally {
    await attributor.close()
  }
}

function expectAlike(results: readonly number[][], expected: readonly number[][], tolerance: number): void {
  for (const [i, scores] of results.entries()) {
    expect(worstOf(scores, expected[i]!), `request ${i}`).toBeLessThan(tolerance)
  }
}

const every = Object.values(partitions).map((partition) => request({ partition }))

describe.each(structuralNames)('%s', (name) => {
  const { dir } = randomModel(name)

  it('whatever memory there is: the smallest blocks, and layers streamed', async () => {
    const asked = ['token', 'heads of all layers', 'neurons of layer 0'].map((what) => request({ partition: partitions[what] }))
    const runs = vi.spyOn(OnnxExecutable.prototype, 'run')
    const expected = await answers(dir, asked)
    const atEase = runs.mock.calls.length
    const cramped = await openAttributor(dir, { memoryLimitBytes: 1 })
    const results: number[][] = []
    runs.mockClear()
    for (const one of asked) {
      // What does not fit is refused with what it needs; with exactly that it runs.
      await expect(attributeRequests(cramped, [one])).rejects.toThrow(UserError)
      const memoryLimitBytes = cramped.prepare(one).plan!.cost.bytes
      results.push(...(await answersOf(dir, [one], { memoryLimitBytes, weightLimitBytes: 1 })))
    }
    await cramped.close()
    expect(runs.mock.calls.length).toBeGreaterThan(1.5 * atEase)
    expectAlike(results, expected, ORDER_OF_SUMS)
  })

  it('whether weights are folded, as they are stored, or first the one and then the other', async () => {
    const asked = [...every, ...rules.map((rule) => request({ partition: { by: 'token' }, rule })),
      ...every.map((one) => ({ ...one, mode: 'reference' as const }))]
    const folded = await answersOf(dir, asked, { foldingPaysAfter: 0 })
    expectAlike(await answersOf(dir, asked, { foldingPaysAfter: Infinity }), folded, ORDER_OF_SUMS)
    expectAlike(await answersOf(dir, asked, { foldingPaysAfter: 200 }), folded, ORDER_OF_SUMS)
  })

  it('alone or beside others of other lengths, splits and places', async () => {
    const others = [2, 5, 11].flatMap((length, seed) => [
      request({ tokenIds: tokensOf(seed, length), partition: { by: 'token' } }),
      request({ tokenIds: tokensOf(seed + 9, length), position: 1, partition: { by: 'head', layer: 'all' } }),
    ])
    const asked = [...every, ...others]
    expectAlike(await answers(dir, asked, true), await answers(dir, asked), ORDER_OF_SUMS)
  })

  it('on one thread or two, and time and again to the last digit', async () => {
    const expected = await answers(dir, every, true)
    expect(await answersOf(dir, every, {}, true)).toEqual(expected)
    expectAlike(await answersOf(dir, every, { threads: 2 }, true), expected, ORDER_OF_SUMS)
  })

  it('on either engine, in both modes', async () => {
    const asked = [...every, ...every.map((one) => ({ ...one, mode: 'reference' as const }))]
    expectAlike(await answersOf(dir, asked, { engine: 'tfjs' }, true), await answers(dir, asked, true), ENGINE_TOLERANCE)
  })

  it('split into groups of one position or into tokens, under every rule', async () => {
    const groups = tokenIds.map((_, i) => [i])
    for (const layer of [0, 1]) {
      const ask = (partition: unknown) => rules.map((rule) => request({ partition, rule, position: N - 2 }))
      const bySingles = await answers(dir, ask({ by: 'group', layer, groups }), true)
      const byTokens = await answers(dir, ask({ by: 'token', layer }), true)
      for (const [i, scores] of bySingles.entries()) expect(worstOf(scores, byTokens[i]!), rules[i]).toBeLessThan(ORDER_OF_SUMS)
    }
  })
})

describe.each(['llama 3', 'gpt2', 'gpt_neox', 'gpt_oss'] as const)('%s, kept in half precision', (name) => {
  it.each(['onnx', 'tfjs'] as const)('%s: as if the same numbers were kept in float32', async (engine) => {
    const [whole, ...halves] = await Promise.all((['F32', 'F16', 'BF16'] as const).map((dtype) =>
      answersOf(randomModel(name, { edit: cutToHalf, dtype }).dir, every, { engine }, true)))
    for (const scores of halves) expectAlike(scores, whole!, ORDER_OF_SUMS)
  })
})
