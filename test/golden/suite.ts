/** The reference values as a suite that any engine can be put to. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor, type OpenOptions } from '../../src/attribution/open.ts'
import type { AttributionRequest, Mode, Partition } from '../../src/attribution/request.ts'
import { sharedPath } from '../shared.ts'
import { readGolden, type GoldenValues } from './golden.ts'

/** Of the largest value in the list: float32 arithmetic of a few layers against float64 (seen: 4e-7). */
const FLOAT32_TOLERANCE = 1e-5

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
      const request = (mode: Mode, partition: Partition, excludeFirst = false): AttributionRequest => ({
        tokenIds: prompt.ids, position: prompt.ids.length - 1, target: { type: 'logit', tokenId: 'next' },
        partition, mode, rule: 'softmax', temperature: golden.temperature, excludeFirst,
      })
      const compare = async (asked: AttributionRequest, expected: readonly number[]) => {
        const [result] = await attributor.attribute([asked])
        const scores = result!.contributions.map(({ score }) => score)
        expect(scores).toHaveLength(expected.length)
        expect(worstOf(scores, expected)).toBeLessThan(FLOAT32_TOLERANCE)
        return result!
      }

      it(`prompt ${number}: the model's own next token and its logit`, async () => {
        const [result] = await attributor.attribute([request('corrected', { by: 'token', layer: 0 })])
        expect(result!.target.tokenId).toBe(prompt.target)
        expect(Math.abs(result!.target.value - prompt.logit) / Math.abs(prompt.logit)).toBeLessThan(FLOAT32_TOLERANCE)
      })

      it(`prompt ${number}: the logits of the five best tokens`, async () => {
        const asked = prompt.top5.map((tokenId): AttributionRequest => ({
          ...request('corrected', { by: 'token', layer: 0 }), target: { type: 'logit', tokenId },
        }))
        const values = (await attributor.attribute(asked)).map(({ target }) => target.value)
        expect(worstOf(values, prompt.top5_logits)).toBeLessThan(FLOAT32_TOLERANCE)
      })

      const modes: [Mode, GoldenValues | undefined][] = [['corrected', prompt.corrected], ['reference', prompt.reference]]
      for (const [mode, values] of modes) {
        if (values === undefined) continue
        it(`prompt ${number}, ${mode}: by token`, async () => {
          await compare(request(mode, { by: 'token', layer: 0 }), values.by_token)
          await compare(request(mode, { by: 'token', layer: 0 }, true), values.by_token_exclude_first)
        })
        it(`prompt ${number}, ${mode}: by head of every layer, one layer at a time and all in one sweep`, async () => {
          for (const [layer, scores] of Object.entries(values.by_head)) {
            await compare(request(mode, { by: 'head', layer: Number(layer) }), scores)
          }
          await compare(request(mode, { by: 'head', layer: 'all' }), Object.values(values.by_head).flat())
        })
        it(`prompt ${number}, ${mode}: by neuron`, async () => {
          for (const [layer, scores] of Object.entries(values.by_neuron)) {
            await compare(request(mode, { by: 'neuron', layer: Number(layer) }), scores)
          }
        })
        const { by_group: group, by_subspace: subspace, direction } = values
        if (group !== undefined) {
          it(`prompt ${number}, ${mode}: by group`, () =>
            compare(request(mode, { by: 'group', layer: 0, groups: group.groups }), group.scores))
        }
        if (subspace !== undefined) {
          it(`prompt ${number}, ${mode}: by subspace`, () =>
            compare(request(mode, { by: 'subspace', layer: subspace.layer, basis: subspace.basis_columns }), subspace.scores))
        }
        if (direction !== undefined) {
          it(`prompt ${number}, ${mode}: a direction inside the network`, async () => {
            const [result] = await attributor.attribute([{
              ...request(mode, { by: 'token', layer: 0 }),
              position: direction.position,
              target: { type: 'direction', layer: direction.layer_input, vector: direction.vector },
            }])
            const scores = result!.contributions.map(({ score }) => score)
            expect(worstOf(scores, direction.scores)).toBeLessThan(FLOAT32_TOLERANCE)
            expect(worstOf([result!.target.value], [direction.value])).toBeLessThan(FLOAT32_TOLERANCE)
          })
        }
      }
    }
  })
}

/** Largest deviation, relative to the largest expected value. */
function worstOf(values: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs((values[i] ?? Number.NaN) - value) / scale))
}
