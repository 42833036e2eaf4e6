/** The experiments that show single prompts, whole models or costs, on a few prompts of the demo. */
import { expect, it } from 'vitest'
import { cases } from '../../experiments/cases.ts'
import { componentDistribution } from '../../experiments/component-distribution.ts'
import { cost } from '../../experiments/cost.ts'
import type { Row } from '../../experiments/experiment.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { reportOf } from '../../experiments/report/report.ts'
import { rules } from '../../experiments/rules.ts'
import { words } from '../../experiments/words.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

const demo = useDemo()
const corrected = <O>(options: O) => ({ options, protocol: 'corrected' as const, seed: 0 })
const about = { model: 'demo', dataset: 'd', engine: 'onnx', records: 2 }
const values = (rows: readonly Row[], where: Partial<Row>) =>
  rows.filter((row) => Object.entries(where).every(([name, value]) => row[name as keyof Row] === value)).map(({ value }) => value!)

it('rules removes tokens by each rule, and compares all with softmax', async () => {
  const asked = corrected(rules.options.parse({ shares: [0.5] }))
  const rows = await runAll(rules, await demoRecords('known_1000.json', 4), asked, demo())
  for (const method of asked.options.methods) expect(values(rows, { method, setting: 'patch-top', metric: 'drop' })).toHaveLength(4)
  const { sections } = await reportOf(rules, rows, asked, about)
  expect(sections[0]!.tables[1]!.title).toBe('drop: difference from softmax on the same prompts')
})

it('distributions of items are averaged with the weight of their prompts', async () => {
  const records = await demoRecords('ioi.json', 10)
  const asked = corrected(componentDistribution.options.parse({}))
  const [whole, parts] = [await componentDistribution.run(records, asked, demo()), await runAll(componentDistribution, records, asked, demo())]
  const strongest = async (rows: readonly Row[]) => (await reportOf(componentDistribution, rows, asked, about)).sections[0]!.tables[0]!.rows
  const [a, b] = [await strongest(whole), await strongest(parts)]
  expect(b.map(([layer, head]) => [layer, head])).toEqual(a.map(([layer, head]) => [layer, head]))
  a.forEach(([, , mean], i) => expect(b[i]![2]).toBeCloseTo(Number(mean), 4))
})

it('words are units: their scores add up to the logit as tokens do, and differ from sums of tokens', async () => {
  const records = recordsOf([{ text: 'The mother tongue of Olga Morvik is', answer: 'Italian' }])
  const rows = await runAll(words, records, corrected(words.options.parse({})), demo())
  const total = (method: string, setting: string) => values(rows, { method, setting, metric: 'score' }).reduce((sum, value) => sum + value, 0)
  expect(total('depass', 'word')).toBeCloseTo(total('depass', 'token'), 3)
  expect(values(rows, { method: 'depass', setting: 'word', metric: 'score' }).length)
    .toBeLessThan(values(rows, { method: 'depass', setting: 'token', metric: 'score' }).length)
  expect(total('depass-normalised', 'token')).toBeCloseTo(1, 9)
  for (const method of ['integrated-gradients', 'signed', 'norm']) {
    const sizes = values(rows, { method, setting: 'token', metric: 'score' }).map(Math.abs)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(1, 9)
  }
})

it('cost compares DePass with one ablated pass per neuron, and tells how far their orders agree', async () => {
  const rows = await runAll(cost, await demoRecords('known_1000.json', 1), corrected(cost.options.parse({ layer: 1 })), demo())
  expect(values(rows, { method: 'model', metric: 'neurons' })).toEqual([320])
  const [agreement] = values(rows, { method: 'depass', metric: 'rank correlation' })
  expect(agreement).toBeGreaterThan(0.1)
  expect(values(rows, { method: 'depass', metric: 'seconds' })).toHaveLength(1)
  await expect(cost.run(await demoRecords('known_1000.json', 1), corrected(cost.options.parse({ layer: 9 })), demo())).rejects.toThrow('the layers 0 to 3')
})

it('a case shows tokens, heads and neurons by method, also where the model is wrong', async () => {
  const records = recordsOf([{ text: 'The capital of France is', answer: 'Rome' }])
  const asked = corrected(cases.options.parse({ neurons: 3 }))
  const rows = await runAll(cases, records, asked, demo())
  expect(cases.refusal(rows, asked)).toBeNull()
  expect(values(rows, { method: 'depass', setting: 'head', metric: 'score' })).toHaveLength(32)
  expect(values(rows, { method: 'coef', setting: 'neuron', metric: 'score' })).toHaveLength(3)
  const { sections } = await reportOf(cases, rows, asked, about)
  expect(sections[0]!.text[0]).toContain('is not the model’s first choice')
  expect(sections[0]!.figures).toHaveLength(5)
})

it('a case with probes shows which tokens carry the prompt into a probe’s direction: their scores add up to it at every layer', async () => {
  const model = demo()
  const probes = await trainProbes(await demoRecords('language_probe_train.json', 120), await demoRecords('language_probe_test.json', 40), model)
  const asked = corrected(cases.options.parse({ neurons: 3, layer: 3 }))
  const records = recordsOf([{ text: 'La langue de la France est le', answer: 'français' }])
  const rows = await runAll(cases, records, asked, { ...model, probes })
  const ids = (await model.tokenizer.encode(records[0]!.text)).map(({ id }) => id)
  for (const { layer, weights, labels } of probes) {
    const [stream] = await model.passes.run([{ tokenIds: ids, splits: [], reads: [{ site: { layer, name: 'resid_pre' }, positions: [ids.length - 1] }] }])
    const told = rows.find((row) => row.metric === 'class' && row.layer === layer)!
    const direction = weights[labels.indexOf(told.text!)]!
    const projection = stream!.reads[0]!.x.reduce((sum, x, d) => sum + x * direction[d]!, 0)
    const shares = values(rows, { setting: 'direction', metric: 'score', layer })
    expect(shares).toHaveLength(ids.length)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(projection, 3)
  }
  const { sections } = await reportOf(cases, rows, asked, about)
  expect(sections[0]!.text.at(-1)).toMatch(/^At the input of layer 3 the probe calls the last token “\d”, with the probability [\d.]+ %\.$/)
  expect(sections[0]!.figures.map(({ title }) => title)).toEqual([
    'The answer: DePass score of each token', expect.stringMatching(/^The probe’s “\d” at layer 3: /), expect.stringMatching(/^What each layer’s probe says/),
    'Heads by depass', 'Heads by atp', 'Heads by norm', 'Heads by ablation',
  ])
  expect(sections.at(-1)!.heading).toBe('Accuracy of the probes by layer')
  await expect(cases.run(records, asked, model)).rejects.toThrow('The direction of layer 3 was asked for; probes have one, and they are trained where --train and --test name sentences')
})
