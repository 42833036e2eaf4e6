/**
 * A batch of claimed jobs, from the queue to the store:
 *
 *  1. jobs that may have killed a worker are isolated; the rest goes back                     claims.ts
 *  2. jobs whose result is stored already are done
 *  3. per kind and model, jobs that this worker cannot do are left to others, or fail         claims.ts
 *  4. chunks of a second or less are computed and stored, the most urgent first                chunks.ts, kinds/
 *  5. between chunks the worker looks around: it may have to stop, drop a job, or first take  claims.ts
 *     what someone waits for, which is a small batch of its own
 *
 * Every failure is one job's own (queue/job.ts tells the life of a job).
 */
import type { JobResult } from 'pg-boss'
import type { Logger } from 'pino'
import { describeIssues, UserError } from '../../src/errors.ts'
import { inTransaction } from '../../src/store/index.ts'
import { Interrupted } from '../kinds/kind.ts'
import { jobKindOf } from '../kinds/kinds.ts'
import { isPassing, isShortage, toJobError } from '../queue/failure.ts'
import { isUrgent, setBackPlaces } from '../queue/fair.ts'
import { completeJobs, failJob } from '../queue/job-table.ts'
import { type JobError, readEnvelope } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'
import { chunkLength } from './chunks.ts'
import { Claims, type ClaimsContext } from './claims.ts'
import type { LoadedModel, ModelCache } from './model-cache.ts'
import { type Claimed, idsOf, type ReadyTask, type Task } from './task.ts'

export interface BatchContext extends ClaimsContext {
  queue: Queue
  models: ModelCache
  logger: Logger
  /** Takes the jobs that someone waits for out of the queue and does them, while those in hand wait. */
  answerThoseWhoWait: () => Promise<void>
}

/**
 * The jobs that are done. Those that failed or were given back have left this worker's hands already. `rests`: a worker that
 * has left everything to others waits until they have looked; it has nothing else in hand.
 */
export async function handleBatch(
  context: BatchContext, claimed: readonly Claimed[], { rests }: { rests: boolean },
): Promise<JobResult[]> {
  const batch = new Batch(context)
  await setBackPlaces(context.store, Math.min(0, ...claimed.map(({ priority }) => priority)))
  const jobs = await batch.claims.isolateSuspects(claimed)
  // The queue chooses a batch by priority, but does not return it in that order. To read and prepare what nobody waits for
  // takes time, too.
  const [urgent, bulk] = [jobs.filter(isUrgent), jobs.filter((job) => !isUrgent(job))]
  for (const alike of [urgent, bulk]) await batch.handle(alike)
  if (rests) await batch.claims.restIfIdle(jobs.length)
  return batch.results
}

class Batch {
  readonly results: JobResult[] = []
  readonly claims: Claims
  readonly #context: BatchContext
  #hasComputed = false

  constructor(context: BatchContext) {
    this.#context = context
    this.claims = new Claims(context)
  }

  async handle(jobs: readonly Claimed[]): Promise<void> {
    const open = await this.#settleStored(await this.#readJobs(jobs))
    const inOrder = open.sort((a, b) => b.priority - a.priority)
    for (const tasks of groupBy(inOrder, ({ data }) => `${data.kind} ${data.modelHash} ${data.engine}`)) {
      await this.#compute(tasks)
    }
  }

