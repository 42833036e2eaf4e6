/**
 * A batch of claimed jobs → attribution → store. What is stored already is not computed; what cannot be done now
 * goes back; every failure is one job's own.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobResult, JobWithMetadata } from 'pg-boss'
import type { Logger } from 'pino'
import type { AttributionResult } from '../src/attribution/result.ts'
import { isUserError, UserError } from '../src/errors.ts'
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
import { type Pace, chunkLength, heldLength } from './chunks.ts'
import { isPassing, isShortage, toJobError } from './failure.ts'
import { failJob, giveBack, lookAround } from './job-table.ts'
import { type JobData, type JobError, jobDataSchema, priorities } from './job.ts'
import type { LoadedModel, ModelCache } from './model-cache.ts'
import { failuresOf, type Queue } from './queue.ts'
import { otherCan, type Skills, type Wanted } from './skills.ts'

export interface BatchContext {
  store: Store
  queue: Queue
  models: ModelCache
  logger: Logger
  skills: Skills
  pace: Pace
  /** No new work: what has not begun goes back. */
  stopping: () => boolean
  /** Ends what has begun; it goes back, too. */
  signal: AbortSignal
  /** Asks the queue for more at once: something was given back, or overtaken. */
  wake: () => void
}

/** Jobs that are tried together after a failure. */
const FEW = 8

/** What was left to others is theirs to take, as soon as they look. */
const LEFT_PAUSE_SECONDS = 0.25
/**
 * A worker that found nothing it can do rests until they have looked: longer than that pause and a look every second, or
 * it would take the same again before them, time after time.
 */
const REST_MS = 1500

/** Before what could not be stored is computed again. */
const SHORTAGE_PAUSE_SECONDS = 10

type Claimed = JobWithMetadata<unknown>
interface Task {
  job: Claimed
  data: JobData
  priority: number
  flops: number
}

/** The jobs that are done. Those that failed or were given back have left this worker's hands already. */
export async function handleBatch(context: BatchContext, claimed: readonly Claimed[]): Promise<JobResult[]> {
  const batch = new Batch(context)
  const jobs = await batch.isolateSuspects(claimed)
  const tasks = await batch.readJobs(jobs)
  const open = await batch.settleStored(tasks)
  // The queue gives a batch by priority, but not in its order.
  const urgentFirst = open.sort((a, b) => b.priority - a.priority)
  for (const group of byModel(urgentFirst)) await batch.compute(group)
  if (batch.hasLeftAll(jobs.length)) await sleep(REST_MS, undefined, { signal: context.signal }).catch(() => undefined)
  return batch.results
}

class Batch {
  readonly results: JobResult[] = []
  #left = 0
  readonly #others = new Map<string, Promise<boolean>>()
  readonly #context: BatchContext

  constructor(context: BatchContext) {
    this.#context = context
  }

  /**
   * A job that has failed may be one that kills its worker: it is taken with few others, then alone, so that it does not
   * use up the attempts of those it shares a batch with.
   */
  async isolateSuspects(jobs: readonly Claimed[]): Promise<readonly Claimed[]> {
    const most = Math.max(0, ...jobs.map(failuresOf))
    if (most === 0) return jobs
    const suspects = jobs.filter((job) => failuresOf(job) === most).slice(0, most === 1 ? FEW : 1)
    await this.#giveBack(jobs.filter((job) => !suspects.includes(job)))
    return suspects
  }

  async readJobs(jobs: readonly Claimed[]): Promise<Task[]> {
    const tasks: Task[] = []
    for (const job of jobs) {
      const data = jobDataSchema.safeParse(job.data)
      if (data.success) tasks.push({ job, data: data.data, priority: job.priority, flops: 0 })
      else await this.#fail(job, { code: 'BAD_INPUT', message: data.error.message }, { again: false })
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
      for (const task of tasks) await this.#cannot(task, error)
      return
    }
    let open = await this.#leaveToOthers(await this.#check(tasks, model))
    for (let isFirst = true; open.length > 0; isFirst = false) {
      // Before the first chunk there is nothing new to see, except for a stop: these were claimed just now.
      if (!isFirst || this.#context.stopping()) open = await this.#urgentFirst(open)
      if (open.length === 0) return
      const chunk = open.slice(0, chunkLength(open, this.#context.pace))
      try {
        await this.#computeChunk(chunk, model)
      } catch (error) {
        if (isShortage(error)) return this.#waitForRoom(open, error)
        throw error
      }
      open = open.slice(chunk.length)
    }
  }

  /** Asked once for all that are alike. */
  #otherCan(wanted: Wanted): Promise<boolean> {
    const name = JSON.stringify(wanted)
    const known = this.#others.get(name) ?? otherCan(this.#context.store, this.#context.skills, wanted)
    this.#others.set(name, known)
    return known
  }

  async #load(data: JobData): Promise<LoadedModel> {
    const { models, skills } = this.#context
    if (skills.engine === data.engine) return models.get(data.modelHash)
    throw new UserError(
      'ENGINE_UNAVAILABLE',
      `The computation was asked of the engine ${data.engine}, and this worker has ${skills.engine}; ` +
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
        await this.#cannot(task, error)
      }
    }
    return good
  }

