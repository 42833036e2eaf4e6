/** The committed model does the tasks, and taking out what its attributions point at breaks them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Corpus } from '../../demo/corpus/corpus.ts'
import { indirectObject } from '../../demo/corpus/ioi.ts'
import { maskIndirectObjects } from '../../demo/evaluate/masking.ts'
import { misinformation } from '../../demo/evaluate/misinformation.ts'
import { Predictor } from '../../demo/evaluate/predict.ts'
import { modelFolder } from '../../demo/paths.ts'
import { Random } from '../../demo/random.ts'
import { WordEncoder } from '../../demo/train/batches.ts'
import { Examiner } from '../../demo/train/examine.ts'
import { loadVector } from '../../demo/train/load.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import { heldOutTasks } from '../../demo/train/tasks.ts'
import { makeWorld } from '../../demo/world/world.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { resolveQuestion } from '../../src/attribution/resolve.ts'
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
  const { tokenizer } = attributor
  if (tokenizer === null) throw new Error('the demo model has a tokenizer')
  const examiner = await Examiner.open(engine, demoConfig, new WordEncoder(tokenizer))
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
  const requests = texts.map((text) => resolveQuestion({ text, by: 'token' }, attributor).request)
  const results = await attributor.attribute(requests)
  const said = await predictor.predict(requests.map(({ tokenIds }) => ({ ids: tokenIds })))
  for (const [i, { target }] of results.entries()) {
    expect(said[i]!.id).toBe(target.tokenId)
    expect(Math.abs(said[i]!.logits[said[i]!.id]! / target.value - 1)).toBeLessThan(LOGIT_TOLERANCE)
  }
  expect(results.map(({ target }) => target.text?.trim())).toEqual(['Paris', 'Mary', 'Rom'])
})

test('tokens and heads ranked first break indirect objects when masked, those ranked last do not', async () => {
  const random = new Random(31)
  const { rows, answered } = await maskIndirectObjects(
    attributor, predictor, Array.from({ length: 60 }, () => indirectObject(random, true)))
  const row = (what: 'tokens' | 'heads', masked: number) => rows.find((each) => each.what === what && each.masked === masked)!
  expect(answered).toBeGreaterThanOrEqual(57)
  expect(row('tokens', 1).first).toBeLessThan(0.1 * answered)
  expect(row('tokens', 1).last).toBeGreaterThan(0.85 * answered)
  expect(row('heads', 8).first).toBeLessThan(0.5 * answered)
  expect(row('heads', 8).last).toBeGreaterThan(0.85 * answered)
})

test('wrong information misleads often, and less without the tokens that are blamed for it', async () => {
  const { count, noInformation, misled, mended, mendedByLast } = await misinformation(attributor, predictor, new Corpus(makeWorld()))
  expect(noInformation / count).toBeGreaterThan(0.95)
  expect(misled / count).toBeGreaterThan(0.3)
  expect(mended).toBeGreaterThan(0.7 * misled)
  expect(mendedByLast).toBeLessThan(0.2 * misled)
})
