/** Why heads attend: pairs of components that sum to the score, the score that the model's own pattern is made of. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { explainAttention } from '../../src/attention/explain.ts'
import { prepareAttention } from '../../src/attention/prepare.ts'
import { attentionRequestSchema } from '../../src/attention/request.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openGraphs } from '../graph/kit.ts'
import { randomModel, removeModels, sizes, tokensOf, variantNames } from '../random-model.ts'
import { hasShared, sharedPath } from '../shared.ts'

afterAll(removeModels)

const CLOSES = 1e-5
const defaults = { partition: { by: 'token', layer: 0 }, rule: 'softmax', temperature: 0.1, excludeFirst: false }

function explain(attributor: Attributor, asked: Record<string, unknown>) {
  return explainAttention(prepareAttention(attentionRequestSchema.parse({ ...defaults, ...asked }), attributor), attributor)
}

describe.each(variantNames)('heads of %s', (name) => {
  it('attend by the scores that pairs of components sum to', async () => {
    const N = 7
    const attributor = await openGraphs(randomModel(name).dir)
    const tokenIds = tokensOf(6, N)
    for (const [layer, head] of [[0, 1], [sizes.L - 1, 2]] as const) {
      const { pattern, keys, components } = await explain(attributor, { tokenIds, layer, head, query: N - 1, keys: { most: N } })
      const visible = keys.filter(({ attention }) => attention > 0)
      const [first] = visible
      expect(visible.length).toBeGreaterThan(1)
      for (const { key, attention, score, pairs, byQuery, byKey, completenessError } of visible) {
        expect(completenessError).toBeLessThan(CLOSES)
        expect(attention).toBe(pattern[key])
        // A softmax, whatever its denominator: sinks take a part of it.
        expect(Math.log(attention / first!.attention)).toBeCloseTo(score - first!.score, 3)
        const M = components.length
        expect(pairs).toHaveLength(M * M)
        expect(byQuery.reduce((sum, value) => sum + value, 0)).toBeCloseTo(byKey.reduce((sum, value) => sum + value, 0), 8)
        // No component of a token behind the key reaches it.
        components.forEach(({ kind, index }, n) => kind === 'token' && index > key && expect(byKey[n]).toBe(0))
      }
    }
  })
})

const pairSchema = z.object({
  layer: z.number(), head: z.number(), query: z.number(), key: z.number(), pattern: z.number(), score: z.number(),
  by_query: z.array(z.number()), by_key: z.array(z.number()), pairs: z.array(z.array(z.number())),
})
const goldenSchema = z.object({ prompts: z.array(z.object({ ids: z.array(z.number()), qk: z.array(pairSchema) })) })

const here = import.meta.dirname
const models = [
  ['gpt2-random', join(here, '../fixtures/models/gpt2-random'), join(here, '../golden/features/gpt2-random.json')],
  ['qwen2-random', join(here, '../fixtures/models/qwen2-random'), join(here, '../golden/features/qwen2-random.json')],
  ...(hasShared ? [['stories260k', sharedPath('models/stories260k'), sharedPath('golden/features/stories260k.json')] as const] : []),
] as const

describe.each(models)('%s against float64 reference values', (_name, dir, file) => {
  it('every pair of components, both marginals, the score and the pattern', async () => {
    expect(existsSync(file)).toBe(true)
    const { prompts } = goldenSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const attributor = await openGraphs(dir)
    for (const { ids, qk } of prompts) {
      for (const { layer, head, query, key, pattern, score, by_query, by_key, pairs } of qk) {
        const found = await explain(attributor, { tokenIds: ids, layer, head, query, keys: { key } })
        const [only] = found.keys
        const largest = Math.max(...pairs.flat().map(Math.abs), Math.abs(score))
        const close = (values: readonly number[], expected: readonly number[]) => {
          expect(values).toHaveLength(expected.length)
          values.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(CLOSES * largest))
        }
        close([only!.score], [score])
        expect(only!.attention).toBeCloseTo(pattern, 5)
        close(only!.byQuery, by_query)
        close(only!.byKey, by_key)
        close(only!.pairs, pairs.flat())
      }
    }
  })
})

describe('other splits', () => {
  it('of heads and of features before the layer sum to the same score', async () => {
    const tokenIds = tokensOf(6, 6)
    const attributor = await openGraphs(randomModel('llama with biases').dir)
    const asked = { tokenIds, layer: 2, head: 0, query: 5, keys: { key: 3 } }
    const [byToken, byHead, byGroup] = [
      await explain(attributor, asked), await explain(attributor, { ...asked, partition: { by: 'head', layer: 1 } }),
      await explain(attributor, { ...asked, partition: { by: 'group', layer: 0, groups: [[0, 1], [2, 3], [4, 5]] } }),
    ]
    for (const { keys: [only] } of [byHead, byGroup]) {
      expect(only!.score).toBeCloseTo(byToken.keys[0]!.score, 4)
      expect(only!.completenessError).toBeLessThan(CLOSES)
    }
    expect(byHead.components.map(({ label }) => label)).toContain('L1.H0')
  })

  it.each([
    [{ layer: 3 }, 'Layer 3 was asked for'],
    [{ head: 4 }, 'Head 4 was asked for'],
    [{ query: 2, keys: { key: 4 } }, 'The key 4 stands behind the query 2'],
    [{ partition: { by: 'head', layer: 'all' } }, 'give the layer of the split instead of all'],
    [{ partition: { by: 'head', layer: 2 } }, 'before the split by head'],
  ])('%j is refused with a sentence', async (changes, message) => {
    const attributor = await openGraphs(randomModel('llama 3').dir)
    const asked = attentionRequestSchema.parse({ ...defaults, tokenIds: tokensOf(1, 6), layer: 1, head: 0, query: 5, keys: { most: 2 }, ...changes })
    expect(() => prepareAttention(asked, attributor)).toThrow(message)
  })
})
