/** The committed weights are those that the script makes: its first steps, taken again, give the losses recorded. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { modelFolder } from '../../demo/paths.ts'
import { WordEncoder } from '../../demo/train/batches.ts'
import { schedule } from '../../demo/train/train.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import { initialState, rateAt, Trainer } from '../../demo/train/trainer.ts'
import { openEngine } from '../../src/tensor/open.ts'

/** Relative. Sums in another order (threads, processors) differ in the last digits of float32, and steps carry them on. */
const LOSS_TOLERANCE = 1e-3
const STEPS = 6

test('a few steps from the seed', async () => {
  const recorded = z.array(z.number()).parse(JSON.parse(await readFile(join(modelFolder, 'first-losses.json'), 'utf8')))
  const engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
  const losses: number[] = []
  await new Trainer(demoConfig, await WordEncoder.open(modelFolder), schedule).run(engine, initialState(demoConfig), async ({ loss }) => {
    losses.push(loss)
    return losses.length < STEPS
  })
  await engine.close()
  // Training did something: otherwise any data would give the same losses.
  expect(losses[STEPS - 1]!).toBeLessThan(losses[0]! - 0.01)
  for (const [step, loss] of losses.entries()) expect(Math.abs(loss / recorded[step]! - 1)).toBeLessThan(LOSS_TOLERANCE)
})

test('the rate rises, stays and falls', () => {
  const plan = { steps: 100, warmup: 10, peak: 1, fallsFrom: 60 }
  expect([0, 9, 10, 59, 60, 80, 100].map((step) => rateAt(plan, step))).toEqual([0.1, 1, 1, 1, 1, 0.5, 0.01])
})
