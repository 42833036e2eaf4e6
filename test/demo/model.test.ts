/** The committed model does the tasks as demo/README.md says, and its two programs agree. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelFolder } from '../../demo/paths.ts'
import { pack, WordEncoder } from '../../demo/train/batches.ts'
import { Examiner } from '../../demo/train/examine.ts'
import { loadVector } from '../../demo/train/load.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import { forwardProgram, type BatchShape } from '../../demo/train/step.ts'
import { heldOutTasks } from '../../demo/train/tasks.ts'
import { makeWorld } from '../../demo/world/world.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { float32, int32 } from '../../src/tensor/ops.ts'
import { tableOf } from './readme.ts'

const ENGLISH_ACCURACY = 0.95
const OTHER_ACCURACY = 0.9
/** Between two programs of the same model, as a share of a logit of about 20. */
const LOGIT_TOLERANCE = 1e-4
/** Answers that other arithmetic may decide the other way. */
const NEARLY_EQUAL_ANSWERS = 1

let engine: Engine
let attributor: Attributor
let vector: Float32Array
beforeAll(async () => {
  engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
  attributor = await openAttributor(modelFolder)
  vector = await loadVector(modelFolder, demoConfig)
})
afterAll(async () => {
  await attributor.close()
  await engine.close()
})

test('the model does the tasks that training held out, as often as demo/README.md says', async () => {
  const examiner = await Examiner.open(engine, demoConfig, await WordEncoder.open(modelFolder))
  const told = tableOf('| task | right |')
  const tasks = heldOutTasks(makeWorld())
  expect(told.map(([name]) => name)).toEqual(tasks.map(({ name }) => name))
  for (const [t, { name, documents }] of tasks.entries()) {
    const { right, count } = await examiner.score(vector, documents)
    expect(right / count, name).toBeGreaterThanOrEqual(/\((fr|de|es)\)/.test(name) ? OTHER_ACCURACY : ENGLISH_ACCURACY)
    expect(Math.abs(right - Number(told[t]![1])), name).toBeLessThanOrEqual(NEARLY_EQUAL_ANSWERS)
    expect(count, name).toBe(Number(told[t]![2]))
  }
  await examiner.close()
})

test('documents packed side by side do not see each other, and the folder holds what was trained', async () => {
  const texts = ['The capital of France is', 'When Mary and John went to the store, John gave a drink to', 'Die Hauptstadt von Italien ist']
  const prepared = await Promise.all(texts.map((text) => prepareQuestion({ text, by: 'token' }, attributor)))
  const results = await attributor.attribute(prepared)
  const said = await trainedLogits(prepared.map(({ request }) => request.tokenIds))
  for (const [i, { target }] of results.entries()) {
    const first = said[i]!.indexOf(Math.max(...said[i]!))
    expect(first).toBe(target.tokenId)
    expect(Math.abs(said[i]![first]! / target.value - 1)).toBeLessThan(LOGIT_TOLERANCE)
  }
  expect(results.map(({ target }) => target.text?.trim())).toEqual(['Paris', 'Mary', 'Rom'])
})

/** By sequence, the logits [V] at its last position, by the program that was trained, with all sequences in one row. */
async function trainedLogits(sequences: readonly (readonly number[])[]): Promise<number[][]> {
  const shape: BatchShape = { B: 1, T: 64 }
  const waiting = [...sequences]
  const { ids, mask, starts } = pack(shape, () => {
    const next = waiting.shift()
    return next === undefined ? null : { ids: [...next], targets: next.map(() => 0), shares: next.map(() => 0) }
  })
  const program = await engine.compile(forwardProgram(demoConfig, shape))
  const { logits } = await program.run({
    vector: float32(vector, [vector.length]), ids: int32(ids, [shape.T]), mask: float32(mask, [1, shape.T, shape.T]),
  })
  await program.dispose()
  const { V } = demoConfig
  return starts.map(({ column, length }) => Array.from(logits!.data.subarray((column + length - 1) * V, (column + length) * V)))
}
