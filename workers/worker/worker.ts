/** A worker: takes jobs from the queue, computes them with loaded models, and stores what comes out. */
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { openStore, type Store } from '../../src/store/index.ts'
import { jobKindOf } from '../kinds/kinds.ts'
import { type BatchContext, handleBatch } from './batch.ts'
import { Pace } from './chunks.ts'
import { placeOldJobs } from '../queue/fair.ts'
import { errorOf } from '../queue/failure.ts'
import { completeStored } from '../queue/job-table.ts'
import { priorities, readEnvelope } from '../queue/job.ts'
import { openLease } from './lease.ts'
import { ModelCache, type OpenAttributor } from './model-cache.ts'
import { WorkerReport } from './report.ts'
import { FAILED_QUEUE, openQueue, QUEUE } from '../queue/queue.ts'
import { removeForgottenJobs } from '../queue/withdraw.ts'
import type { Claimed } from './task.ts'

export interface WorkerOptions {
  databaseUrl: string
  openAttributor: OpenAttributor
  /** The `engine` of its attributors: jobs that ask for another are not for this worker. */
  engine: string
  /**
   * Memory that a pass of its attributors may use. A job that needs more goes to a worker with more, if there is one.
   */
  passMemoryBytes: number
  /** Jobs taken at once; they are computed in chunks of about a second (`chunks.ts`). */
  batchSize?: number
  /** Takes only jobs that someone waits for. */
  interactiveOnly?: boolean
  /** What the weights of loaded models may take together; default: half of the machine's memory. */
  modelMemoryBytes?: number
  /** How often the queue is looked at without a notice, because retries become due and notices may get lost. */
  pollSeconds?: number
  /** The name under which this machine's model folders are registered. */
  host?: string
  logger?: Logger
}

export interface Worker {
  /**
   * Takes nothing new, finishes the chunk that is under way or, after `timeoutMs`, gives it back, and then frees
   * everything.
   */
  stop(options?: { timeoutMs?: number }): Promise<void>
}

const DEFAULT_BATCH = 64
const DEFAULT_STOP_MS = 10_000
/** How long work may still take after it was told to end at once. */
const ABORT_GRACE_MS = 5000
const DEFAULT_POLL_SECONDS = 1

/** Mends what an earlier version, or a restored database, left in the queue. */
async function heal(store: Store, logger: Logger): Promise<void> {
  try {
    const [ended, forgotten, placed] = [await completeStored(store), await removeForgottenJobs(store), await placeOldJobs(store)]
    if (ended + forgotten + placed > 0) logger.info({ ended, forgotten, placed }, 'jobs of an earlier version put in order')
  } catch (err) {
    logger.warn({ err }, 'jobs of an earlier version could not be put in order')
  }
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { databaseUrl, openAttributor, host = os.hostname(), logger = pino({ name: 'worker' }) } = options
  const { batchSize = DEFAULT_BATCH, pollSeconds = DEFAULT_POLL_SECONDS } = options
  const onError = ({ message }: Error, withheld = 0) => logger.warn({ reason: message, ...(withheld > 0 && { withheld }) }, 'queue')
  const { engine, passMemoryBytes: memoryLimitBytes, interactiveOnly = false } = options
  const skills = { engine, memoryLimitBytes, host, interactiveOnly }
  const store = openStore(databaseUrl, { connections: 4 })
  const report = new WorkerReport(store, skills)
  const queue = await openQueue({ databaseUrl, worker: report.id, onError }).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const models = new ModelCache({
    store,
    openAttributor,
    host,
    memoryLimitBytes: options.modelMemoryBytes ?? os.totalmem() / 2,
  })
  await report.open()
  // This connection also tells others that this worker exists (`skills.ts`).
  await queue.notices.ready()
  await heal(store, logger)
  const lease = openLease({ databaseUrl, onError })
  const abort = new AbortController()
  const pace = new Pace()
  let stopping = false
  // Known only after the first batch may have come.
  let workId: string | undefined

  const handle = async (jobs: readonly Claimed[], { rests }: { rests: boolean }) => {
    lease.hold(jobs)
    report.took(jobs)
    try {
      return await handleBatch(context, jobs, { rests })
    } finally {
      lease.release(jobs)
      report.left(jobs)
    }
  }
  const context: BatchContext = {
    store,
    models,
    logger,
    queue,
    skills,
    pace,
    report,
    stopping: () => stopping,
    signal: abort.signal,
    wake: () => workId && queue.boss.notifyWorker(workId),
    async answerThoseWhoWait() {
      const jobs = await queue.boss.fetch<unknown>(QUEUE, { batchSize, includeMetadata: true, minPriority: priorities.interactive })
      if (jobs.length > 0) await handle(jobs, { rests: false })
    },
  }
  workId = await queue.boss.work(
    QUEUE,
    {
      batchSize,
      includeMetadata: true,
      perJobResults: true,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: pollSeconds,
      notifyPollingIntervalSeconds: pollSeconds,
      ...(interactiveOnly ? { minPriority: priorities.interactive } : {}),
    },
    (jobs) => handle(jobs, { rests: true }),
  )

  // This queue gets every job that failed for good: those we refused, and those pg-boss gave up after their workers
  // died.
  await queue.boss.work(
    FAILED_QUEUE,
    { batchSize: 16, includeMetadata: true, pollingIntervalSeconds: pollSeconds },
    async (jobs) => {
      for (const job of jobs) {
        const envelope = readEnvelope(job.data)
        const kind = envelope.success ? jobKindOf(envelope.data.kind) : null
        if (!envelope.success || kind === null) continue
        const { key, requestId } = envelope.data
        const error = errorOf(job.sourceOutput)
        logger.error({ job: job.sourceId, requestId, code: error.code, reason: error.message }, 'job given up')
        await kind.giveUp(store, [key], error.message)
        await kind.settleRuns(store, [key])
        await queue.notices.send([key]).catch(() => undefined)
      }
    },
  )

  const stop = async ({ timeoutMs = DEFAULT_STOP_MS }: { timeoutMs?: number } = {}) => {
    stopping = true
    const timer = setTimeout(() => abort.abort(), timeoutMs)
    const finished = Promise.all([QUEUE, FAILED_QUEUE].map((name) => queue.boss.offWork(name, { wait: true })))
    await Promise.race([finished, sleep(timeoutMs + ABORT_GRACE_MS, undefined, { ref: false })])
    clearTimeout(timer)
    await models.close()
    await lease.close()
    await report.close()
    await queue.close()
    await store.close()
  }
  let stopped: Promise<void> | undefined
  return { stop: (stopOptions) => (stopped ??= stop(stopOptions)) }
}
