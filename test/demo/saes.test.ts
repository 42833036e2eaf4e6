/** The committed autoencoders rebuild the streams that they claim to read, with few features, and are labelled. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelFolder } from '../../demo/paths.ts'
import { collectActivations } from '../../demo/sae/activations.ts'
import { encoderDirection, loadLabels, loadSae } from '../../demo/sae/load.ts'
import { measure } from '../../demo/sae/measure.ts'
import { saeLayers } from '../../demo/sae/train.ts'
import { WordEncoder } from '../../demo/train/batches.ts'
import { loadVector } from '../../demo/train/load.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { demoReadme, tableOf } from './readme.ts'

const EXPLAINED = 0.9
/** Documents differ from sample to sample. */
const L0_TOLERANCE = 2

let engine: Engine
beforeAll(async () => {
  engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
})
afterAll(() => engine.close())

test.each(saeLayers)('layer %i', async (layer) => {
  const [sae, { figures, labels }] = await Promise.all([loadSae(layer), loadLabels(layer)])
  const [activations] = await collectActivations(
    engine, demoConfig, await loadVector(modelFolder, demoConfig), await WordEncoder.open(modelFolder), [layer + 1], 3, 77)
  const found = await measure(engine, sae, activations!)
  expect(found.explained).toBeGreaterThan(EXPLAINED)
  expect(Math.abs(found.active - figures.active)).toBeLessThan(L0_TOLERANCE)
  // Read at another layer, or the wrong way round, it explains nothing.
  const [other] = await collectActivations(
    engine, demoConfig, await loadVector(modelFolder, demoConfig), await WordEncoder.open(modelFolder), [layer], 1, 77)
  expect((await measure(engine, sae, other!)).explained).toBeLessThan(found.explained - 0.1)
  expect(labels.map(({ index }) => index)).toEqual(Array.from({ length: sae.shape.F }, (_, f) => f))
  expect(labels.filter(({ description }) => !/^(mixed|never)/.test(description)).length).toBeGreaterThan(sae.shape.F / 4)
  const rows = sae.W_dec.subarray(0, sae.shape.D)
  expect(Math.abs(Math.sqrt(rows.reduce((sum, value) => sum + value * value, 0)) - 1)).toBeLessThan(1e-4)
  expect(encoderDirection(sae, 3)[5]).toBe(sae.W_enc[5 * sae.shape.F + 3])
})

test.each(saeLayers)('what demo/README.md says of layer %i is what was measured when it was labelled', async (layer) => {
  const { figures: { active, explained, dead, tokens }, labels } = await loadLabels(layer)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  expect(tableOf('| reads | features |')).toContainEqual(
    [`resid_post ${layer}`, String(labels.length), active.toFixed(1), percent(explained), String(dead), `${tokens.toLocaleString('en')} tokens`])
  const named = labels.filter(({ description }) => !/^(mixed|never)/.test(description)).length
  expect(demoReadme).toContain(`Layer ${layer}: ${named} of ${labels.length} features have a label that accounts for most of their strong activation`)
})
