/** Gradients, integrated gradients and AttnLRP against PyTorch with captum, for the models of every architecture. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { gradientShap, inputTimesGradient, integratedGradients } from '../../experiments/methods/gradients.ts'
import type { ExperimentModel } from '../../experiments/experiment.ts'
import { projectDir } from '../../src/config.ts'
import { gradientsOf } from '../../src/depass/backward/run.ts'
import { Passes } from '../../src/depass/passes.ts'
import { demoRecords, useDemo } from './demo.ts'
import { promptsOf } from '../../experiments/prompts.ts'

const fixtures = join(projectDir, 'test/fixtures')
const numbers = z.array(z.number())
const expectedSchema = z.object({
  steps: z.int(),
  models: z.record(z.string(), z.object({
    tokens: numbers, target: z.int(), logit: z.number(), gradient: numbers, inputXGradient: numbers, integratedGradients: numbers, lrp: numbers.optional(),
  })),
})
const { steps, models } = expectedSchema.parse(JSON.parse(readFileSync(join(fixtures, 'gradients.json'), 'utf8')))

/** Of float32 on both sides, relative to the largest of the vector. */
const TOLERANCE = 2e-4

function close(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  const largest = Math.max(...expected.map(Math.abs))
  const error = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))
  expect(error / largest).toBeLessThan(TOLERANCE)
}

const opened: Passes[] = []
afterAll(() => Promise.all(opened.map((passes) => passes.close())))

describe.each(Object.keys(models))('attributions of %s', (name) => {
  it('are those of PyTorch and captum', async () => {
    const { tokens: tokenIds, target, logit, gradient, inputXGradient, integratedGradients: integrated, lrp } = models[name]!
    const passes = await Passes.open(join(fixtures, 'architectures', name))
    opened.push(passes)
    const [found] = await gradientsOf(passes, [{ tokenIds, target }])
    close([found!.logit], [logit])
    close(found!.gradient, gradient)
    close(inputTimesGradient(found!, tokenIds.length), inputXGradient)
    const record = { index: 0, text: '', answer: null, subject: null, extra: {} }
    // What gradients need of a model is its passes.
    const model = { passes } as ExperimentModel
    close((await integratedGradients([{ record, ids: tokenIds, target }], model, steps))[0]!, integrated)
    if (lrp === undefined) return
    const [relevance] = await gradientsOf(passes, [{ tokenIds, target }], { rule: 'lrp' })
    close(inputTimesGradient(relevance!, tokenIds.length), lrp)
  })
})

describe('on the demo model', () => {
  const demo = useDemo()

  it('gradient SHAP is the same for the same seed', async () => {
    const model = demo()
    const { prompts } = await promptsOf(await demoRecords('known_1000.json', 1), model)
    expect(await gradientShap(prompts, model, 1)).toEqual(await gradientShap(prompts, model, 1))
    expect(await gradientShap(prompts, model, 2)).not.toEqual(await gradientShap(prompts, model, 1))
  })
})
