/** Means over a dataset: of sites, of neurons and of features, over the positions that count. */
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { encode } from '../../src/features/encode.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { meanPrompts, placeName, siteMeans } from '../../src/interventions/means.ts'
import { tinyTokenizer } from '../attribution/resolve-fixtures.ts'
import { deviation, openPasses } from '../depass/passes.ts'
import { randomModel, removeModels, tokensOf } from '../random-model.ts'
import { openInterventions } from './engine.ts'

afterAll(removeModels)

const TOLERANCE = 2e-5
const noSets = { find: () => Promise.reject(new Error('no sets')) }
const prompts = [tokensOf(1, 5), tokensOf(2, 7), tokensOf(3, 3)].map((tokenIds) => ({ tokenIds, positions: tokenIds.map((_, i) => i).slice(1) }))

it('sites are averaged over the positions that count; the mean of an MLP is its projection of the mean neurons', async () => {
  const passes = await openPasses(randomModel('llama with biases').dir)
  const [out, neurons] = await siteMeans(passes, prompts, [{ site: { layer: 1, name: 'mlp_out' } }, { site: { layer: 1, name: 'neurons' } }], noSets)
  const { D } = passes.model.config
  const sum = new Float64Array(D)
  for (const { tokenIds, positions } of prompts) {
    const [swept] = await passes.run([{ tokenIds, splits: [], reads: [{ site: { layer: 1, name: 'mlp_out' }, positions }] }])
    swept!.reads[0]!.x.forEach((value, at) => (sum[at % D]! += value))
  }
  expect(out!.positions).toBe(4 + 6 + 2)
  expect(deviation(out!.values, sum.map((value) => value / 12))).toBeLessThan(TOLERANCE)
  const { rows, bias } = await passes.programs.downProjection(1, null)
  const projected = Float64Array.from(bias!)
  neurons!.values.forEach((h, k) => { for (let d = 0; d < D; d++) projected[d]! += h * rows[k * D + d]! })
  expect(deviation(projected, out!.values)).toBeLessThan(TOLERANCE)
})

it('features are averaged as they fire', async () => {
  const set = await openFeatureSet(join(import.meta.dirname, '../golden/features/gpt2-random-blocks.1.hook_mlp_out'))
  const { passes, sets } = await openInterventions(join(import.meta.dirname, '../fixtures/models/gpt2-random'), { sets: [set] })
  const some = [{ tokenIds: [3, 8, 1, 20], positions: [1, 2, 3] }, { tokenIds: [4, 4], positions: [0, 1] }]
  const [mean] = await siteMeans(passes, some, [{ set: set.hash }], sets)
  const sum = new Float64Array(set.F)
  for (const { tokenIds, positions } of some) {
    const [swept] = await passes.run([{ tokenIds, splits: [], reads: [{ site: set.site, positions }] }])
    ;(await encode(set, swept!.reads[0]!.x)).activations.forEach((value, at) => (sum[at % set.F]! += value))
  }
  expect(deviation(mean!.values, sum.map((value) => value / 5))).toBeLessThan(TOLERANCE)
})

it('special tokens do not count, and a dataset without any other is refused', async () => {
  const tokenizer = tinyTokenizer()
  expect(await meanPrompts(['The tower'], tokenizer, 12)).toEqual([{ tokenIds: [0, 10, 11], positions: [1, 2] }])
  const passes = await openPasses(randomModel('llama 2').dir)
  await expect(siteMeans(passes, await meanPrompts([''], tokenizer, 12), [{ site: { layer: 0, name: 'z' } }], noSets)).rejects.toThrow('No prompt of the dataset has a token')
})

it('places have names of their own', () => {
  expect(placeName({ site: { layer: 3, name: 'neurons' } })).toBe('3.neurons')
  expect(placeName({ site: { layer: 2, name: 'z' } })).toBe('2.z')
  expect(placeName({ set: 'ab' })).toBe('ab')
})
