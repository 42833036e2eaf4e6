/** What the model itself would have said is told with every attribution, whatever is attributed. */
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { distributionOf } from '../../src/attribution/distribution.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { predictionOf, rankOf } from '../../src/attribution/prediction.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'

const FLOAT32_TOLERANCE = 1e-5

let attributor: Attributor
beforeAll(async () => {
  attributor = await openAttributor(path.join(import.meta.dirname, '../fixtures/models/qwen2-random'))
})
afterAll(() => attributor.close())

const request: AttributionRequest = {
  tokenIds: [9, 14, 77, 120, 45], position: 4, target: { type: 'logit', tokenId: 30 },
  partition: { by: 'token', layer: 0 }, mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false,
}

it('ranks count from one, and of equal logits the smaller id comes first', () => {
  const distribution = distributionOf(Float32Array.of(1, 3, 3, 0, 2), null)
  expect([0, 1, 2, 3, 4].map((id) => rankOf(distribution, id))).toEqual([4, 1, 2, 5, 3])
  const prediction = predictionOf(distribution, 2, (id) => `t${id}`)
  expect(prediction).toMatchObject({ tokenId: 1, text: 't1', logit: 3, expected: { tokenId: 2, rank: 2, logit: 3 } })
  expect(prediction.probability).toBe(prediction.expected?.probability)
  expect(predictionOf(distribution, null, () => null)).toMatchObject({ text: null, expected: null })
})

it('with a token as target, that token is the expected one, and its logit is the value', async () => {
  const [asked] = await attributeRequests(attributor, [request])
  const { prediction, target } = asked!
  expect(prediction?.expected).toMatchObject({ tokenId: 30, probability: target.probability })
  expect(Math.abs(prediction!.expected!.logit - target.value) / Math.abs(target.value)).toBeLessThan(FLOAT32_TOLERANCE)
  // Asked for what the model ranks first, it is its own prediction; nothing else was expected.
  const [next] = await attributeRequests(attributor, [{ ...request, target: { type: 'logit', tokenId: 'next' } }])
  expect(next!.target.tokenId).toBe(prediction!.tokenId)
  expect(next!.prediction).toEqual({ ...prediction, expected: null })
  const [itself] = await attributeRequests(attributor, [{ ...request, target: { type: 'logit', tokenId: prediction!.tokenId } }])
  expect(itself!.prediction?.expected).toMatchObject({ rank: 1, probability: prediction!.probability })
})

it('it is the same whatever is the target, also where that is read in the middle of the network', async () => {
  const [asked] = await attributeRequests(attributor, [request])
  const prediction = asked!.prediction!
  const vector = Array.from({ length: attributor.model.residualWidth }, (_, d) => Math.sin(d))
  const early = (layer: number): AttributionRequest => ({ ...request, target: { type: 'direction', layer, vector } })
  const answers = await attributeRequests(attributor, [early(1), early(2), { ...early(1), position: 2 }, early(attributor.model.layers)])
  for (const [index, answer] of answers.entries()) {
    if (index === 2) continue
    expect(answer.prediction).toMatchObject({ tokenId: prediction.tokenId, expected: null })
    expect(answer.prediction!.logit).toBeCloseTo(prediction.logit, 4)
  }
  const [at2] = await attributeRequests(attributor, [{ ...request, position: 2 }])
  expect(answers[2]!.prediction!.logit).toBeCloseTo(at2!.prediction!.logit, 4)
  expect(answers[2]!.prediction!.tokenId).toBe(at2!.prediction!.tokenId)
})

it('what was expected is told where it is not the target, and changes neither the key nor a score', async () => {
  const prepared = attributor.prepare({ ...request, target: { type: 'logit', tokenId: 'next' } }, { expectedTokenId: 55 })
  const without = attributor.prepare({ ...request, target: { type: 'logit', tokenId: 'next' } })
  expect(prepared.key).toBe(without.key)
  const [told, silent] = await attributor.attribute([prepared, without])
  expect(told!.prediction?.expected).toMatchObject({ tokenId: 55, rank: expect.any(Number) as number })
  expect(told!.contributions).toEqual(silent!.contributions)
})
