/** `tributary experiment --preset paper`: every table and figure of the paper on the bundled demo, small enough for ten minutes. */
import { join } from 'node:path'
import type { ExperimentName, Protocol } from '../../experiments/names.ts'
import { projectDir } from '../../src/config.ts'
import type { CliContext } from '../context.ts'
import { DEMO_MODEL as MODEL, demoDatasets, demoProbeDatasets } from '../demo-manifest.ts'
import { addDatasetFile } from './dataset-add.ts'
import { runExperiment } from './experiment.ts'
import { reportExperiment } from './experiment-report.ts'
import { addModelFolder } from './model-add.ts'

const datasets = { ...demoDatasets, ...demoProbeDatasets }

interface Step {
  name: ExperimentName
  dataset: keyof typeof datasets
  limit: number
  options?: Record<string, unknown>
  train?: keyof typeof datasets
  test?: keyof typeof datasets
}

const truths = { train: 'demo-truths-train', test: 'demo-truths-test' } as const
const languages = { train: 'demo-languages-train', test: 'demo-languages-test' } as const

/** In the order of the paper. */
export const paper: readonly Step[] = [
  { name: 'token-faithfulness', dataset: 'demo-facts', limit: 48 },
  { name: 'token-faithfulness', dataset: 'demo-ioi', limit: 48 },
  { name: 'truthfulness', dataset: 'demo-truthful', limit: 180, ...truths },
  { name: 'component-masking', dataset: 'demo-ioi', limit: 48 },
  { name: 'component-masking', dataset: 'demo-counterfact', limit: 24, options: { by: 'neuron' } },
  { name: 'language-subspace', dataset: 'demo-multilingual', limit: 160, ...languages },
  { name: 'rules', dataset: 'demo-facts', limit: 48 },
  { name: 'words', dataset: 'demo-facts', limit: 96 },
  { name: 'cost', dataset: 'demo-facts', limit: 4 },
  { name: 'component-distribution', dataset: 'demo-ioi', limit: 48 },
  { name: 'component-distribution', dataset: 'demo-counterfact', limit: 24, options: { by: 'neuron', bin: 20 } },
  { name: 'cases', dataset: 'demo-truthful', limit: 3, ...truths },
]

interface PresetOptions {
  protocol: Protocol
  seed: number
  works: boolean
  /** Where pages and pictures are written; nowhere when absent. */
  html?: string | undefined
  png?: string | undefined
}

export async function runPreset({ protocol, seed, works, html, png }: PresetOptions, context: CliContext): Promise<void> {
  const folder = join(projectDir, 'demo')
  await addModelFolder(join(folder, 'model'), MODEL, context)
  for (const [id, file] of Object.entries(datasets)) await addDatasetFile(join(folder, 'data', file), { id, skipBroken: false }, context)
  for (const { name, dataset, limit, options = {}, train = null, test = null } of paper) {
    if (context.signal.aborted) return
    const id = await runExperiment({ name, model: MODEL, dataset, protocol, limit, seed, train, test, works, options }, context)
    if (html === undefined && png === undefined) continue
    const by = options.by === 'neuron' ? '-neurons' : ''
    await reportExperiment(id, {
      ...(html !== undefined && { html: join(html, `${name}-${dataset}${by}.html`) }),
      ...(png !== undefined && { png, prefix: `${name}-${dataset}${by}` }),
    }, context)
  }
}
