/**
 * A test of sense: two layers of attention that were trained to copy what followed an earlier occurrence
 * (test/fixtures/make/induction.py). Such a model has a head that attends from a token to what stood behind its former
 * occurrence, and finds that key by what a head of the layer before copied there: the token before it.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainAttention, type AttentionResult } from '../../src/attention/explain.ts'
import { computePattern, preparePattern } from '../../src/attention/pattern.ts'
import { prepareAttention } from '../../src/attention/prepare.ts'
import { attentionRequestSchema } from '../../src/attention/request.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'

/** A beginning, eleven tokens, and the same eleven again. */
const UNIT = [23, 7, 41, 12, 30, 5, 18, 36, 9, 44, 27]
const tokenIds = [0, ...UNIT, ...UNIT]
const PERIOD = UNIT.length
const HEADS = 2

/** Queries of the second half, each with the key behind its former occurrence. */
const pairs = UNIT.map((_, t) => ({ query: 1 + PERIOD + t, key: 2 + t }))

let attributor: Attributor
let induction: number
beforeAll(async () => {
  attributor = await openAttributor(join(import.meta.dirname, '../fixtures/models/induction'), { threads: 1 })
  induction = await headOf(1, pairs)
})

afterAll(() => attributor.close())

/** The head of a layer that gives most to some keys, of which it is sure. */
async function headOf(layer: number, looks: readonly { query: number; key: number }[]): Promise<number> {
  const means: number[] = []
  for (let head = 0; head < HEADS; head++) {
    const { pattern } = await computePattern(preparePattern({ tokenIds, layer, head }, attributor), attributor)
    means.push(looks.reduce((sum, { query, key }) => sum + pattern[query * tokenIds.length + key]!, 0) / looks.length)
  }
  const most = Math.max(...means)
  expect(most).toBeGreaterThan(0.8)
  return means.indexOf(most)
}

function explain(query: number, key: number, partition: object): Promise<AttentionResult> {
  const request = attentionRequestSchema.parse({
    tokenIds, layer: 1, head: induction, query, keys: { key }, partition, rule: 'softmax', temperature: 0.1, excludeFirst: false,
  })
  return explainAttention(prepareAttention(request, attributor), attributor)
}

it('an induction head finds its key by the token before it, which carries most of the score', async () => {
  for (const { query, key } of pairs) {
    const { keys: [only], components } = await explain(query, key, { by: 'token', layer: 0 })
    const { score, byKey, byQuery, pairs: all, completenessError } = only!
    const M = components.length
    expect(completenessError).toBeLessThan(1e-5)
    // The key's stream holds its own token, too; what counts is the one before.
    expect(byKey.indexOf(Math.max(...byKey))).toBe(key - 1)
    expect(byKey[key - 1]! / score).toBeGreaterThan(0.6)
    expect(byQuery.indexOf(Math.max(...byQuery))).toBe(query)
    // Both are the same token: the query's own, and the one that the key's stream was told of.
    expect(tokenIds[query]).toBe(tokenIds[key - 1])
    expect(all.indexOf(Math.max(...all))).toBe(query * M + key - 1)
  }
})

it('the head that told the key of the token before it attends to the position before, and carries the score among heads', async () => {
  const former = await headOf(0, tokenIds.slice(2).map((_, t) => ({ query: t + 2, key: t + 1 })))
  for (const { query, key } of pairs) {
    const { keys: [only], components } = await explain(query, key, { by: 'head', layer: 0 })
    const best = components[only!.byKey.indexOf(Math.max(...only!.byKey))]!
    expect([best.kind, best.layer, best.index]).toEqual(['head', 0, former])
  }
})

it('at other keys the token before is another one, and has no such share', async () => {
  const share = async (query: number, key: number) => {
    const { keys: [only] } = await explain(query, key, { by: 'token', layer: 0 })
    return only!.byKey[key - 1]!
  }
  const [{ query, key }] = pairs as [{ query: number; key: number }]
  const found = await share(query, key)
  for (const other of [key + 2, key + 4, key + 6]) expect(await share(query, other)).toBeLessThan(found / 2)
})
