/** The decomposition is the one of depass.md: every score is that of a naive implementation in float64. */
import { attributeRequests } from '../../src/attribution/attributor.ts'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { rules } from '../../src/depass/rule.ts'
import { readGolden } from '../golden/golden.ts'
import { randomModel, removeModels, sizes, structuralNames, variantNames, wideNames, type Tensor } from '../random-model.ts'
import { naiveScores, type NaiveQuestion, type NaiveSplit } from './naive-depass.ts'
import { plainModel } from './plain-architectures.ts'
import { attributeOne, openModel, request, scoresOf, tokenIds, worstOf } from './requests.ts'

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
      split: { by: 'token' }, tokenIds: prompt!.ids, tokenId: prompt!.target, rule: 'softmax', temperature: golden.temperature,
      excludeFirst: false, ...changes,
    })
    const { by_token: byToken, by_token_exclude_first: excluding, by_head: byHead } = prompt!.corrected
    // The reference values have seven digits.
    expect(worstOf(naiveScores(model, question({})), byToken)).toBeLessThan(1e-6)
    expect(worstOf(naiveScores(model, question({ excludeFirst: true })), excluding)).toBeLessThan(1e-6)
    for (const [layer, scores] of Object.entries(byHead)) {
      expect(worstOf(naiveScores(model, question({ split: { by: 'head', layer: Number(layer) } })), scores)).toBeLessThan(1e-6)
    }
  })
})

const splits: NaiveSplit[] = [
  { by: 'token' },
  { by: 'group', groups: [[0], [1, 2, 5], [3], [4, 6]] },
  ...Array.from({ length: sizes.L }, (_, layer): NaiveSplit[] => [
    { by: 'head', layer }, { by: 'attention', layer }, { by: 'neuron', layer }, { by: 'mlp', layer },
  ]).flat(),
]
const asPartition = (split: NaiveSplit) =>
  split.by === 'attention' || split.by === 'mlp' ? { by: 'module', layer: split.layer, module: split.by } : split
const question = { tokenIds, tokenId: 5, temperature: 0.1 }

describe.each(variantNames)('%s', (name) => {
  const { dir, config, tensors } = randomModel(name)
  const plain = plainModel(config, tensors)

  // How a rule shares does not depend on the architecture, but for biases, experts and what runs side by side.
  const tried = structuralNames.includes(name) ? rules : (['softmax'] as const)
  it.each(tried)('%s: tokens, groups, and heads, neurons and modules of every layer', async (rule) => {
    const results = await attributeRequests(await openModel(dir), splits.map((split) => request({ partition: asPartition(split), rule })))
    for (const [i, split] of splits.entries()) {
      const expected = naiveScores(plain, { ...question, split, rule, excludeFirst: false })
      expect(worstOf(scoresOf(results[i]!), expected), JSON.stringify(split)).toBeLessThan(FLOAT32_TOLERANCE)
    }
  })

  it('softmax: tokens with the first excluded', async () => {
    const asked = request({ partition: { by: 'token' }, excludeFirst: true })
    const scores = scoresOf(await attributeOne(await openModel(dir), asked))
    const expected = naiveScores(plain, { ...question, split: { by: 'token' }, rule: 'softmax', excludeFirst: true })
    expect(worstOf(scores, expected)).toBeLessThan(FLOAT32_TOLERANCE)
  })
})

describe.each(wideNames)('%s, whose rows are padded', (name) => {
  // Two tokens and two rules: at these widths the naive implementation takes its time.
  const ids = tokenIds.slice(0, 2)
  const cases: NaiveSplit[] = [{ by: 'token' }, { by: 'head', layer: 0 }, { by: 'neuron', layer: 0 }]
  it('tokens, heads and neurons', async () => {
    const model = randomModel(name)
    const plain = plainModel(model.config, model.tensors)
    const attributor = await openAttributor(model.dir)
    for (const rule of ['softmax', 'linear-weighted'] as const) {
      const asked = cases.map((split) => request({ partition: asPartition(split), rule, tokenIds: ids }))
      const results = await attributeRequests(attributor, asked)
      for (const [i, split] of cases.entries()) {
        const expected = naiveScores(plain, { ...question, tokenIds: ids, split, rule, excludeFirst: false })
        expect(worstOf(scoresOf(results[i]!), expected), `${rule} ${split.by}`).toBeLessThan(FLOAT32_TOLERANCE)
      }
    }
    await attributor.close()
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
      ...question, split: { by: 'token' }, rule: 'softmax', excludeFirst: false,
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
