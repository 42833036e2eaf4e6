/**
 * Every architecture agrees with Hugging Face's transformers. `test/fixtures/make/architectures.py` makes the folders and
 * computes their logits.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { families } from '../../src/model/architectures/families.ts'
import { parseConfig } from '../../src/model/read-config.ts'
import { request, worstOf } from './requests.ts'

/** Of the largest logit, in float32 (seen: 2e-6). */
const FLOAT32_TOLERANCE = 1e-5

const root = join(import.meta.dirname, '../fixtures/architectures')
const names = readdirSync(root)
const read = (name: string, file: string) => readFileSync(join(root, name, file), 'utf8')

const expectedSchema = z.object({
  prompts: z.array(z.object({ ids: z.array(z.number()), positions: z.array(z.number()), logits: z.array(z.array(z.number())) })),
})

/** One of every kind, at one layer and at all, for N positions and a residual width of D. */
const partitions = (N: number, D: number): unknown[] => [
  { by: 'token' },
  { by: 'token', layer: 1 },
  { by: 'group', groups: [[0, 2], [...Array(N).keys()].filter((i) => i !== 0 && i !== 2)] },
  { by: 'subspace', layer: 1, basis: [Array.from({ length: D }, (_, d) => Math.cos(d))] },
  { by: 'head', layer: 'all' },
  { by: 'neuron', layer: 'all' },
  { by: 'module', layer: 'all', module: 'attention' },
  { by: 'module', layer: 'all', module: 'mlp' },
]

it('every family has a folder', () => {
  const covered = new Set(names.map((name) => parseConfig(read(name, 'config.json'), name).architecture))
  expect([...covered].sort()).toEqual(Object.keys(families).sort())
})

describe.each(names)('%s', (name) => {
  const { prompts } = expectedSchema.parse(JSON.parse(read(name, 'expected.json')))

  it.each([
    ['folded', 0],
    ['as they are stored', Infinity],
  ])('gives the logits of transformers with weights %s, whatever prompts go together, and every sum closes', async (_, foldingPaysAfter) => {
    const attributor = await openAttributor(join(root, name), { threads: 1, foldingPaysAfter })
    const wanted = prompts.flatMap(({ ids, positions, logits }) => positions.map((position, p) => ({ ids, position, logits: logits[p]! })))
    const asked = wanted.flatMap(({ ids, position, logits }) => logits.map((_, tokenId) =>
      request({ tokenIds: ids, position, target: { type: 'logit', tokenId }, partition: { by: 'token' } })))
    const split = wanted.flatMap(({ ids, position }) => partitions(ids.length, attributor.model.residualWidth).map((partition) =>
      request({ tokenIds: ids, position, target: { type: 'logit', tokenId: 7 }, partition })))
    const results = await attributeRequests(attributor, [...asked, ...split])
    await attributor.close()
    let at = 0
    for (const { position, logits } of wanted) {
      const values = results.slice(at, at += logits.length).map(({ target }) => target.value)
      expect(worstOf(values, logits), `position ${position}`).toBeLessThan(FLOAT32_TOLERANCE)
    }
    for (const result of results) expect(result.completenessError, JSON.stringify(result.partition)).toBeLessThan(FLOAT32_TOLERANCE)
  })
})
