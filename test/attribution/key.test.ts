import { expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { canonicalJson } from '../../src/hash.ts'
import { attributionRequestSchema, type AttributionRequest } from '../../src/attribution/request.ts'

const model = { hash: 'a', tokenizerHash: 'b' }
const base: AttributionRequest = {
  tokenIds: [1, 2, 3],
  position: 2,
  target: { type: 'logit', tokenId: 9 },
  partition: { by: 'neuron', layer: 1, neurons: undefined },
  mode: 'corrected',
  rule: 'softmax',
  temperature: 0.1,
  excludeFirst: false,
}
const key = (overrides: Partial<AttributionRequest> = {}) => resultKey(model, 'cpu', { ...base, ...overrides })

test('the order of fields, and a field that is undefined, change nothing', () => {
  const reversed = Object.fromEntries(Object.entries(base).reverse())
  expect(resultKey(model, 'cpu', attributionRequestSchema.parse(reversed))).toBe(key())
  expect(key({ partition: { layer: 1, by: 'neuron' } })).toBe(key())
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[{"d":1}]}')
})

test('everything that changes the numbers changes the key', () => {
  const changes: Partial<AttributionRequest>[] = [
    { tokenIds: [1, 2, 4] },
    { position: 1 },
    { target: { type: 'logit', tokenId: 'next' } },
    { target: { type: 'logitDifference', tokenId: 9, minusTokenId: 1 } },
    { target: { type: 'direction', layer: 1, vector: [1, 2] } },
    { target: { type: 'direction', layer: 1, vector: [1, 3] } },
    { partition: { by: 'neuron', layer: 'all' } },
    { partition: { by: 'neuron', layer: 1, neurons: [0] } },
    { partition: { by: 'subspace', layer: 1, basis: [[1, 0]] } },
    { partition: { by: 'subspace', layer: 1, basis: [[1], [0]] } },
    { mode: 'reference' },
    { rule: 'relu' },
    { temperature: 0.2 },
    { excludeFirst: true },
  ]
  const keys = [
    key(),
    ...changes.map(key),
    resultKey({ ...model, hash: 'c' }, 'cpu', base),
    resultKey({ ...model, tokenizerHash: null }, 'cpu', base),
    resultKey(model, 'gpu', base),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})

test('vectors that are the same as float32 are the same question', () => {
  const asked = (x: number) => key({ target: { type: 'direction', layer: 0, vector: [x] } })
  expect(asked(0.1)).toBe(asked(Math.fround(0.1)))
  expect(asked(0.1)).not.toBe(asked(0.1000001))
})

test('keys stay what they are: stored results are found by them', () => {
  expect(key()).toBe('e81bc5dd36fb5ff6c576678cadddc7568781a31c9bb8c7a18c496816fc3fa43f')
})
