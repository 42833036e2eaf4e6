/** `tributary ingest`: a dataset through a model, by jobs; interrupted and started again it goes on where it was. */
import { resolveConfig, type Config } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { resolveQuestion } from '../../src/attribution/resolve.ts'
import { requireDataset, requireModel, startRun, type Store } from '../../src/store/index.ts'
import { enqueue, openQueue, pauseRun, type Queue, type Urgency } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { engineIdOf } from '../engine.ts'
import { withStore } from '../store.ts'
import { duration } from '../terminal/numbers.ts'
import { startProgress, type ProgressState } from '../terminal/progress.ts'
import { withWorker } from '../work.ts'
import { followRun } from './follow.ts'
import { questionOf, type RunOptions } from './options.ts'
import { patience } from './patience.ts'
import { planRun } from './plan.ts'
import { countProgress, failedPrompts } from './progress.ts'
import { openPromptModel } from './prompt-model.ts'
import type { PromptModel } from './prompt-request.ts'

interface IngestQuestion {
  model: string
  dataset: string
  options: RunOptions
  /** Only the dataset's first prompts. */
  limit: number
  urgency: Urgency
  /** Compute here; else the work is left to the workers that run elsewhere. */
  works: boolean
}

export async function ingest(question: IngestQuestion, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  await withStore(config, async (store, url) => {
    const queue = await openQueue({ databaseUrl: url })
    try {
      await ingestInto({ store, url, queue, config, question, context })
    } finally {
      await queue.close()
    }
  })
}

interface Ingest {
  store: Store
  url: string
  queue: Queue
  config: Config
  question: IngestQuestion
  context: CliContext
}

async function ingestInto(ingest: Ingest): Promise<void> {
  const { store, config, question, context } = ingest
  const { options, limit } = question
  const [model, dataset] = [await requireModel(store, question.model), await requireDataset(store, question.dataset)]
  const prompts = await openPromptModel(store, model)
  refuseImpossible(options, prompts)
  const engine = await engineIdOf(config)
  const asked = {
    modelId: model.id,
    datasetId: dataset.id,
    partitionKind: options.by,
    mode: options.mode,
    rule: options.rule,
    options: { ...options },
  }
  const { run, resumed, wasStopped } = await startRun(store, asked, { limit })
  const before = await countProgress(store, run.id, limit)
  const title = `${dataset.slug} through ${model.slug} by ${options.by}`
  const isDone = before.done === before.total
  if (!isDone && resumed && before.done > 0)
    context.say(`${title}: ${before.done} of ${before.total} prompts were done before; going on.\n`)

  const began = performance.now()
  const state = isDone ? before : await compute({ ...ingest, runId: run.id, title, prompts, engine })
  // Of a paused run that was asked for its first prompts only, the others stay paused.
  if (wasStopped && limit < run.total) await pauseRun(store, run.id)
  if (isDone) return context.print(`${title}: all ${before.total} prompts were done before.\n`)
  await report({ title, state, before, ms: performance.now() - began, runId: run.id, store, context })
}

interface Computation extends Ingest {
  runId: number
  title: string
  prompts: PromptModel
  engine: string
}

/** Queues what is open and follows it to its end, through absences of the database. */
async function compute(computation: Computation): Promise<ProgressState> {
  const { store, url, queue, config, question, context, runId, title, prompts, engine } = computation
  const { options, limit, urgency, works } = question
  // A plan that fails ends the following, too: nobody would wait for what is never queued.
  const failing = new AbortController()
  const signal = AbortSignal.any([context.signal, failing.signal])
  const patiently = patience({ signal, say: (text) => context.say(text) })
  const count = () => countProgress(store, runId, limit)
  const plan = async () => {
    const enqueued = (requests: readonly AttributionRequest[]) =>
      enqueue(store, queue, { model: prompts.model, engine }, requests, urgency)
    await planRun(store, { runId, options, prompts, engine, limit, signal, enqueue: enqueued })
    // What was being queued in the moment when someone paused the run leaves the queue, too.
    if ((await count()).stopped) await pauseRun(store, runId)
  }
  const patientPlan = () => patiently(plan)
  return withWorker(works ? { config, url } : null, async () => {
    try {
      const followed = follow(title, () => patiently(count), patientPlan, signal, context)
      return (await Promise.all([followed, patientPlan()]))[0]
    } finally {
      failing.abort()
    }
  })
}

function follow(
  title: string,
  count: () => Promise<ProgressState>,
  plan: () => Promise<void>,
  signal: AbortSignal,
  context: CliContext,
) {
  const progress = startProgress(title, {
    terminal: context.saysToTerminal ? process.stderr : null,
    say: (text) => context.say(text),
  })
  return followRun({ count, progress, signal, onStall: plan }).finally(() => progress.stop())
}

/** What is wrong with the options is wrong for every prompt: said once, before anything is begun. */
function refuseImpossible(options: RunOptions, { model, tokenizer }: PromptModel): void {
  resolveQuestion({ ...questionOf(options), position: null, text: 'a', target: 'next' }, { model, tokenizer })
}

interface Report {
  title: string
  state: ProgressState
  before: ProgressState
  ms: number
  runId: number
  store: Store
  context: CliContext
}

const REPORTED_FAILURES = 5

async function report({ title, state, before, ms, runId, store, context }: Report): Promise<void> {
  const now = state.done - before.done
  const pace = `${now} prompts in ${duration(ms)}, ${((1000 * now) / ms).toFixed(1)} per second`
  if (state.done + state.failed < state.total) {
    context.say(`Stopped with ${state.done} of ${state.total} prompts done (${pace}); the same command goes on from there.\n`)
    return
  }
  context.print(`${title}: ${state.done} of ${state.total} prompts done (${pace}).\n`)
  if (state.failed === 0) return
  const failed = await failedPrompts(store, runId, REPORTED_FAILURES)
  for (const { index, error } of failed) context.say(`prompt ${index}: ${error}\n`)
  const more = state.failed - failed.length
  throw new UserError(
    'BAD_INPUT',
    `${state.failed} of ${state.total} prompts could not be attributed${more > 0 ? ` (the first ${failed.length} are above)` : ''}; ` +
      'the same command tries them again.',
  )
}
