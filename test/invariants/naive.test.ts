/** The decomposition is the one of depass.md: every score is that of a naive implementation in float64. */
import path from 'node:path'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { readGolden } from '../golden/golden.ts'
import { randomModel, removeModels, sizes, variantNames, type Tensor } from '../random-model.ts'
import { naiveScores, type NaiveQuestion } from './naive-depass.ts'
import { plainModel } from './plain-model.ts'
import { attributeOne, request, scoresOf, tokenIds, worstOf } from './requests.ts'

/** Of the largest score (seen: 2e-6; shares at τ = 0.1 multiply errors of the relevances by 10). */
const FLOAT32_TOLERANCE = 1e-5

afterAll(removeModels)

describe('the naive implementation itself', () => {
  it.each(['gpt2-random', 'qwen2-random'])('gives the reference values of %s', async (name) => {
    const dir = path.join(import.meta.dirname, '../fixtures/models', name)
    const golden = readGolden(path.join(import.meta.dirname, '../golden', `${name}.json`))
    const config: Record<string, unknown> = JSON.parse(readFileSync(path.join(dir, 'config.json'), 'utf8'))
    const tensors = new Map<string, Tensor>()
    for (const entry of await openSafetensors(path.join(dir, 'model.safetensors'))) {
      tensors.set(entry.name, { shape: entry.shape, data: await readTensorAsFloat32(entry) })
    }
    const model = plainModel(config, tensors)
    const [prompt] = golden.prompts
    const question = (changes: Partial<NaiveQuestion>): NaiveQuestion => ({
      by: 'token', layer: 0, tokenIds: prompt!.ids, tokenId: prompt!.target, temperature: golden.temperature, excludeFirst: false,
      ...changes,
    })
    const { by_token: byToken, by_token_exclude_first: excluding, by_head: byHead } = prompt!.corrected
    // The reference values have seven digits.
    expect(worstOf(naiveScores(model, question({})), byToken)).toBeLessThan(1e-6)
    expect(worstOf(naiveScores(model, question({ excludeFirst: true })), excluding)).toBeLessThan(1e-6)
    for (const [layer, scores] of Object.entries(byHead)) {
      expect(worstOf(naiveScores(model, question({ by: 'head', layer: Number(layer) })), scores)).toBeLessThan(1e-6)
    }
  })
})

describe.each(variantNames)('%s', (name) => {
  it('tokens, with and without the first excluded, and heads of every layer', async () => {
    const model = randomModel(name)
    const plain = plainModel(model.config, model.tensors)
    const attributor = await openAttributor(model.dir, { threads: 1 })
    const common = { tokenIds, tokenId: 5, temperature: 0.1 }
    const deviations: Record<string, number> = {}
    for (const excludeFirst of [false, true]) {
      const scores = scoresOf(await attributeOne(attributor, request({ partition: { by: 'token' }, excludeFirst })))
      deviations[`token, excludeFirst ${excludeFirst}`] = worstOf(scores, naiveScores(plain, { ...common, by: 'token', layer: 0, excludeFirst }))
    }
    for (let layer = 0; layer < sizes.L; layer++) {
      const scores = scoresOf(await attributeOne(attributor, request({ partition: { by: 'head', layer } })))
      deviations[`heads of layer ${layer}`] = worstOf(scores, naiveScores(plain, { ...common, by: 'head', layer, excludeFirst: false }))
    }
    await attributor.close()
    for (const [what, deviation] of Object.entries(deviations)) expect(deviation, what).toBeLessThan(FLOAT32_TOLERANCE)
  })
})

describe('neurons whose gate is all zeros, but for a bias', () => {
  const gates = [
    ['gpt2', 'transformer.h.1.mlp.c_fc.weight'],
    ['gpt_neox', 'gpt_neox.layers.1.mlp.dense_h_to_4h.weight'],
    ['llama with MLP biases', 'model.layers.1.mlp.gate_proj.weight'],
  ] as const
  it.each(gates)('%s: no component is relevant to them, and BIAS gets what they give', async (name, gate) => {
    const model = randomModel(name, { edit: (tensors) => clearNeurons(tensors.get(gate)!, [3, 11]) })
    const attributor = await openAttributor(model.dir, { threads: 1 })
    const scores = scoresOf(await attributeOne(attributor, request({ partition: { by: 'token' } })))
    await attributor.close()
    const expected = naiveScores(plainModel(model.config, model.tensors), {
      by: 'token', layer: 0, tokenIds, tokenId: 5, temperature: 0.1, excludeFirst: false,
    })
    expect(worstOf(scores, expected)).toBeLessThan(FLOAT32_TOLERANCE)
  })
})

/** Weights [I, D], or [D, I] as GPT-2 keeps them. */
function clearNeurons({ shape, data }: Tensor, neurons: readonly number[]): void {
  const [rows, columns] = shape
  const isRow = rows === sizes.I
  for (let at = 0; at < data.length; at++) {
    if (neurons.includes(isRow ? Math.floor(at / columns!) : at % columns!)) data[at] = 0
  }
}