  hasLeftAll(taken: number): boolean {
    return taken > 0 && this.#left === taken
  }

  /** What another worker has the model, the engine or the memory for is left to it, and uses up none of its attempts. */
  async #cannot(task: Task, error: unknown): Promise<void> {
    const { store, logger } = this.#context
    const { engine, modelHash } = task.data
    const code = isUserError(error) ? error.code : null
    const isTooLarge = code === 'TOO_LARGE'
    const urgent = task.priority >= priorities.interactive
    const isOthers = isTooLarge || code === 'ENGINE_UNAVAILABLE'
    const wanted = { engine, modelHash, urgent, isTooLarge }
    if (!isOthers || !(await this.#otherCan(wanted))) return this.#failed(task, error)
    this.#left++
    logger.debug({ ...idsOf(task), code }, 'left to another worker')
    await giveBack(store, [task.job], { seconds: LEFT_PAUSE_SECONDS, reason: toJobError(error) })
  }

  /** What would keep this worker for long goes back, for other workers: a batch is counted in jobs, not in seconds. */
  async #leaveToOthers(tasks: readonly Task[]): Promise<Task[]> {
    const length = heldLength(tasks, this.#context.pace)
    await this.#giveBack(tasks.slice(length).map(({ job }) => job))
    return tasks.slice(0, length)
  }

  /**
   * Between chunks, without the jobs that are this worker's no longer. Nothing is left to do when the worker stops, or
   * when bulk work has to yield to those who wait.
   */
  async #urgentFirst(tasks: readonly Task[]): Promise<Task[]> {
    const { store, stopping } = this.#context
    const priority = priorities.interactive
    const around = await lookAround(store, tasks.map(({ job }) => job), priority)
    const open = tasks.filter(({ job }) => around.held.has(job.id))
    if (stopping() || (around.isWaiting && around.urgent.size === 0)) {
      await this.#giveBack(open.map(({ job }) => job))
      return []
    }
    const raised = open.map((task) => (around.urgent.has(task.job.id) ? { ...task, priority } : task))
    return raised.sort((a, b) => b.priority - a.priority)
  }

  /** Throws only what `isShortage`; what of the chunk is stored by then, is done. */
  async #computeChunk(chunk: readonly Task[], model: LoadedModel): Promise<void> {
    const { signal, pace, logger } = this.#context
    const began = performance.now()
    let answers: AttributionResult[]
    try {
      answers = await model.attributor.attribute(chunk.map(({ data }) => data.request), { signal })
      await this.#save(chunk, answers, model)
    } catch (error) {
      if (signal.aborted) return this.#giveBack(chunk.map(({ job }) => job))
      if (isShortage(error)) throw error
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

  /** It is not the jobs' failure, so it uses up none of their attempts, however long it lasts. */
  async #waitForRoom(tasks: readonly Task[], error: unknown): Promise<void> {
    const pause = { seconds: SHORTAGE_PAUSE_SECONDS, reason: toJobError(error) }
    const done = new Set(this.results.map(({ id }) => id))
    const open = tasks.filter(({ job }) => !done.has(job.id)).map(({ job }) => job)
    this.#context.logger.error({ err: error, jobs: open.length }, 'the database refuses to store; the jobs wait')
    await giveBack(this.#context.store, open, pause)
  }

  async #done(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) {
      this.results.push({ id: task.job.id, status: 'completed' })
      this.#context.logger.debug(idsOf(task), 'job done')
    }
    await this.#announce(tasks.map(({ data }) => data.key))
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    const { job, data } = task
    const output = toJobError(error)
    if (isPassing(error)) {
      this.#context.logger.warn({ ...idsOf(task), err: error }, 'attribution failed, to be tried again')
      return this.#fail(job, output, { again: true })
    }
    this.#context.logger.info({ ...idsOf(task), ...output }, 'attribution refused')
    await this.#fail(job, output, { again: false })
    await failItems(this.#context.store, [data.key], output.message)
    await this.#announce([data.key])
  }

  /** At once, not when the batch ends: someone waits for the reason. */
  async #fail(job: Claimed, error: JobError, options: { again: boolean }): Promise<void> {
    await failJob(this.#context.store, this.#context.queue, job, error, options)
  }

  async #announce(keys: readonly string[]): Promise<void> {
    // First to those who wait; a notice that gets lost costs them a poll.
    await this.#context.queue.notices.send(keys).catch(() => undefined)
    await settleRuns(this.#context.store, keys)
  }

  async #giveBack(jobs: readonly Claimed[]): Promise<void> {
    if (jobs.length === 0) return
    await giveBack(this.#context.store, jobs)
    this.#context.wake()
  }
}

/** What finds the lines of one request in the logs of all processes. */
const idsOf = ({ job, data: { requestId } }: Task) => ({ job: job.id, ...(requestId !== undefined && { requestId }) })

function byModel(tasks: readonly Task[]): Task[][] {
  const groups = new Map<string, Task[]>()
  for (const task of tasks) {
    const name = `${task.data.modelHash} ${task.data.engine}`
    groups.set(name, [...(groups.get(name) ?? []), task])
  }
  return [...groups.values()]
}
