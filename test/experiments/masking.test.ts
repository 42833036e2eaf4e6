/** Token faithfulness and component masking on the demo model, with the values of demo/README.md. */
import { describe, expect, it } from 'vitest'
import { accuracyOf } from '../../experiments/accuracy.ts'
import { componentMasking } from '../../experiments/component-masking.ts'
import type { Row } from '../../experiments/experiment.ts'
import { reportOf } from '../../experiments/report/report.ts'
import { tokenFaithfulness } from '../../experiments/token-faithfulness.ts'
import { tableOf } from '../demo/readme.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

const demo = useDemo()
const corrected = <O>(options: O) => ({ options, protocol: 'corrected' as const, seed: 0 })

/** Of the table in demo/README.md: how many prompts remain right without 1 token, 2 tokens … 8 heads, in the columns first, last and random. */
const documented = (part: 'token' | 'head', column: 1 | 2 | 3) =>
  tableOf('| masked | ranked first |').filter(([masked]) => masked!.includes(part)).map((row) => Number(row[column]!.split(' ')[0]))

const rightOf = (rows: readonly Row[], method: string, setting: string, x: number) =>
  rows.filter((row) => row.metric === 'right' && row.method === method && row.setting === setting && row.x === x && row.value === 1).length

/** 200 prompts take a while on a busy machine. */
const LONG_TEST_MS = 240_000

describe('indirect objects with unseen pairs of names', { timeout: LONG_TEST_MS }, () => {
  it('remain answered without the tokens that DePass ranks first, or last, or without random ones, as often as documented', async () => {
    const options = tokenFaithfulness.options.parse({ methods: ['depass', 'random'], settings: ['patch-top', 'patch-bottom'], counts: [1, 2, 3, 4] })
    const rows = await runAll(tokenFaithfulness, await demoRecords('masking_ioi.json', 200), corrected(options), demo())
    expect(accuracyOf(rows)).toEqual({ right: 200, of: 200 })
    expect([1, 2, 3, 4].map((k) => rightOf(rows, 'depass', 'patch-top', k))).toEqual(documented('token', 1))
    expect([1, 2, 3, 4].map((k) => rightOf(rows, 'depass', 'patch-bottom', k))).toEqual(documented('token', 2))
    expect([1, 2, 3, 4].map((k) => rightOf(rows, 'random', 'patch-top', k))).toEqual(documented('token', 3))
  })

  it('remain answered without the heads that DePass ranks first, or last, or without random ones, as often as documented', async () => {
    const counts = [1, 2, 3, 5, 8]
    const options = componentMasking.options.parse({ methods: ['depass', 'random'], counts })
    const rows = await runAll(componentMasking, await demoRecords('masking_ioi.json', 200), corrected(options), demo())
    expect(counts.map((k) => rightOf(rows, 'depass', 'top', k))).toEqual(documented('head', 1))
    expect(counts.map((k) => rightOf(rows, 'depass', 'bottom', k))).toEqual(documented('head', 2))
    expect(counts.map((k) => rightOf(rows, 'random', 'top', k))).toEqual(documented('head', 3))
  })
})

