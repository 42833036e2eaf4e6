/** Gradients of logits against finite differences of plain passes, for every architecture there is. */
import { afterAll, describe, expect, it } from 'vitest'
import { gradientsOf } from '../../src/depass/backward/run.ts'
import type { Passage } from '../../src/depass/passage.ts'
import { Passes } from '../../src/depass/passes.ts'
import { randomModel, removeModels, sizes, tokensOf, variantNames } from '../random-model.ts'
import { Random } from '../random.ts'

afterAll(removeModels)

/** Of a central difference in float32 with steps of 2e-3 (larger ones change which experts are chosen), relative to the largest derivative in its direction. */
const DIFFERENCE_TOLERANCE = 2e-2
const STEP = 2e-3

/** The uncapped logit of `target` at the last position, with the embeddings moved along `direction` [N·D] by `step`. */
async function logitAt(passes: Passes, tokenIds: readonly number[], target: number, direction: Float32Array, steps: readonly number[]): Promise<number[]> {
  const { L, D } = passes.model.config
  const passages = steps.map((step): Passage => ({
    tokenIds, splits: [], reads: [{ site: { layer: L, name: 'resid_pre' }, positions: [tokenIds.length - 1] }],
    edits: [{ site: { layer: 0, name: 'resid_pre' }, apply: (x, i) => x.forEach((value, d) => (x[d] = value + step * direction[i * D + d]!)) }],
  }))
  const results = await passes.run(passages)
  const logits: number[] = []
  await passes.eachLogits(results.map(({ reads }) => reads[0]!.x), (values, index) => void (logits[index] = values[target]!))
  return logits
}

describe.each(variantNames)('backward through %s', (name) => {
  it('gives the derivative of the logit in any direction, and the shares of heads and neurons by the same chain', async () => {
    const passes = await Passes.open(randomModel(name).dir)
    try {
      const random = new Random(5)
      const N = 7
      const ids = tokensOf(3, N)
      const target = random.integer(sizes.V)
      const [found] = await gradientsOf(passes, [{ tokenIds: ids, target }])
      const { gradient, logit } = found!
      for (let trial = 0; trial < 3; trial++) {
        const direction = random.normals(N * passes.model.config.D, 0.1)
        const [ahead, back, here] = await logitAt(passes, ids, target, direction, [STEP, -STEP, 0])
        const difference = (ahead! - back!) / (2 * STEP)
        const along = gradient.reduce((sum, value, at) => sum + value * direction[at]!, 0)
        const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0)) * 0.1
        expect(Math.abs(along - difference) / Math.max(size, Math.abs(difference))).toBeLessThan(DIFFERENCE_TOLERANCE)
        expect(logit).toBeCloseTo(here!, 3)
      }
    } finally {
      await passes.close()
    }
  })
})

describe('backward', () => {
  it('gives the same numbers whatever a question is run with, and whatever its length', async () => {
    const passes = await Passes.open(randomModel('llama 2').dir)
    try {
      const questions = [5, 9, 3, 12, 9].map((N, i) => ({ tokenIds: tokensOf(i, N), target: i }))
      const together = await gradientsOf(passes, questions)
      for (const [i, question] of questions.entries()) {
        const [alone] = await gradientsOf(passes, [question])
        const largest = Math.max(...alone!.gradient.map(Math.abs))
        together[i]!.gradient.forEach((value, at) => expect(Math.abs(value - alone!.gradient[at]!)).toBeLessThan(1e-5 * largest))
        expect(together[i]!.gradient).toHaveLength(alone!.gradient.length)
      }
    } finally {
      await passes.close()
    }
  })

  it('of a changed embedding is the derivative there', async () => {
    const passes = await Passes.open(randomModel('llama 2').dir)
    try {
      const ids = tokensOf(1, 5)
      const halve = (x: Float32Array) => x.forEach((value, d) => (x[d] = value / 2))
      const [whole, half] = await gradientsOf(passes, [{ tokenIds: ids, target: 3 }, { tokenIds: ids, target: 3, change: halve }])
      half!.input.forEach((value, at) => expect(value).toBeCloseTo(whole!.input[at]! / 2, 6))
      expect(half!.logit).not.toBeCloseTo(whole!.logit, 3)
    } finally {
      await passes.close()
    }
  })

  it.each(['llama 2', 'gpt2', 'gpt_neox', 'gemma2'] as const)(
    'of a head (or neuron) of %s is how the logit moves as its output is scaled', async (name) => {
      const passes = await Passes.open(randomModel(name).dir)
      try {
        const { L, H, I, headWidth } = passes.model.config
        const ids = tokensOf(2, 6)
        const [found] = await gradientsOf(passes, [{ tokenIds: ids, target: 4 }])
        const scaled = async (site: 'z' | 'neurons', layer: number, from: number, to: number) => {
          const passages = [1 + STEP, 1 - STEP].map((factor): Passage => ({
            tokenIds: ids, splits: [], reads: [{ site: { layer: L, name: 'resid_pre' }, positions: [5] }],
            edits: [{ site: { layer, name: site }, apply: (v) => { for (let k = from; k < to; k++) v[k]! *= factor } }],
          }))
          const logits: number[] = []
          const results = await passes.run(passages)
          await passes.eachLogits(results.map(({ reads }) => reads[0]!.x), (values, i) => void (logits[i] = values[4]!))
          return (logits[0]! - logits[1]!) / (2 * STEP)
        }
        const largest = Math.max(...found!.heads.map(Math.abs), ...found!.neurons.map(Math.abs))
        for (let layer = 0; layer < L; layer++) {
          for (let h = 0; h < H; h++)
            expect(Math.abs((await scaled('z', layer, h * headWidth, (h + 1) * headWidth)) - found!.heads[layer * H + h]!) / largest).toBeLessThan(DIFFERENCE_TOLERANCE)
          for (const k of [0, I - 1])
            expect(Math.abs((await scaled('neurons', layer, k, k + 1)) - found!.neurons[layer * I + k]!) / largest).toBeLessThan(DIFFERENCE_TOLERANCE)
        }
      } finally {
        await passes.close()
      }
    })
})
