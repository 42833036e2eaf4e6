/** `tributary experiment NAME`: a dataset's prompts through an experiment, item by item; interrupted, it goes on where it was. */
import { type Config, resolveConfig } from '../../src/config.ts'
import { describeIssues, UserError } from '../../src/errors.ts'
import { experimentOf, nameOfExperiment, type Experiment as ExperimentKind } from '../../experiments/kinds.ts'
import { experimentNames, type Protocol } from '../../experiments/names.ts'
import {
  experimentProgress, openItems, requireDataset, requireModel, startExperiment, type Experiment, type Store,
} from '../../src/store/index.ts'
import { enqueue, experimentJobs, openQueue, settleExperiment, type Queue } from '../../workers/index.ts'
import { followRun } from '../../ingest/run/follow.ts'
import { patience } from '../../ingest/run/patience.ts'
import type { CliContext } from '../context.ts'
import { engineIdOf } from '../engine.ts'
import { withStore } from '../store.ts'
import { startProgress } from '../terminal/progress.ts'
import { reportTables } from './experiment-report.ts'
import { withWorker } from './work.ts'

export interface ExperimentQuestion {
  name: string
  model: string
  dataset: string
  protocol: Protocol
  /** Only the dataset's first prompts; null: as many as the experiment usually takes. */
  limit: number | null
  seed: number
  /** Datasets of labelled sentences, where probes are trained; both or neither. */
  train: string | null
  test: string | null
  /** Compute here; else the work is left to workers that run elsewhere. */
  works: boolean
  /** The options as typed; the experiment's schema checks them. */
  options: Record<string, unknown>
}

/** The number of the experiment. Refuses (UserError) one that failed, with its reason. */
export async function runExperiment(question: ExperimentQuestion, context: CliContext): Promise<number> {
  const config = resolveConfig({}, context.environment)
  return withStore(config, async (store, url) => {
    const { experiment, modelHash, title } = await begin(question, store, config)
    const queue = await openQueue({ databaseUrl: url })
    try {
      await withWorker(question.works ? { config, url } : null, () => compute({ store, queue, experiment, modelHash, title, context }))
      await tell(store, experiment.id, title, context)
      return experiment.id
    } finally {
      await queue.close()
    }
  })
}

/** Leaves the work to whatever worker runs, now or later, and waits for none of it. */
export async function queueExperiment(question: Omit<ExperimentQuestion, 'works'>, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  await withStore(config, async (store, url) => {
    const { experiment, modelHash, title } = await begin({ ...question, works: false }, store, config)
    const items = await openItems(store, experiment.id)
    if (items.length === 0) return context.print(`${title}: done before.\n`)
    const queue = await openQueue({ databaseUrl: url })
    try {
      await enqueue(store, queue, experimentJobs(experiment, modelHash, items), 'bulk')
    } finally {
      await queue.close()
    }
    context.print(`${title}: queued for the next worker that has time; its report is under Experiments.\n`)
  })
}

async function begin(question: ExperimentQuestion, store: Store, config: Config): Promise<{ experiment: Experiment; modelHash: string; title: string }> {
  const name = nameOfExperiment(question.name)
  if (name === null)
    throw new UserError('BAD_INPUT', `There is no experiment ${JSON.stringify(question.name)}; there is ${experimentNames.join(', ')}.`)
  const kind = experimentOf(name)
  const given = Object.fromEntries(Object.entries(question.options).filter(([, value]) => value !== undefined))
  const read = kind.options.safeParse(given)
  if (!read.success) throw new UserError('BAD_INPUT', `The options do not fit ${name}: ${describeIssues(read.error, given)}.`)
  const [model, dataset] = [await requireModel(store, question.model), await requireDataset(store, question.dataset)]
  if (model.tokenizerHash === null)
    throw new UserError('BAD_MODEL', `The model ${model.slug} has no tokenizer, so nothing can be asked of it in words.`)
  if (dataset.promptCount === 0) throw new UserError('BAD_DATASET', `The dataset ${dataset.slug} has no prompts.`)
  const sources = await sourcesOf(store, question, kind.trainsProbes)
  const { experiment } = await startExperiment(store, {
    name, model, dataset, ...sources, protocol: question.protocol, seed: question.seed, options: read.data,
    engine: await engineIdOf(config), recordCount: Math.min(question.limit ?? kind.usualLimit ?? Infinity, dataset.promptCount), recordsPerItem: kind.recordsPerItem,
  })
  return { experiment, modelHash: model.hash, title: `${name} of ${model.slug} on ${dataset.slug}` }
}

/** The datasets of labelled sentences, where the experiment trains probes. */
async function sourcesOf(store: Store, { name, train, test }: ExperimentQuestion, trainsProbes: ExperimentKind['trainsProbes']) {
  if (train !== null && test !== null) {
    if (trainsProbes === undefined) throw new UserError('BAD_INPUT', `The experiment ${name} trains no probes; leave out --train and --test.`)
    return { train: await requireDataset(store, train), test: await requireDataset(store, test) }
  }
  if (trainsProbes === 'always')
    throw new UserError('BAD_INPUT', `The experiment ${name} trains probes; name datasets of labelled sentences with --train ID and --test ID.`)
  if (train !== null || test !== null)
    throw new UserError('BAD_INPUT', `Probes are trained on one dataset of labelled sentences and tested on another; name both, with --train ID and --test ID.`)
  return { train: null, test: null }
}

interface Computation {
  store: Store
  queue: Queue
  experiment: Experiment
  modelHash: string
  title: string
  context: CliContext
}

/** Queues open items and follows them to their end, even if the database is away for a while. */
async function compute({ store, queue, experiment, modelHash, title, context }: Computation): Promise<void> {
  const patiently = patience({ signal: context.signal, say: (text) => context.say(text) })
  const plan = () => patiently(async () => {
    await enqueue(store, queue, experimentJobs(experiment, modelHash, await openItems(store, experiment.id)), 'bulk')
  })
  const count = () => patiently(async () => {
    const { prompts, done, failed } = await experimentProgress(store, experiment.id)
    return { total: prompts, done, failed }
  })
  const before = await count()
  if (before.done + before.failed >= before.total) return
  if (before.done > 0) context.say(`${title}: ${before.done} of ${before.total} prompts were done before; going on.\n`)
  const progress = startProgress(title, { terminal: context.saysToTerminal ? process.stderr : null, say: (text) => context.say(text) })
  try {
    await plan()
    await followRun({ count, progress, signal: context.signal, onStall: plan })
  } finally {
    progress.stop()
  }
}

async function tell(store: Store, id: number, title: string, context: CliContext): Promise<void> {
  const { prompts, done, failed } = await experimentProgress(store, id)
  if (done + failed < prompts) {
    context.say(`Stopped with ${done} of ${prompts} prompts done; the same command goes on from there.\n`)
    return
  }
  // Needed if the worker that stored the last item died before it wrote the report.
  const ended = await store.prisma.experiment.findUniqueOrThrow({ where: { id } })
  if (ended.status === 'running') await settleExperiment(store, id)
  const { error, report } = await store.prisma.experiment.findUniqueOrThrow({ where: { id } })
  if (error !== null) throw new UserError('BAD_INPUT', `Experiment ${id} (${title}): ${error}`)
  context.print(reportTables(report))
  context.print(`\nExperiment ${id}: ${title}, ${done} prompts. All of it, with figures: tributary experiment report ${id} --html FILE\n`)
}
