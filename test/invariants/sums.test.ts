/** Contributions sum to the target, whatever is split and whichever rule shares the neurons. */
import { join } from 'node:path'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { afterAll, describe, expect, it } from 'vitest'
import type { AttributionResult } from '../../src/attribution/result.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import { resultWarnings } from '../../src/attribution/result-warnings.ts'
import { projectDir } from '../../src/config.ts'
import { rules, sharesWhole } from '../../src/depass/rule.ts'
import { randomModel, removeModels, sizes, variantNames } from '../random-model.ts'
import { openModel, partitions, request } from './requests.ts'

/** Relative to the target or to the largest score. */
const CLOSES = 1e-5

afterAll(removeModels)

const targets = {
  logit: { type: 'logit', tokenId: 5 },
  difference: { type: 'logitDifference', tokenId: 5, minusTokenId: 9 },
  direction: { type: 'direction', layer: sizes.L, vector: Array.from({ length: sizes.D }, (_, d) => Math.sin(d + 1)) },
} as const

describe.each(variantNames)('%s', (name) => {
  it.each(rules)('%s: every partition, a logit, a difference of logits and a direction', async (rule) => {
    const asked = Object.entries(partitions).flatMap(([what, partition]) =>
      Object.entries(targets).map(([toward, target]) => ({ what: `${what}, ${toward}`, request: request({ partition, target, rule }) })))
    if (!sharesWhole(rule)) asked.push({ what: 'the first token excluded', request: request({ partition: { by: 'token', layer: 0 }, rule, excludeFirst: true }) })
    const results = await attributeRequests(await openModel(randomModel(name).dir), asked.map((each) => each.request))
    for (const [i, { what }] of asked.entries()) {
      const result = results[i]!
      expect(result.completenessError, what).toBeLessThan(CLOSES)
      // Not by the product's own arithmetic alone.
      for (const error of errorsOf(result)) expect(error, what).toBeLessThan(CLOSES)
    }
  })
})

describe('asked as people ask, with every default', () => {
  it.each(rules)('%s: tokens of short and long prompts, some of one token', async (rule) => {
    const attributor = await openModel(join(projectDir, 'demo/model'))
    const prompts = ['a', 'The', '😀', 'The capital of France is', 'When Mary and John went to the store, John gave a drink to']
    const questions = await Promise.all(prompts.map((text) => prepareQuestion({ by: 'token', text, rule }, attributor)))
    const results = await attributor.attribute(questions)
    for (const [i, text] of prompts.entries()) {
      for (const error of errorsOf(results[i]!)) expect(error, text).toBeLessThan(CLOSES)
      expect(resultWarnings(results[i]!)).toEqual([])
    }
  })
})

/** Of every start: a partition at all layers has one for each layer, and BIAS counts for none. */
function errorsOf({ contributions, target, partition }: AttributionResult): number[] {
  const starts = 'layer' in partition && partition.layer === 'all' ? sizes.L : 1
  const each = contributions.length / starts
  return Array.from({ length: starts }, (_, s) => {
    const scores = contributions.slice(s * each, (s + 1) * each).map(({ score }) => score)
    const total = scores.reduce((sum, score) => sum + score, 0)
    return Math.abs(total - target.value) / Math.max(Math.abs(target.value), ...scores.map(Math.abs))
  })
}
