import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'

/** Of the largest logit: the head's product in float32 against the same read-out in float64. */
const FLOAT32_TOLERANCE = 1e-5

let attributor: Attributor
beforeAll(async () => {
  attributor = await openAttributor(path.join(import.meta.dirname, '../fixtures/models/qwen2-random'))
})
afterAll(() => attributor.close())

const request: AttributionRequest = {
  tokenIds: [9, 14, 77, 120, 45], position: 4, target: { type: 'logit', tokenId: 'next' },
  partition: { by: 'module', layer: 1, module: 'attention' },
  mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false, decode: 100,
}

it("a decoded token's logit is the component's contribution to that token", async () => {
  const [result] = await attributeRequests(attributor, [request])
  const { decoded } = result!
  expect(decoded?.map(({ component }) => component.kind)).toEqual(['residual', 'attention', 'bias'])
  expect(decoded?.map(({ component }) => component.label)).toEqual(['L1.RESIDUAL', 'L1.ATTENTION', 'BIAS'])
  for (const [m, { tokens }] of decoded!.entries()) {
    const { id, logit } = tokens[0]!
    const [asked] = await attributeRequests(attributor, [{ ...request, decode: undefined, target: { type: 'logit', tokenId: id } }])
    expect(Math.abs(asked!.contributions[m]!.score - logit) / Math.abs(logit)).toBeLessThan(FLOAT32_TOLERANCE)
  }
})

it('decoded tokens come best first, each once', async () => {
  const [result] = await attributeRequests(attributor, [request])
  for (const { tokens } of result!.decoded!) {
    const logits = tokens.map(({ logit }) => logit)
    expect(logits).toEqual([...logits].sort((a, b) => b - a))
    expect(new Set(tokens.map(({ id }) => id)).size).toBe(100)
  }
})

it("the candidates are the model's own: their logits are what the components' shares sum to", async () => {
  const [result] = await attributeRequests(attributor, [request])
  const { candidates, target } = result!
  expect(candidates).toHaveLength(100)
  expect(candidates![0]).toMatchObject({ id: target.tokenId, probability: target.probability })
  const third = candidates![2]!
  const [asked] = await attributeRequests(attributor, [{ ...request, decode: undefined, target: { type: 'logit', tokenId: third.id } }])
  expect(Math.abs(asked!.target.value - third.logit) / Math.abs(third.logit)).toBeLessThan(FLOAT32_TOLERANCE)
  expect(asked!.target.probability).toBeCloseTo(third.probability, 10)
  expect(asked!.candidates).toBeUndefined()
})

it('decoding is refused where no logit is read', () => {
  const vector = Array.from({ length: attributor.model.residualWidth }, () => 1)
  const direction: AttributionRequest = { ...request, target: { type: 'direction', layer: 3, vector } }
  expect(() => attributor.prepare(direction)).toThrow('ask for decode with a logit')
})
