/** A worker: takes jobs from the queue, computes them with loaded models, and stores what comes out. */
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { failItems, openStore, settleRuns } from '../src/store/index.ts'
import { type BatchContext, handleBatch } from './batch.ts'
import { Pace } from './chunks.ts'
import { errorOf } from './failure.ts'
import { jobDataSchema, priorities } from './job.ts'
import { openLease } from './lease.ts'
import { ModelCache, type OpenAttributor } from './model-cache.ts'
import { FAILED_QUEUE, openQueue, QUEUE } from './queue.ts'

export interface WorkerOptions {
  databaseUrl: string
  openAttributor: OpenAttributor
  /** The `engine` of its attributors: jobs that ask for another are not for this worker. */
  engine: string
  /** What a pass of its attributors may use; what needs more goes to a worker with more, if there is one. */
  passMemoryBytes: number
  /** Jobs taken at once; they are computed in chunks of about a second (`chunks.ts`). */
  batchSize?: number
  /** Takes only what someone waits for. */
  interactiveOnly?: boolean
  /** What the weights of loaded models may take together; default: half of the machine's memory. */
  modelMemoryBytes?: number
  /** How often the queue is looked at without a notice, for what became due (retries) and for lost notices. */
  pollSeconds?: number
  /** The name under which this machine's model folders are registered. */
  host?: string
  logger?: Logger
}

export interface Worker {
  /** Takes nothing new, finishes the chunk that is under way or, after `timeoutMs`, gives it back, and frees all. */
  stop(options?: { timeoutMs?: number }): Promise<void>
}

const DEFAULT_BATCH = 64
const DEFAULT_STOP_MS = 10_000
/** After the work was told to end at once. */
const ABORT_GRACE_MS = 5000
const DEFAULT_POLL_SECONDS = 1

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { databaseUrl, openAttributor, host = os.hostname(), logger = pino({ name: 'worker' }) } = options
  const { batchSize = DEFAULT_BATCH, pollSeconds = DEFAULT_POLL_SECONDS } = options
  const onError = ({ message }: Error) => logger.warn({ reason: message }, 'queue')
  const { engine, passMemoryBytes: memoryLimitBytes, interactiveOnly = false } = options
  const skills = { engine, memoryLimitBytes, host, interactiveOnly }
  const queue = await openQueue({ databaseUrl, worker: skills, onError })
  const store = openStore(databaseUrl, { connections: 4 })
  const models = new ModelCache({
    store,
    openAttributor,
    host,
    memoryLimitBytes: options.modelMemoryBytes ?? os.totalmem() / 2,
  })
  // Also says that there is a worker (`statistics.ts`).
  await queue.notices.ready()
  const lease = openLease({ databaseUrl, onError })
  const abort = new AbortController()
  const pace = new Pace()
  let stopping = false
  // Known only after the first batch may have come.
  let workId: string | undefined

  const context: BatchContext = {
    store,
    models,
    logger,
    queue,
    skills,
    pace,
    stopping: () => stopping,
    signal: abort.signal,
    wake: () => workId && queue.boss.notifyWorker(workId),
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
    async (jobs) => {
      lease.hold(jobs)
      try {
        return await handleBatch(context, jobs)
      } finally {
        lease.release(jobs)
      }
    },
  )

  // Jobs that failed for good, however: refused by us, or given up by pg-boss after their workers died.
  await queue.boss.work(
    FAILED_QUEUE,
    { batchSize: 16, includeMetadata: true, pollingIntervalSeconds: pollSeconds },
    async (jobs) => {
      for (const job of jobs) {
        const data = jobDataSchema.safeParse(job.data)
        if (!data.success) continue
        const error = errorOf(job.sourceOutput)
        logger.error({ job: job.sourceId, requestId: data.data.requestId, code: error.code, reason: error.message }, 'attribution given up')
        await failItems(store, [data.data.key], error.message)
        await settleRuns(store, [data.data.key])
        await queue.notices.send([data.data.key]).catch(() => undefined)
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
    await queue.close()
    await store.close()
  }
  let stopped: Promise<void> | undefined
  return { stop: (stopOptions) => (stopped ??= stop(stopOptions)) }
}
