/** `tributary ingest --fired SET`: why the features of a set fired at their strongest examples. */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { requireDataset, requireFeatureSet, requireModel, type Store } from '../../src/store/index.ts'
import { openQueue, type Queue, type Urgency } from '../../workers/index.ts'
import { attributeFired, firedExamples, type AttributedFired } from '../../ingest/features/fired.ts'
import type { RunOptions } from '../../ingest/run/options.ts'
import { openPromptModel } from '../../ingest/run/prompt-model.ts'
import type { CliContext } from '../context.ts'
import { engineIdOf } from '../engine.ts'
import { withStore } from '../store.ts'
import { duration } from '../terminal/numbers.ts'
import { startProgress } from '../terminal/progress.ts'
import { withWorker } from './work.ts'

export interface AttributeFiredSets {
  source: string
  model: string | undefined
  /** Only the examples of this dataset. */
  dataset: string | undefined
  examples: number
  features: readonly number[] | null
  options: RunOptions
  urgency: Urgency
  works: boolean
}

/** Examples of a feature if the user does not say how many. */
export const DEFAULT_FIRED = 3

export async function attributeFiredSets(asked: AttributeFiredSets, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  await withStore(config, async (store, url) => {
    const queue = await openQueue({ databaseUrl: url })
    try {
      await withWorker(asked.works ? { config, url } : null, () =>
        explain({ store, queue, engine: () => engineIdOf(config) }, asked, context),
      )
    } finally {
      await queue.close()
    }
  })
}

interface Place {
  store: Store
  queue: Queue
  engine(): Promise<string>
}

async function explain({ store, queue, engine }: Place, asked: AttributeFiredSets, context: CliContext): Promise<void> {
  const { set, model: slug } = await requireFeatureSet(store, asked.source, asked.model)
  const model = await requireModel(store, slug)
  const dataset = asked.dataset === undefined ? null : await requireDataset(store, asked.dataset)
  const { examples, features, options, urgency } = asked
  const fired = await firedExamples(store, { set, datasetId: dataset?.id ?? null, examples, features })
  const title = `why ${slug}/${set.source} fired, by ${options.by}`
  if (fired.length === 0) {
    const over = dataset === null ? 'a dataset' : dataset.slug
    throw new UserError(
      'NOT_FOUND',
      `No example of ${slug}/${set.source} is stored; sweep it over ${over} first: ` +
        `tributary ingest --sae ${slug}/${set.source} --dataset ${dataset?.slug ?? 'ID'}.`,
    )
  }
  const progress = startProgress(title, {
    terminal: context.saysToTerminal ? process.stderr : null,
    say: (text) => context.say(text),
  })
  const began = performance.now()
  const state = await attributeFired(store, fired, {
    set,
    options,
    queue,
    urgency,
    signal: context.signal,
    prompts: await openPromptModel(store, model, await engine()),
    onProgress: (now) => progress.update(now),
  }).finally(() => progress.stop())
  report(title, state, performance.now() - began, context)
}

function report(
  title: string,
  { done, failed, total, reasons }: AttributedFired,
  ms: number,
  context: CliContext,
): void {
  if (done + failed < total)
    return context.say(`Stopped with ${done} of ${total} examples done; the same command goes on from there.\n`)
  context.print(`${title}: ${done} of ${total} examples done (${duration(ms)}).\n`)
  if (failed === 0) return
  for (const reason of reasons) context.say(`${reason}\n`)
  throw new UserError(
    'BAD_INPUT',
    `${failed} of ${total} examples could not be attributed; the same command tries them again.`,
  )
}
