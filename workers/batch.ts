/**
 * A batch of claimed jobs → attribution → store. What is stored already is not computed; what cannot be done now goes
 * back; every failure is one job's own.
 */
import type { JobResult, JobWithMetadata } from 'pg-boss'
import type { Logger } from 'pino'
import type { AttributionResult } from '../src/attribution/result.ts'
import { UserError } from '../src/errors.ts'
import {
  failItems,
  findResults,
  saveResults,
  settleItems,
  settleRuns,
  tokenNamespace,
  type ComputedItem,
  type Store,
} from '../src/store/index.ts'
import { Pace, chunkLength } from './chunks.ts'
import { isPassing, toJobError } from './failure.ts'
import { failForGood, giveBack, lookAround } from './job-table.ts'
import { type JobData, jobDataSchema, priorities } from './job.ts'
import type { LoadedModel, ModelCache } from './model-cache.ts'
import type { Queue } from './queue.ts'

export interface BatchContext {
  store: Store
  queue: Queue
  models: ModelCache
  logger: Logger
  pace: Pace
  /** No new work: what has not begun goes back. */
  stopping: () => boolean
  /** Ends what has begun; it goes back, too. */
  signal: AbortSignal
  /** Asks the queue for more at once: something was given back, or overtaken. */
  wake: () => void
}

type Claimed = JobWithMetadata<unknown>
interface Task {
  job: Claimed
  data: JobData
  priority: number
  flops: number
}

/**
 * How each job ended, as far as it is not said already: those that were given back, and those that failed for good, have
 * left this worker's hands, and pg-boss leaves them alone.
 */
export async function handleBatch(context: BatchContext, claimed: readonly Claimed[]): Promise<JobResult[]> {
  const batch = new Batch(context)
  const jobs = await batch.isolateSuspect(claimed)
  const tasks = await batch.readJobs(jobs)
  const open = await batch.settleStored(tasks)
  for (const group of byModel(open)) await batch.compute(group)
  return batch.results
}

class Batch {
  readonly results: JobResult[] = []
  readonly #context: BatchContext

  constructor(context: BatchContext) {
    this.#context = context
  }

  /**
   * A job with an output has failed before, perhaps because it kills its worker: it is computed alone, so that it does
   * not use up the attempts of those it shares a batch with.
   */
  async isolateSuspect(jobs: readonly Claimed[]): Promise<readonly Claimed[]> {
    const suspect = jobs.find((job) => job.output !== null)
    if (!suspect || jobs.length === 1) return jobs
    await this.#giveBack(jobs.filter((job) => job !== suspect))
    return [suspect]
  }

  async readJobs(jobs: readonly Claimed[]): Promise<Task[]> {
    const tasks: Task[] = []
    for (const job of jobs) {
      const data = jobDataSchema.safeParse(job.data)
      if (data.success) tasks.push({ job, data: data.data, priority: job.priority, flops: 0 })
      else await failForGood(this.#context.store, this.#context.queue, job, { code: 'BAD_INPUT', message: data.error.message })
    }
    return tasks
  }

  async settleStored(tasks: readonly Task[]): Promise<Task[]> {
    const { store } = this.#context
    const found = await findResults(store, tasks.map(({ data }) => data.key))
    const settled = tasks.filter(({ data }) => found.has(data.key))
    if (settled.length === 0) return [...tasks]
    await settleItems(store, [...found].map(([key, { id }]) => ({ key, id })))
    await this.#done(settled)
    return tasks.filter(({ data }) => !found.has(data.key))
  }

  /** Tasks of one model and engine, the most urgent first. */
  async compute(tasks: readonly Task[]): Promise<void> {
    const [first] = tasks
    if (!first) return
    let model: LoadedModel
    try {
      model = await this.#load(first.data)
    } catch (error) {
      for (const task of tasks) await this.#failed(task, error)
      return
    }
    let open = await this.#check(tasks, model)
    while (open.length > 0) {
      open = await this.#urgentFirst(open)
      if (open.length === 0) return
      const length = chunkLength(open, this.#context.pace)
      const chunk = open.slice(0, length)
      open = open.slice(length)
      await this.#computeChunk(chunk, model)
    }
  }

  async #load(data: JobData): Promise<LoadedModel> {
    const model = await this.#context.models.get(data.modelHash)
    if (model.attributor.engine === data.engine) return model
    throw new UserError(
      'ENGINE_UNAVAILABLE',
      `The computation was asked of the engine ${data.engine}, and this worker has ${model.attributor.engine}; ` +
        'start a worker with that engine, or ask the one that runs.',
    )
  }

  async #check(tasks: readonly Task[], { attributor }: LoadedModel): Promise<Task[]> {
    const good: Task[] = []
    for (const task of tasks) {
      try {
        attributor.check(task.data.request)
        good.push({ ...task, flops: attributor.estimate(task.data.request).flops })
      } catch (error) {
        await this.#failed(task, error)
      }
    }
    return good
  }

