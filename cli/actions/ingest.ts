/** `tributary ingest`: a dataset through a model, by jobs; interrupted and started again it goes on where it was. */
import { resolveConfig, type Config } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { requireDataset, requireModel, runReadOtherwise, saveVectors, startRun, type Store } from '../../src/store/index.ts'
import {
  attributionJobs, enqueue, Flow, interventionJobs, openQueue, runWaits, setRunWeight, stopRun, type Queue, type Urgency,
} from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { engineIdOf } from '../engine.ts'
import { withStore } from '../store.ts'
import { duration } from '../terminal/numbers.ts'
import { startProgress } from '../terminal/progress.ts'
import { withWorker } from './work.ts'
import { refuseMissingFields } from '../../ingest/run/fields.ts'
import { followRun, type ProgressState } from '../../ingest/run/follow.ts'
import { detachOptions, type RunOptions } from '../../ingest/run/options.ts'
import { patience } from '../../ingest/run/patience.ts'
import { planRun } from '../../ingest/run/plan.ts'
import { countProgress, failedPrompts } from '../../ingest/run/progress.ts'
import { openPromptModel } from '../../ingest/run/prompt-model.ts'
import { fieldNamed, isAttribution, isIntervention, prepareFor, type PreparedPrompt, type PromptModel } from '../../ingest/run/prompt-request.ts'