describe('token faithfulness', () => {
  it('keeps everything where everything is recovered, and measures the same however items are cut', async () => {
    const records = await demoRecords('known_1000.json', 8)
    const options = tokenFaithfulness.options.parse({ methods: ['depass', 'random'], shares: [0.5, 1] })
    const whole = await runAll(tokenFaithfulness, records, corrected(options), demo())
    expect(whole.filter(({ metric, setting, x }) => metric === 'drop' && setting === 'recover-top' && x === 1).every(({ value }) => Math.abs(value!) < 1e-5)).toBe(true)
    const split = [...await tokenFaithfulness.run(records.slice(0, 3), corrected(options), demo()),
      ...await tokenFaithfulness.run(records.slice(3), corrected(options), demo())]
    const named = (rows: readonly Row[]) => new Map(rows.map(({ value, ...row }) => [JSON.stringify(row), value]))
    const [a, b] = [named(whole), named(split)]
    expect([...b.keys()].sort()).toEqual([...a.keys()].sort())
    for (const [name, value] of a) expect(b.get(name)!).toBeCloseTo(value!, 4)
  })

  it('gives the same numbers to the digit when it is run again', async () => {
    const records = await demoRecords('ioi.json', 8)
    const asked = corrected(tokenFaithfulness.options.parse({}))
    expect(await runAll(tokenFaithfulness, records, asked, demo())).toEqual(await runAll(tokenFaithfulness, records, asked, demo()))
  })

  it('follows the authors in the reference protocol: a rise counts as a drop, and no drop is above 1', async () => {
    const records = await demoRecords('known_1000.json', 8)
    const options = tokenFaithfulness.options.parse({ methods: ['random'], shares: [0.3] })
    const drops = (rows: readonly Row[]) => rows.filter(({ metric }) => metric === 'drop').map(({ value }) => value!)
    const reference = drops(await runAll(tokenFaithfulness, records, { options, protocol: 'reference', seed: 0 }, demo()))
    expect(reference.every((drop) => drop >= 0 && drop <= 1)).toBe(true)
  })

  it('refuses, with the accuracy, where the model cannot do the task', async () => {
    const records = (await demoRecords('known_1000.json', 8)).map((record) => ({ ...record, answer: 'lamp' }))
    const asked = corrected(tokenFaithfulness.options.parse({ methods: ['depass'] }))
    const rows = await runAll(tokenFaithfulness, records, asked, demo())
    expect(tokenFaithfulness.refusal(rows, asked)).toMatch(/^The model's first choice is the answer in 0 of 8 prompts \(0\.0 %\), and the experiment needs 10 %/)
  })

  it('tells which prompts were left out, and why', async () => {
    const records = recordsOf([{ text: 'The capital of France is', answer: 'Paris' }, { text: 'The capital of Italy is' }])
    const asked = corrected(tokenFaithfulness.options.parse({ methods: ['depass', 'random'], shares: [0.5] }))
    const rows = await runAll(tokenFaithfulness, records, asked, demo())
    const report = await reportOf(tokenFaithfulness, rows, asked, { model: 'demo', dataset: 'two', engine: 'onnx', records: 2 })
    expect(report.sections.at(-1)).toMatchObject({ heading: 'Prompts that were left out', tables: [{ rows: [[1, 'the record has no answer']] }] })
    expect(report.facts).toContainEqual(['protocol', expect.stringMatching(/^corrected: .*only prompts that the model answers count/)])
  })
})

describe('component masking', () => {
  it('scores every head by every method, and exact ablation as what zeroing the head alone takes from the logit', async () => {
    const records = await demoRecords('ioi.json', 4)
    const options = componentMasking.options.parse({ counts: [1] })
    const rows = await runAll(componentMasking, records, corrected(options), demo())
    const measured = rows.filter(({ metric, setting }) => metric === 'probability' && setting === 'top')
    expect(new Set(measured.map(({ method }) => method))).toEqual(new Set(options.methods))
    // The head whose loss costs most costs more than any that another method chooses.
    const probability = (method: string) => measured.filter((row) => row.method === method).map(({ value }) => value!)
    probability('ablation').forEach((value, i) => expect(value).toBeLessThanOrEqual(probability('random')[i]! + 1e-6))
  })

  it('takes neurons too, by their coefficient among others', async () => {
    const records = await demoRecords('known_1000.json', 4)
    const options = componentMasking.options.parse({ by: 'neuron', counts: [50] })
    const rows = await runAll(componentMasking, records, corrected(options), demo())
    expect(new Set(rows.filter(({ x }) => x === 50).map(({ method }) => method))).toEqual(new Set(['depass', 'depass-abs', 'atp', 'norm', 'coef', 'random']))
    expect(rightOf(rows, 'depass', 'top', 50)).toBeLessThan(rightOf(rows, 'depass', 'bottom', 50))
  })

  it('has no coefficient of heads', () => {
    expect(() => componentMasking.options.parse({ methods: ['coef'] })).toThrow('the method coef is one of neurons')
  })
})
