/** What a question about features becomes: how many are split out. */
import { expect, it } from 'vitest'
import { DEFAULT_FEATURES, featureKind, warnOfBudget } from '../../../src/depass/partition/feature.ts'

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

it('features can be named and their places counted, and the count changes nothing where it is left out', () => {
  const resolved = (question: object) => featureKind.resolve({ by: 'feature', sae, ...question }, { tokens: [], text: null }, model).partition
  expect(resolved({ features: [3, 1], budget: 200 })).toMatchObject({ features: [1, 3], budget: 200 })
  expect(resolved({ features: [3, 1] })).toEqual(resolved({ features: [3, 1], budget: null }))
  expect(resolved({ features: named, budget: 10, per: 'feature' })).toMatchObject({ budget: 10 })
  expect(() => resolved({ budget: 10 })).toThrow(/none is named/)
})

it('says when named features may fire at more places than are split out', () => {
  expect(warnOfBudget({ per: 'position', budget: 64, features: [1] }, 63)).toBeNull()
  expect(warnOfBudget({ per: 'position', budget: 64, features: [1] }, 64)).toMatch(/at the 64 places where they fire most strongly; .*--features N/)
  expect(warnOfBudget({ per: 'position', budget: 64, features: undefined }, 64)).toBeNull()
  expect(warnOfBudget({ per: 'feature', budget: 100, features: named }, 100)).toBeNull()
  expect(warnOfBudget({ per: 'feature', budget: 10, features: named }, 10)).toMatch(/Of the 100 named features, the 10 strongest/)
})