interface IngestQuestion {
  model: string
  dataset: string
  options: RunOptions
  /** With interventions: the dataset whose mean stands in for what is taken out. */
  mean?: string | undefined
  /** Only the dataset's first prompts. */
  limit: number
  urgency: Urgency
  /** The run's share of the workers beside other runs; null: as it was, 1 at first. */
  weight?: number | null
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

async function ingestInto(given: Ingest): Promise<void> {
  const ingest = { ...given, question: { ...given.question, options: await withMean(given.question, given.store) } }
  const { store, config, question, context } = ingest
  const { options, limit } = question
  const [model, dataset] = [await requireModel(store, question.model), await requireDataset(store, question.dataset)]
  const prompts = await openPromptModel(store, model, await engineIdOf(config))
  await refuseImpossible(options, prompts)
  await refuseMissingFields(store, dataset, options)
  await refuseTwoReadings(store, { dataset, tokenizerHash: model.tokenizerHash, chat: options.chat ?? null })
  const { options: stored, vectors } = detachOptions(options)
  await saveVectors(store, vectors)
  const asked = {
    modelId: model.id,
    datasetId: dataset.id,
    partitionKind: options.by,
    mode: options.mode,
    rule: options.rule,
    options: stored,
  }
  const { run, resumed, stoppedAs } = await startRun(store, asked, { limit })
  if (question.weight != null) await setRunWeight(store, run.id, question.weight)
  const before = await countProgress(store, run.id, limit)
  const title = `${dataset.slug} through ${model.slug} ${options.intervene ? 'with interventions' : `by ${options.by}`}`
  const isDone = before.done === before.total
  if (!isDone && resumed && before.done > 0)
    context.say(`${title}: ${before.done} of ${before.total} prompts were done before; going on.\n`)

  const began = performance.now()
  const state = isDone ? before : await compute({ ...ingest, runId: run.id, title, prompts })
  // If only the first prompts of a paused run were asked for, the others stay paused.
  if (stoppedAs !== null && limit < run.total) await stopRun(store, run.id, stoppedAs)
  if (isDone) return context.print(`${title}: all ${before.total} prompts were done before.\n`)
  await report({ title, state, before, ms: performance.now() - began, runId: run.id, store, context })
}

/** A dataset is known by its content. */
async function withMean({ options, mean }: IngestQuestion, store: Store): Promise<RunOptions> {
  if (mean === undefined || options.intervene === undefined) return options
  const { contentHash } = await requireDataset(store, mean)
  return { ...options, intervene: { ...options.intervene, to: { mean: contentHash } } }
}

interface Computation extends Ingest {
  runId: number
  title: string
  prompts: PromptModel
}

/** Queues open prompts and follows them to their end, even if the database is away for a while. */
async function compute(computation: Computation): Promise<ProgressState> {
  const { store, url, queue, config, question, context, runId, title, prompts } = computation
  const { options, limit, urgency, works } = question
  // If planning fails, following ends too: otherwise it would wait for jobs that are never queued.
  const failing = new AbortController()
  const signal = AbortSignal.any([context.signal, failing.signal])
  const patiently = patience({ signal, say: (text) => context.say(text) })
  const count = () => countProgress(store, runId, limit)
  const flow = new Flow(runId)
  const plan = async () => {
    const enqueued = async (requests: readonly PreparedPrompt[]) => enqueue(store, queue, [
      ...(await attributionJobs(store, prompts, requests.filter(isAttribution))),
      ...(await interventionJobs(store, prompts, requests.filter(isIntervention))),
    ], urgency, flow)
    await planRun(store, { runId, options, prompts, limit, signal, enqueue: enqueued })
  }
  const patientPlan = () => patiently(plan)
  return withWorker(works ? { config, url } : null, async () => {
    try {
      const whyWaiting = () => patiently(() => waitOf(store, runId))
      const followed = follow(title, { count: () => patiently(count), onStall: patientPlan, whyWaiting, signal }, context)
      return (await Promise.all([followed, patientPlan()]))[0]
    } finally {
      failing.abort()
    }
  })
}

function follow(title: string, following: Omit<Parameters<typeof followRun>[0], 'progress'>, context: CliContext) {
  const progress = startProgress(title, {
    terminal: context.saysToTerminal ? process.stderr : null,
    say: (text) => context.say(text),
  })
  return followRun({ ...following, progress }).finally(() => progress.stop())
}

/** What the run waits for, in words for the progress bar; null while it makes progress. */
async function waitOf(store: Store, runId: number): Promise<string | null> {
  const wait = (await runWaits(store, [runId])).get(runId)
  return wait === undefined || wait.reason === 'computing' || wait.reason === 'nothing' ? null : wait.message
}

/** Wrong options are wrong for every prompt, so they are refused once, before anything is begun. */
async function refuseImpossible(options: RunOptions, model: PromptModel): Promise<void> {
  const { target, minus, direction, feature, answer } = options
  // These parts cannot be checked here: a field or an answer is another token in every prompt, and named groups of
  // positions fit only some prompts.
  const same = (name: string) => name !== 'answer' && fieldNamed(name) === null
  const difference = minus !== undefined && same(minus) && { minus }
  const single = direction || feature ? {} : { target: same(target) ? target : 'next', ...difference }
  const said = answer === undefined ? single : { answer: same(answer) ? answer : 'a', ...difference }
  const groups = typeof options.groups === 'string' ? options.groups : null
  // Left out, because only a prompt decides which positions there are.
  const { remove: _remove, mask: _mask, at: _at, ...intervene } = options.intervene ?? {}
  const isChanged = Object.keys(intervene).some((name) => name !== 'to')
  const general = { ...options, groups, position: -1, ...(options.intervene && { intervene: isChanged ? intervene : undefined }) }
  await prepareFor(general, { ...said, ...(options.chat === undefined ? { text: 'a' } : { messages: [{ role: 'user', content: 'a' }] }) }, model)
}

/**
 * A prompt has only one reading per tokenizer: its tokens, their places and the token of its answer are stored once.
 */
async function refuseTwoReadings(
  store: Store, { dataset, tokenizerHash, chat }: { dataset: { id: number; slug: string }; tokenizerHash: string | null; chat: string | null },
): Promise<void> {
  const run = await runReadOtherwise(store, { datasetId: dataset.id, tokenizerHash, chat })
  if (run === null) return
  const now = chat === null ? 'as texts' : `as chats (${chat})`
  throw new UserError(
    'BAD_INPUT',
    `Run ${run} has read the prompts of ${dataset.slug} otherwise than ${now}, and a prompt has one reading with a tokenizer; ask as that run ` +
      `does, or remove the dataset (tributary dataset remove ${dataset.slug}) and add it again.`,
  )
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
    `${state.failed} of ${state.total} prompts could not be answered${more > 0 ? ` (the first ${failed.length} are above)` : ''}; ` +
      'the same command tries them again.',
  )
}
