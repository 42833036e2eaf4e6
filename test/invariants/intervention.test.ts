/**
 * What the attribution says of a head, the model does without it: a head of the last layer is taken out of the weights of a
 * copied folder, and the answer moves as its score says.
 */
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import type { Target } from '../../src/attribution/request.ts'
import { randomModel, removeModels, sizes, tokensOf, type Tensor, type VariantName } from '../random-model.ts'
import { request, scoresOf } from './requests.ts'

const { D, H, L } = sizes

afterAll(removeModels)

const outputs: Partial<Record<VariantName, { attention: string; mlp: string }>> = {
  'llama 3': { attention: 'model.layers.2.self_attn.o_proj.weight', mlp: 'model.layers.2.mlp.down_proj.weight' },
  gpt2: { attention: 'transformer.h.2.attn.c_proj.weight', mlp: 'transformer.h.2.mlp.c_proj.weight' },
  gpt_neox: { attention: 'gpt_neox.layers.2.attention.dense.weight', mlp: 'gpt_neox.layers.2.mlp.dense_4h_to_h.weight' },
}

/** [D, H·width], or turned as GPT-2 keeps it: the numbers that head `h` goes through become 0. */
function removeHead({ shape, data }: Tensor, h: number, isTurned: boolean): void {
  const [rows, columns] = shape
  const inputs = isTurned ? rows! : columns!
  for (let at = 0; at < data.length; at++) {
    const input = isTurned ? Math.floor(at / columns!) : at % columns!
    if (Math.floor(input / (inputs / H)) === h) data[at] = 0
  }
}

interface Effect {
  score: number
  /** How far the target falls without the head. */
  fall: number
}

/** Of every head of the last layer on several prompts. `mlpScale` weakens the last MLP. */
async function effects(name: VariantName, target: Target, mlpScale: number): Promise<Effect[]> {
  const { attention, mlp } = outputs[name]!
  const weaken = (tensors: Map<string, Tensor>) => {
    const { data } = tensors.get(mlp)!
    for (let at = 0; at < data.length; at++) data[at]! *= mlpScale
  }
  const asked = Array.from({ length: 10 }, (_, seed) =>
    request({ tokenIds: tokensOf(seed, 6), target, partition: { by: 'head', layer: L - 1 } }))
  const answer = async (edit: (tensors: Map<string, Tensor>) => void) => {
    const attributor = await openAttributor(randomModel(name, { edit }).dir, { threads: 1 })
    const results = await attributeRequests(attributor, asked)
    await attributor.close()
    return results
  }
  const whole = await answer(weaken)
  const found: Effect[] = []
  for (let h = 0; h < H; h++) {
    const without = await answer((tensors) => {
      weaken(tensors)
      removeHead(tensors.get(attention)!, h, name === 'gpt2')
    })
    for (const [i, result] of whole.entries()) {
      // Residual first, then the heads.
      found.push({ score: scoresOf(result)[1 + h]!, fall: result.target.value - without[i]!.target.value })
    }
  }
  return found
}

describe('a head of the last layer', () => {
  it('of a parallel residual takes its score with it, to the digit: nothing comes after it', async () => {
    const vector = Array.from({ length: D }, (_, d) => Math.cos(3 * d + 1))
    const found = await effects('gpt_neox', { type: 'direction', layer: L, vector }, 1)
    const largest = Math.max(...found.map(({ score }) => Math.abs(score)))
    for (const { score, fall } of found) expect(Math.abs(score - fall) / largest).toBeLessThan(1e-5)
  })

  it.each([['gpt_neox', 1], ['llama 3', 0.2], ['gpt2', 0.2]] as const)(
    '%s: moves the logit in the order and the direction that its score says (MLP behind it × %d)',
    async (name, mlpScale) => {
      const found = await effects(name, { type: 'logit', tokenId: 5 }, mlpScale)
      // Norms rescale what is left, and the MLP answers to it: not to the digit (seen: 0.99, 0.97, 0.93; 1, 1, 0.95).
      expect(rankCorrelation(found)).toBeGreaterThan(0.9)
      expect(agreement(found)).toBeGreaterThan(0.9)
    },
  )
})

/** Spearman's, of scores and falls. */
function rankCorrelation(found: readonly Effect[]): number {
  const ranks = (of: (effect: Effect) => number) => {
    const sorted = found.map(of).sort((a, b) => a - b)
    return found.map((effect) => sorted.indexOf(of(effect)))
  }
  const [a, b] = [ranks(({ score }) => score), ranks(({ fall }) => fall)]
  const n = found.length
  const squares = a.reduce((total, rank, i) => total + (rank - b[i]!) ** 2, 0)
  return 1 - (6 * squares) / (n * (n * n - 1))
}

/** How many of the stronger half fall in the direction of their score. */
function agreement(found: readonly Effect[]): number {
  const stronger = [...found].sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, found.length / 2)
  return stronger.filter(({ score, fall }) => Math.sign(score) === Math.sign(fall)).length / stronger.length
}
