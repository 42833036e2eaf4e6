/** The committed model does the tasks, and its two programs agree (what taking out attributed parts does, is in test/experiments). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Predictor } from '../../demo/evaluate/predict.ts'
import { modelFolder } from '../../demo/paths.ts'
import { WordEncoder } from '../../demo/train/batches.ts'
import { Examiner } from '../../demo/train/examine.ts'
import { loadVector } from '../../demo/train/load.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import { heldOutTasks } from '../../demo/train/tasks.ts'
import { makeWorld } from '../../demo/world/world.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'

const ENGLISH_ACCURACY = 0.95
const OTHER_ACCURACY = 0.9
/** Between two programs of the same model, as a share of a logit of about 20. */
const LOGIT_TOLERANCE = 1e-4

let engine: Engine
let attributor: Attributor
let vector: Float32Array
let predictor: Predictor
beforeAll(async () => {
  engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
  attributor = await openAttributor(modelFolder)
  vector = await loadVector(modelFolder, demoConfig)
  predictor = await Predictor.open(engine, demoConfig, vector)
})
afterAll(async () => {
  await predictor.close()
  await attributor.close()
  await engine.close()
})

test('held-out tasks', async () => {
  const examiner = await Examiner.open(engine, demoConfig, await WordEncoder.open(modelFolder))
  const tasks = heldOutTasks(makeWorld())
  expect(tasks.length).toBeGreaterThanOrEqual(8)
  for (const { name, documents } of tasks) {
    const { right, count } = await examiner.score(vector, documents.slice(0, 150))
    expect(right / count, name).toBeGreaterThanOrEqual(/\((fr|de|es)\)/.test(name) ? OTHER_ACCURACY : ENGLISH_ACCURACY)
  }
  await examiner.close()
})

test('documents packed side by side do not see each other, and the folder holds what was trained', async () => {
  const texts = ['The capital of France is', 'When Mary and John went to the store, John gave a drink to', 'Die Hauptstadt von Italien ist']
  const prepared = await Promise.all(texts.map((text) => prepareQuestion({ text, by: 'token' }, attributor)))
  const results = await attributor.attribute(prepared)
  const said = await predictor.predict(prepared.map(({ request }) => ({ ids: request.tokenIds })))
  for (const [i, { target }] of results.entries()) {
    expect(said[i]!.id).toBe(target.tokenId)
    expect(Math.abs(said[i]!.logits[said[i]!.id]! / target.value - 1)).toBeLessThan(LOGIT_TOLERANCE)
  }
  expect(results.map(({ target }) => target.text?.trim())).toEqual(['Paris', 'Mary', 'Rom'])
})