  /** Between chunks. Nothing is left to do when the worker stops, or when bulk work has to yield to those who wait. */
  async #urgentFirst(open: readonly Task[]): Promise<Task[]> {
    const { store, stopping } = this.#context
    const priority = priorities.interactive
    const around = await lookAround(store, open.map(({ job }) => job.id), priority)
    if (stopping() || (around.isWaiting && around.urgent.size === 0)) {
      await this.#giveBack(open.map(({ job }) => job))
      return []
    }
    const raised = open.map((task) => (around.urgent.has(task.job.id) ? { ...task, priority } : task))
    return raised.sort((a, b) => b.priority - a.priority)
  }

  async #computeChunk(chunk: readonly Task[], model: LoadedModel): Promise<void> {
    const { signal, pace, logger } = this.#context
    const began = performance.now()
    let answers: AttributionResult[]
    try {
      answers = await model.attributor.attribute(chunk.map(({ data }) => data.request), { signal })
      await this.#save(chunk, answers, model)
    } catch (error) {
      if (signal.aborted) return this.#giveBack(chunk.map(({ job }) => job))
      // One request may spoil what its neighbours could have had.
      if (chunk.length > 1 && !isPassing(error)) {
        for (const task of chunk) await this.#computeChunk([task], model)
        return
      }
      for (const task of chunk) await this.#failed(task, error)
      return
    }
    const ms = performance.now() - began
    pace.measured(chunk.reduce((sum, { flops }) => sum + flops, 0), ms)
    logger.debug({ model: model.row.slug, results: chunk.length, ms: Math.round(ms) }, 'attributions stored')
    await this.#done(chunk)
  }

  async #save(chunk: readonly Task[], answers: readonly AttributionResult[], model: LoadedModel): Promise<void> {
    const { row, attributor } = model
    const items = chunk.flatMap(({ data: { request } }, i): ComputedItem[] => {
      const result = answers[i]
      if (!result) throw new Error(`the attributor answered ${answers.length} of ${chunk.length} requests`)
      const tokens =
        attributor.tokenizer?.describe(request.tokenIds) ??
        request.tokenIds.map((id) => ({ id, text: `#${id}`, start: null, end: null }))
      return [{ request, result, sequence: { tokenizerHash: tokenNamespace(row), text: null, tokens } }]
    })
    await saveResults(this.#context.store, { model: row, engine: attributor.engine, items })
  }

  async #done(tasks: readonly Task[]): Promise<void> {
    for (const { job } of tasks) this.results.push({ id: job.id, status: 'completed' })
    await this.#announce(tasks.map(({ data }) => data.key))
  }

  async #failed({ job, data }: Task, error: unknown): Promise<void> {
    const output = toJobError(error)
    if (isPassing(error)) {
      this.#context.logger.warn({ job: job.id, err: error }, 'attribution failed, to be tried again')
      this.results.push({ id: job.id, status: 'failed', output })
      return
    }
    this.#context.logger.info({ job: job.id, ...output }, 'attribution refused')
    // At once, not when the batch ends: someone waits for the reason.
    await failForGood(this.#context.store, this.#context.queue, job, output)
    await failItems(this.#context.store, [data.key], output.message)
    await this.#announce([data.key])
  }

  async #announce(keys: readonly string[]): Promise<void> {
    await settleRuns(this.#context.store, keys)
    // Whoever waits polls, too.
    await this.#context.queue.notices.send(keys).catch(() => undefined)
  }

  async #giveBack(jobs: readonly Claimed[]): Promise<void> {
    await giveBack(this.#context.store, jobs)
    this.#context.wake()
  }
}

function byModel(tasks: readonly Task[]): Task[][] {
  const groups = new Map<string, Task[]>()
  for (const task of tasks) {
    const name = `${task.data.modelHash} ${task.data.engine}`
    groups.set(name, [...(groups.get(name) ?? []), task])
  }
  return [...groups.values()]
}
