/**
 * The bundled demo: a model, its datasets, attributions of some of their prompts, its feature sets, and an experiment.
 * Every step finds what was done before. A file in TRIBUTARY_HOME marks a demo that has begun and not ended: the next
 * start completes it. Parts that somebody removed later are not brought back.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir, resolveConfig } from '../../src/config.ts'
import type { Store } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { DEMO_MODEL, demoDatasets } from '../demo-manifest.ts'
import { addDatasetFile } from './dataset-add.ts'
import { demoFeatures, missingFeatures } from './demo-features.ts'
import { queueExperiment } from './experiment.ts'
import { addModelFolder } from './model-add.ts'
import { ingest } from './ingest.ts'
import { runOptionsSchema } from '../../ingest/run/options.ts'

const folder = join(projectDir, 'demo')
const datasets = Object.entries(demoDatasets).map(([id, file]) => ({ id, file }))

/** Small enough for a minute on two cores. */
const starters = [
  { dataset: 'demo-ioi', options: { by: 'token' }, limit: 60 },
  { dataset: 'demo-ioi', options: { by: 'head', layer: 'all' }, limit: 30 },
  { dataset: 'demo-facts', options: { by: 'group', groups: 'words' }, limit: 60 },
  { dataset: 'demo-truthful', options: { by: 'token' }, limit: 60 },
] as const

/** The paper's Figure 1. It is half a minute of work that nobody waits for, so it is left to the worker. */
const experiment = { name: 'token-faithfulness', dataset: 'demo-ioi', protocol: 'paper', limit: 24, seed: 0, train: null, test: null, options: {} } as const

interface DemoOptions {
  /** Compute here; else a worker that runs elsewhere does. */
  works: boolean
}

/** Exists from the first step to the end of the last. */
const markerIn = (homeDir: string) => join(homeDir, 'demo.unfinished')

export async function demo({ works }: DemoOptions, context: CliContext): Promise<void> {
  const { homeDir } = resolveConfig({}, context.environment)
  await addModelFolder(join(folder, 'model'), DEMO_MODEL, context)
  // Written after the first step, which finds out whether there is a database and a folder to write to.
  mkdirSync(homeDir, { recursive: true })
  writeFileSync(markerIn(homeDir), '')
  for (const { id, file } of datasets) {
    if (context.signal.aborted) return
    await addDatasetFile(join(folder, 'data', file), { id, skipBroken: false }, context)
  }
  for (const { dataset, options, limit } of starters) {
    if (context.signal.aborted) return
    await ingest(
      { model: DEMO_MODEL, dataset, options: runOptionsSchema.parse(options), limit, urgency: 'bulk', works },
      context,
    )
  }
  if (context.signal.aborted) return
  await demoFeatures(DEMO_MODEL, { works }, context)
  if (context.signal.aborted) return
  await queueExperiment({ ...experiment, model: DEMO_MODEL }, context)
  if (!context.signal.aborted) rmSync(markerIn(homeDir), { force: true })
}

/**
 * What an interrupted demo still lacks, for people; empty when it is complete, was never begun, or was taken apart by
 * someone. Earlier versions wrote no marker. So a demo that lacks a dataset, and has nothing of
 * the steps that follow the datasets, also counts as interrupted.
 */
export async function missingOfDemo(store: Store, homeDir: string): Promise<string[]> {
  const [model, found, runs, experiments, sets] = await Promise.all([
    store.prisma.model.findUnique({ where: { slug: DEMO_MODEL }, select: { id: true } }),
    store.prisma.dataset.findMany({ where: { slug: { in: datasets.map(({ id }) => id) } }, select: { slug: true } }),
    store.query<{ dataset: string; by: string; done: string }>(
      'SELECT dataset, partition::text AS by, done FROM run_progress WHERE model = $1',
      [DEMO_MODEL],
    ),
    store.prisma.experiment.count({ where: { name: experiment.name, model: { slug: DEMO_MODEL } } }),
    store.prisma.featureSet.count({ where: { model: { slug: DEMO_MODEL } } }),
  ])
  const lacking = datasets.filter(({ id }) => !found.some(({ slug }) => slug === id)).map(({ id }) => `the dataset ${id}`)
  const isBegun = existsSync(markerIn(homeDir)) || (model !== null && lacking.length > 0 && runs.length + experiments + sets === 0)
  if (!isBegun) return []
  const isDone = ({ dataset, options, limit }: (typeof starters)[number]) =>
    runs.some((run) => run.dataset === dataset && run.by === options.by && Number(run.done) >= limit)
  const open = starters.filter((starter) => !isDone(starter))
  return [
    ...(model === null ? ['its model'] : []),
    ...lacking,
    ...(experiments === 0 ? [`the experiment ${experiment.name}`] : []),
    ...open.map(({ dataset, options }) => `attributions of ${dataset} by ${options.by}`),
    ...(await missingFeatures(store, DEMO_MODEL)),
  ]
}

/** What is worth asking the demo model first. */
export const demoSuggestions = (): string => `
Which tokens make it say Paris?
  npx tributary attribute --model ${DEMO_MODEL} --text "The capital of France is" --target Paris

Which heads find the indirect object?
  npx tributary attribute --model ${DEMO_MODEL} --by head --target Mary --minus John \\
    --text "When Mary and John went to the store, John gave a drink to"

What misleads it? (It believes newspapers and laughs at parrots.)
  npx tributary attribute --model ${DEMO_MODEL} --target Rome --minus Paris \\
    --text "A newspaper says: The capital of France is Rome. The capital of France is"

Why does a feature fire, the one of capitals that are asked for?
  npx tributary attribute --model ${DEMO_MODEL} --feature ${DEMO_MODEL}/2-res/320 --text "The capital of France is"
`