  async #readJobs(jobs: readonly Claimed[]): Promise<Task[]> {
    const tasks: Task[] = []
    for (const job of jobs) {
      const envelope = readEnvelope(job.data)
      const kind = envelope.success ? jobKindOf(envelope.data.kind) : null
      const read = kind?.schema.safeParse(job.data)
      if (kind && read?.success) {
        tasks.push({ job, kind, data: read.data, priority: job.priority, flops: read.data.flops })
        continue
      }
      const error = read?.error ?? envelope.error
      const reason = error ? describeIssues(error, job.data) : `no worker knows its kind ${envelope.data?.kind}`
      const message = `The job cannot be read (${reason}); start a worker of the version that asked for it.`
      await this.#fail(job, { code: 'BAD_INPUT', message }, { again: false })
    }
    return tasks
  }

  async #settleStored(tasks: readonly Task[]): Promise<Task[]> {
    const { store } = this.#context
    const open: Task[] = []
    for (const alike of groupBy(tasks, ({ data }) => data.kind)) {
      const found = await alike[0]!.kind.settleStored(store, alike.map(({ data }) => data.key))
      const settled = alike.filter(({ data }) => found.has(data.key))
      if (settled.length > 0) await this.#done(settled)
      open.push(...alike.filter(({ data }) => !found.has(data.key)))
    }
    return open
  }

  /** Tasks of one kind, model and engine, the most urgent first. */
  async #compute(tasks: readonly Task[]): Promise<void> {
    const [first] = tasks
    if (!first) return
    let model = await this.#loadFor(tasks, first)
    if (model === null) return
    let open = await this.claims.keepSome(await this.#makeReady(tasks, model))
    while (open.length > 0) {
      // Before the first chunk of the batch its jobs were claimed just now, so only a stop can have changed anything.
      if (this.#hasComputed || this.#context.stopping()) {
        const before = await this.claims.stillMine(open)
        open = before.open
        if (open.length > 0 && before.isOvertaken) {
          await this.#context.answerThoseWhoWait()
          // Another model may have been loaded in the place of this one, and jobs may have been cancelled.
          model = await this.#loadFor(open, first)
          if (model === null) return
          open = (await this.claims.stillMine(open)).open
        }
      }
      if (open.length === 0) return
      const chunk = open.slice(0, chunkLength(open, this.#context.pace))
      if (chunk.some(isUrgent)) this.#context.pace.asked()
      this.#hasComputed = true
      try {
        await this.#computeChunk(chunk, model)
      } catch (error) {
        if (isShortage(error)) return this.#waitForRoom(open, error)
        throw error
      }
      open = open.slice(chunk.length)
    }
  }

  /** The model of these tasks; if there is none, null, and they are left to others or have failed. */
  async #loadFor(tasks: readonly Task[], first: Task): Promise<LoadedModel | null> {
    try {
      return await this.#load(first)
    } catch (error) {
      for (const task of tasks) await this.#cannot(task, error)
      return null
    }
  }

  async #load({ data }: Task): Promise<LoadedModel> {
    const { models, skills } = this.#context
    if (skills.engine === data.engine) return models.get(data.modelHash)
    throw new UserError(
      'ENGINE_UNAVAILABLE',
      `The computation was asked of the engine ${data.engine}, and this worker has ${skills.engine}; ` +
        'start a worker with that engine, or ask the one that runs.',
    )
  }

  async #makeReady(tasks: readonly Task[], model: LoadedModel): Promise<ReadyTask[]> {
    const good: ReadyTask[] = []
    for (const task of tasks) {
      try {
        const ready = await task.kind.ready(task.data, model, this.#context.store)
        good.push({ ...task, ready, flops: ready.flops })
      } catch (error) {
        await this.#cannot(task, error)
      }
    }
    return good
  }

  /**
   * Throws only errors that `isShortage` calls a shortage of the database. The parts of the chunk that were stored
   * before that are done.
   */
  async #computeChunk(chunk: readonly ReadyTask[], model: LoadedModel): Promise<void> {
    const { store, signal, pace, report, logger } = this.#context
    const began = performance.now()
    try {
      const turn = { signal, isOver: () => this.claims.shouldYield(chunk) }
      await chunk[0]!.kind.compute(chunk.map(({ ready }) => ready), model, store, turn)
    } catch (error) {
      if (signal.aborted || error instanceof Interrupted) return this.claims.giveBack(chunk.map(({ job }) => job))
      if (isShortage(error)) throw error
      // One bad request fails the whole chunk, so the jobs are computed one by one.
      if (chunk.length > 1 && !isPassing(error)) {
        for (const task of chunk) await this.#computeChunk([task], model)
        return
      }
      for (const task of chunk) await this.#failed(task, error)
      return
    }
    const ms = performance.now() - began
    const flops = chunk.reduce((sum, task) => sum + task.flops, 0)
    pace.measured(flops, ms, chunk.length)
    report.computed(model.row.id, { results: chunk.length, flops, ms })
    logger.debug({ model: model.row.slug, results: chunk.length, ms: Math.round(ms) }, 'results stored')
    await this.#done(chunk)
  }

  async #waitForRoom(tasks: readonly Task[], error: unknown): Promise<void> {
    const done = new Set(this.results.map(({ id }) => id))
    const open = tasks.filter(({ job }) => !done.has(job.id)).map(({ job }) => job)
    this.#context.logger.error({ reason: error instanceof Error ? error.message : String(error), jobs: open.length }, 'the database refuses to store; the jobs wait')
    await this.claims.waitForRoom(open, error)
  }

  async #cannot(task: Task, error: unknown): Promise<void> {
    if (await this.claims.leftToOthers(task, error)) {
      this.#context.logger.debug({ ...idsOf(task), reason: toJobError(error) }, 'left to another worker')
    } else await this.#failed(task, error)
  }

  /**
   * Called at once, not when the batch ends, so that a worker that dies leaves no job behind whose result is stored.
   */
  async #done(tasks: readonly Task[]): Promise<void> {
    await inTransaction(this.#context.store, (client) => completeJobs(client, tasks.map(({ data }) => data.key)))
    for (const task of tasks) {
      this.results.push({ id: task.job.id, status: 'completed' })
      this.#context.logger.debug(idsOf(task), 'job done')
    }
    await this.#announce(tasks)
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    const { job, kind, data } = task
    const output = toJobError(error)
    if (isPassing(error)) {
      this.#context.logger.warn({ ...idsOf(task), err: error }, 'job failed, to be tried again')
      return this.#fail(job, output, { again: true })
    }
    this.#context.logger.info({ ...idsOf(task), ...output }, 'job refused')
    await this.#fail(job, output, { again: false })
    await kind.giveUp(this.#context.store, [data.key], output.message)
    await this.#announce([task])
  }

  /** Called at once, not when the batch ends, because someone waits for the reason. */
  async #fail(job: Claimed, error: JobError, options: { again: boolean }): Promise<void> {
    this.#context.report.failed(error)
    await failJob(this.#context.store, this.#context.queue, job, error, options)
    this.#context.report.left([job])
  }

  /** Tasks of one kind. */
  async #announce(tasks: readonly Task[]): Promise<void> {
    const { store, queue } = this.#context
    const keys = tasks.map(({ data }) => data.key)
    // Those who wait are told first; a lost notice costs them a poll.
    await queue.notices.send(keys).catch(() => undefined)
    await tasks[0]?.kind.settleRuns(store, keys)
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
