/** What a question about features becomes: how many are split out. */
import { expect, it } from 'vitest'
import { DEFAULT_FEATURES, featureKind } from '../../../src/depass/partition/feature.ts'

const sae = { name: 'demo/2-res', hash: 'a'.repeat(64), site: { layer: 2, name: 'resid_post' }, writes: null, features: 512 } as const
const model = {
  hash: 'b'.repeat(64), tokenizerHash: null, name: 'demo', architecture: 'llama', layers: 4, residualWidth: 128, heads: 8, keyValueHeads: 8, headWidth: 16,
  neurons: 344, vocabularySize: 1000, maxPositions: 128, parameters: 1e6,
}
const budgetOf = (features: readonly number[] | number | undefined, per: 'position' | 'feature') =>
  featureKind.resolve({ by: 'feature', sae, per, ...(features !== undefined && { features }) }, { tokens: [], text: null }, model).partition.budget
const named = Array.from({ length: 100 }, (_, index) => index)

it('features that are named are all split out where each is one component', () => {
  expect(budgetOf(named, 'feature')).toBe(100)
  expect(budgetOf(named.slice(0, 3), 'feature')).toBe(DEFAULT_FEATURES)
  expect(budgetOf(undefined, 'feature')).toBe(DEFAULT_FEATURES)
  expect(budgetOf(12, 'feature')).toBe(12)
})
