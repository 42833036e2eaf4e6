/** Probes: the solver against scikit-learn, and what is trained on the demo's sentences. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { languageSubspace } from '../../experiments/language-subspace.ts'
import { classify, fitLogistic } from '../../experiments/probe/logistic.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { reportOf } from '../../experiments/report/report.ts'
import { truthfulness } from '../../experiments/truthfulness.ts'
import { projectDir } from '../../src/config.ts'
import { tableOf } from '../demo/readme.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

const matrix = z.array(z.array(z.number()))
const fixture = z.record(z.string(), z.object({ x: matrix, y: z.array(z.int()), coefficients: matrix, intercepts: z.array(z.number()) }))
  .parse(JSON.parse(readFileSync(join(projectDir, 'test/fixtures/logistic.json'), 'utf8')))

describe('logistic regression', () => {
  it.each(Object.keys(fixture))('has the coefficients of scikit-learn with %s classes', async (name) => {
    const { x, y, coefficients, intercepts } = fixture[name]!
    const fitted = await fitLogistic(x.map((row) => Float32Array.from(row)), y, Math.max(...y) + 1)
    expect(fitted.weights).toHaveLength(coefficients.length)
    coefficients.forEach((row, r) => row.forEach((value, d) => expect(fitted.weights[r]![d]).toBeCloseTo(value, 3)))
    // With a softmax the intercepts are free up to a constant.
    const mean = (values: readonly number[]) => (values.length === 1 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length)
    intercepts.forEach((value, r) => expect(fitted.intercepts[r]! - mean(fitted.intercepts)).toBeCloseTo(value - mean(intercepts), 3))
    const chances = classify(fitted, x[0]!)
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12)
  })
})

const demo = useDemo()

/** Busy machines take a while to train. */
const LONG_TEST_MS = 240_000

describe('probes of the demo model', { timeout: LONG_TEST_MS }, () => {
  it('tell languages and truth apart, better than chance, on sentences that training did not see', async () => {
    const languages = await trainProbes((await demoRecords('language_probe_train.json', 200)), await demoRecords('language_probe_test.json', 100), demo())
    expect(languages.map(({ layer }) => layer)).toEqual([1, 2, 3, 4])
    expect(languages[0]).toMatchObject({ labels: ['0', '1', '2', '3'], trained: 200, tested: 80 })
    expect(Math.max(...languages.map(({ accuracy }) => accuracy))).toBeGreaterThan(0.9)
  })

  it('mend misled answers where DePass masks, as in Table 1', async () => {
    const model = demo()
    const probes = await trainProbes(await demoRecords('truthful_probe_train.json', 240), await demoRecords('truthful_probe_test.json', 100), model)
    const asked = { options: truthfulness.options.parse({ masked: 2 }), protocol: 'corrected' as const, seed: 0 }
    const rows = await runAll(truthfulness, await demoRecords('truthfulqa_data.json', 72), asked, { ...model, probes })
    const right = (method: string) => rows.filter((row) => row.method === method && row.metric === 'right' && row.value === 1).length
    const count = rows.filter((row) => row.method === 'none' && row.metric === 'right').length
    expect(count).toBeGreaterThan(20)
    expect(right('none')).toBe(count)
    expect(right('misinformation')).toBeLessThan(count)
    // What speaks for the wrong answer, once taken out, brings every right one back; what speaks least for it does not.
    expect(right('depass-logits')).toBe(count)
    expect(right('depass-logits-last')).toBeLessThan(count)
    const report = await reportOf(truthfulness, rows, asked, { model: 'demo', dataset: 'truthful', engine: 'onnx', records: 72 })
    expect(report.sections.map(({ heading }) => heading)).toEqual(['Accuracy under each setting', 'Accuracy of the probes by layer'])
  })

  it('leave the values of demo/README.md: half of 200 held-out claims mislead, and all are mended without the 2 tokens that are blamed most', async () => {
    const model = demo()
    const probes = await trainProbes(await demoRecords('truthful_probe_train.json', 40), [], model)
    const asked = { options: truthfulness.options.parse({ masked: 2 }), protocol: 'corrected' as const, seed: 0 }
    const rows = await runAll(truthfulness, await demoRecords('masking_truthfulqa.json', 600), asked, { ...model, probes })
    const of = (method: string, metric: string) => new Set(rows.filter((row) => row.method === method && row.metric === metric && row.value === 1).map(({ record }) => record))
    const misled = of('misinformation', 'misled')
    const mended = (method: string) => [...of(method, 'right')].filter((record) => misled.has(record)).length
    expect([of('none', 'right').size, of('misinformation', 'right').size, misled.size, mended('depass-logits'), mended('depass-logits-last')])
      .toEqual(tableOf('| setting | count |').map(([, count]) => Number(count)))
  })

  it('span a subspace whose parts add up to the answer and are decoded apart', async () => {
    const model = demo()
    const probes = await trainProbes(await demoRecords('language_probe_train.json', 200), await demoRecords('language_probe_test.json', 50), model)
    const asked = { options: languageSubspace.options.parse({}), protocol: 'corrected' as const, seed: 0 }
    const rows = await runAll(languageSubspace, await demoRecords('counterfact_multilingual.json', 16), asked, { ...model, probes })
    expect(new Set(rows.filter(({ metric }) => metric === 'language').map(({ text }) => text))).toEqual(new Set(['English', 'French', 'German', 'Spanish']))
    expect(rows.filter(({ metric, record }) => metric === 'decoded' && record === 0)).toHaveLength(10)
    const report = await reportOf(languageSubspace, rows, asked, { model: 'demo', dataset: 'languages', engine: 'onnx', records: 16 })
    expect(report.sections[1]!.figures[0]!.svg).toContain('<circle')
    // From one seed t-SNE gives the same picture.
    expect((await reportOf(languageSubspace, rows, asked, { model: 'demo', dataset: 'languages', engine: 'onnx', records: 16 })).sections[1]).toEqual(report.sections[1])
  })

  it('refuse sentences without labels, and labels that say nothing of truth', async () => {
    const model = demo()
    await expect(trainProbes(recordsOf([{ text: 'a' }]), [], model)).rejects.toThrow('has no label')
    await expect(trainProbes(recordsOf([{ text: 'a', extra: { label: 1 } }]), [], model)).rejects.toThrow('have 1 label (1)')
    const probes = await trainProbes(await demoRecords('language_probe_train.json', 40), [], model)
    const asked = { options: truthfulness.options.parse({}), protocol: 'corrected' as const, seed: 0 }
    await expect(truthfulness.run(await demoRecords('truthfulqa_data.json', 3), asked, { ...model, probes })).rejects.toThrow('expected 0 for untruthful')
  })
})
