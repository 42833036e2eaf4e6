/** The reference values as a suite that any engine can be put to. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor, type OpenOptions } from '../../src/attribution/open.ts'
import { sharedPath } from '../shared.ts'
import { comparisonsOf, deviationOf, FLOAT32_TOLERANCE } from './comparisons.ts'
import { readGolden } from './golden.ts'

const here = import.meta.dirname
const models = [
  { name: 'qwen2-random', dir: path.join(here, '../fixtures/models/qwen2-random'), golden: path.join(here, 'qwen2-random.json') },
  { name: 'gpt2-random', dir: path.join(here, '../fixtures/models/gpt2-random'), golden: path.join(here, 'gpt2-random.json') },
  { name: 'stories260k', dir: sharedPath('models/stories260k'), golden: sharedPath('golden/stories260k.json') },
] as const
type ModelName = (typeof models)[number]['name']

export function goldenSuite(options: OpenOptions, names: readonly ModelName[] = models.map(({ name }) => name)): void {
  for (const { name, dir, golden: file } of models) {
    if (names.includes(name)) modelSuite(name, dir, file, options)
  }
}

function modelSuite(name: string, dir: string, file: string, options: OpenOptions): void {
  const absent = !existsSync(file)
  const title = absent ? `${name} (skipped: ${file} is not part of the repository and not beside it)` : name
  describe.skipIf(absent)(`reference values of ${title}`, () => {
    const golden = absent ? { temperature: 0, prompts: [] } : readGolden(file)
    let attributor: Attributor
    beforeAll(async () => {
      attributor = await openAttributor(dir, options)
    })
    afterAll(() => attributor.close())

    for (const [number, prompt] of golden.prompts.entries()) {
      it(`prompt ${number}: the model's own next token and its logit`, async () => {
        const [result] = await attributeRequests(attributor, [{
          tokenIds: prompt.ids, position: prompt.ids.length - 1, target: { type: 'logit', tokenId: 'next' },
          partition: { by: 'token', layer: 0 }, mode: 'corrected', rule: 'softmax', temperature: golden.temperature,
          excludeFirst: false,
        }])
        expect(result!.target.tokenId).toBe(prompt.target)
        expect(Math.abs(result!.target.value - prompt.logit) / Math.abs(prompt.logit)).toBeLessThan(FLOAT32_TOLERANCE)
      })
    }

    for (const title of new Set(comparisonsOf(golden).map((each) => each.title))) {
      const together = comparisonsOf(golden).filter((each) => each.title === title)
      it(title, async () => {
        for (const each of together) {
          const [result] = await attributeRequests(attributor, [each.request])
          expect(deviationOf(each, result!)).toBeLessThan(FLOAT32_TOLERANCE)
        }
      })
    }
  })
}
