/** Every experiment on a model that was trained on stories: it runs where the model can do the task, and else says how often it is right. */
import { describe, expect, it } from 'vitest'
import type { ExperimentRecord, Probe, Row } from '../../experiments/experiment.ts'
import { experimentOf } from '../../experiments/kinds.ts'
import { experimentNames, type ExperimentName } from '../../experiments/names.ts'
import { trainProbes } from '../../experiments/probe/probe.ts'
import { reportOf } from '../../experiments/report/report.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { demoRecords, recordsOf, runAll, useDemo } from './demo.ts'

/** What these stories say every time, and what else a stranger might think that they say. */
const STORIES = [
  ['Once upon a', 'time', 'car'],
  ['Once upon a time, there was a little girl named', 'Lily', 'Tom'],
  ['They lived happily ever', 'after', 'day'],
  ['He said, "Thank', 'you', 'me'],
  ['They played together all', 'day', 'time'],
  ['Tom and Lily went to the', 'park', 'moon'],
  ['The dog was happy and wagged its', 'tail', 'ear'],
  ['Once there was a little', 'girl', 'dog'],
] as const

interface Trial {
  options: Record<string, unknown>
  /** A dataset of the demo that this model cannot do; null for experiments that show what a model gets wrong, too. */
  impossible: string | null
  probes?: 'truths' | 'languages'
}

const trials: Readonly<Record<ExperimentName, Trial>> = {
  'token-faithfulness': { options: { shares: [0.5] }, impossible: 'known_1000.json' },
  rules: { options: { shares: [0.5] }, impossible: 'known_1000.json' },
  'component-masking': { options: { counts: [1, 4] }, impossible: 'known_1000.json' },
  'component-distribution': { options: { by: 'neuron', bin: 20 }, impossible: 'counterfact_components.json' },
  truthfulness: { options: { template: 'plain' }, impossible: 'truthfulqa_data.json', probes: 'truths' },
  'language-subspace': { options: {}, impossible: 'counterfact_multilingual.json', probes: 'languages' },
  words: { options: {}, impossible: 'known_1000.json' },
  cases: { options: { neurons: 3 }, impossible: null, probes: 'truths' },
  cost: { options: { layer: 2 }, impossible: 'known_1000.json' },
}

/** A busy machine takes a while to train probes. */
const LONG_TEST_MS = 240_000

describe.skipIf(!hasShared)(`every experiment on stories260k (skipped where ${reason})`, { timeout: LONG_TEST_MS }, () => {
  const stories = useDemo(sharedPath('models/stories260k'))
  const told = recordsOf(STORIES.map(([text, answer, wrong]) => ({ text, answer, extra: { target_new: wrong, language: 'English' } })))
  const files = { truths: 'truthful_probe', languages: 'language_probe' } as const
  const trained = new Map<keyof typeof files, Promise<Probe[]>>()
  const probesFor = (name: keyof typeof files) => {
    const train = async () => trainProbes(await demoRecords(`${files[name]}_train.json`, 80), await demoRecords(`${files[name]}_test.json`, 40), stories())
    const known = trained.get(name) ?? train()
    trained.set(name, known)
    return known
  }

  async function measure(name: ExperimentName, records: readonly ExperimentRecord[]) {
    const { options, probes } = trials[name]
    const experiment = experimentOf(name)
    const asked = { options: experiment.options.parse(options), protocol: 'corrected' as const, seed: 3 }
    const rows = await runAll(experiment, records, asked, { ...stories(), ...(probes && { probes: await probesFor(probes) }) })
    return { experiment, asked, rows }
  }

  const answered = (rows: readonly Row[]) => rows.filter(({ metric }) => metric === 'answered')

  it.each(experimentNames)('%s runs on stories, which the model can go on with', async (name) => {
    const { experiment, asked, rows } = await measure(name, told)
    expect(experiment.refusal(rows, asked)).toBeNull()
    expect(answered(rows).every(({ value }) => value === 1)).toBe(true)
    expect(rows.every(({ value }) => value === null || Number.isFinite(value))).toBe(true)
    const { sections } = await reportOf(experiment, rows, asked, { model: 'stories260k', dataset: 'stories', engine: 'onnx', records: told.length })
    expect(sections.some(({ tables }) => tables.some((table) => table.rows.length > 0))).toBe(true)
    expect(sections.map(({ heading }) => heading)).not.toContain('Prompts that were left out')
  })

  it.each(experimentNames.filter((name) => trials[name].impossible !== null))('%s refuses what the model cannot do, with the accuracy that it has', async (name) => {
    const { experiment, asked, rows } = await measure(name, await demoRecords(trials[name].impossible!, 24))
    const refusal = experiment.refusal(rows, asked)
    const judged = name === 'truthfulness' ? rows.filter(({ method, metric }) => method === 'none' && metric === 'right') : answered(rows)
    expect(judged.length).toBeGreaterThan(0)
    expect(refusal).toContain(`${judged.filter(({ value }) => value === 1).length} of ${judged.length} prompts`)
  })
})
