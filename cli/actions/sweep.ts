/** `tributary ingest --sae …`: what a dataset does with feature sets; interrupted and started again it goes on. */
import { resolveConfig, type Config } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import {
  requireDataset,
  requireFeatureSet,
  requireModel,
  type FeatureSetRow,
  type Model,
  type Store,
} from '../../src/store/index.ts'
import { enqueue, openQueue, type Queue, type Urgency } from '../../workers/index.ts'
import {
  countSweeps,
  startSweeps,
  sweepJobs,
  type StartedSweeps,
  type SweepSizes,
} from '../../ingest/features/sweep.ts'
import { followRun } from '../../ingest/run/follow.ts'
import { patience } from '../../ingest/run/patience.ts'
import type { SweepProgress } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { engineIdOf } from '../engine.ts'
import { withStore } from '../store.ts'
import { duration } from '../terminal/numbers.ts'
import { startProgress } from '../terminal/progress.ts'
import { withWorker } from './work.ts'

export interface SweepSets {
  /** `demo/2-res`, or `2-res` where that is clear. */
  sources: readonly string[]
  model: string | undefined
  dataset: string
  limit: number
  sizes: SweepSizes
  urgency: Urgency
  /** Compute here; else the work is left to the workers that run elsewhere. */
  works: boolean
}

export async function sweepSets(asked: SweepSets, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  await withStore(config, async (store, url) => {
    const queue = await openQueue({ databaseUrl: url })
    try {
      await sweepInto({ store, url, queue, config, asked, context })
    } finally {
      await queue.close()
    }
  })
}

interface Sweeping {
  store: Store
  url: string
  queue: Queue
  config: Config
  asked: SweepSets
  context: CliContext
}

interface Chosen {
  set: FeatureSetRow
  model: Model
}

async function sweepInto(sweeping: Sweeping): Promise<void> {
  const { store, config, asked, context } = sweeping
  const { limit, sizes } = asked
  const dataset = await requireDataset(store, asked.dataset)
  if (asked.model !== undefined) await requireModel(store, asked.model)
  const sets: Chosen[] = []
  for (const source of new Set(asked.sources)) {
    const { set, model } = await requireFeatureSet(store, source, asked.model)
    if (!sets.some((each) => each.set.id === set.id)) sets.push({ set, model: await requireModel(store, model) })
  }
  const title = `${sets.map(({ set, model }) => `${model.slug}/${set.source}`).join(', ')} over ${dataset.slug}`
  const started = await startSweeps(store, { sets, dataset, limit, sizes, engine: await engineIdOf(config) })
  const before = await countSweeps(store, started.sweepIds)
  if (before.done === before.total && before.finished)
    return context.print(`${title}: all ${before.total} prompts were swept before.\n`)
  if (started.resumed && before.done > 0)
    context.say(`${title}: ${before.done} of ${before.total} prompts were done before; going on.\n`)
  const began = performance.now()
  const state = await compute(sweeping, started, title)
  await report({ title, state, before, sets, ms: performance.now() - began, sweeping })
}

/** Merging a part into the state of a large set takes a while, during which progress seems to stand still. */
const STALL_MS = 180_000

async function compute(
  { store, url, queue, config, asked, context }: Sweeping,
  { groups, sweepIds }: StartedSweeps,
  title: string,
): Promise<SweepProgress> {
  const { signal } = context
  const patiently = patience({ signal, say: (text) => context.say(text) })
  const plan = () =>
    patiently(async () => void (await enqueue(store, queue, await sweepJobs(store, groups), asked.urgency)))
  const progress = startProgress(title, {
    terminal: context.saysToTerminal ? process.stderr : null,
    say: (text) => context.say(text),
  })
  const count = () => patiently(() => countSweeps(store, sweepIds))
  return withWorker(asked.works ? { config, url } : null, async () => {
    try {
      await plan()
      await followRun({ count, progress, signal, onStall: plan, stallMs: STALL_MS })
      return await count()
    } finally {
      progress.stop()
    }
  })
}

interface Report {
  title: string
  state: SweepProgress
  before: SweepProgress
  sets: readonly Chosen[]
  ms: number
  sweeping: Sweeping
}

async function report({ title, state, before, sets, ms, sweeping: { context } }: Report): Promise<void> {
  const passes = state.passTokens - before.passTokens
  const pace = `${passes.toLocaleString('en')} tokens in ${duration(ms)}, ${Math.round((1000 * passes) / ms).toLocaleString('en')} per second`
  if (state.done + state.failed < state.total || (!state.finished && state.failed === 0)) {
    return context.say(
      `Stopped with ${state.done} of ${state.total} prompts done (${pace}); the same command goes on from there.\n`,
    )
  }
  context.print(
    `${title}: ${state.done} of ${state.total} prompts done (${pace}${encoderPace(state, before, sets)}).\n`,
  )
  if (state.failed === 0) return
  throw new UserError(
    'BAD_INPUT',
    `${state.failed} of ${state.total} prompts could not be swept: ${state.error ?? 'no reason was told'} The same command tries them again.`,
  )
}

/**
 * Floating point operations of the products with encoders, per second that workers spent on encoding and what follows
 * it.
 */
function encoderPace(state: SweepProgress, before: SweepProgress, sets: readonly Chosen[]): string {
  const seconds = (state.encodeMs - before.encodeMs) / 1000
  if (seconds <= 0) return ''
  const share = (state.tokens - before.tokens) / sets.length
  const flops = sets.reduce((sum, { set }) => sum + 2 * share * set.width * set.featureCount, 0)
  return `; encoders at ${(flops / seconds / 1e9).toPrecision(3)} GFLOP/s`
}
