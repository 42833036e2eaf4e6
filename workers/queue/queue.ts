/**
 * The queue: pg-boss in the same Postgres. There is one queue for everything, so that bulk and on-demand work share one
 * path; priorities put jobs that someone waits for first. The policy `exclusive`, with the result's key, keeps a
 * request that is queued or under way from being queued again.
 */
import { PgBoss } from 'pg-boss'
import { UserError } from '../../src/errors.ts'
import { sessionUrl } from '../../src/postgres/session.ts'
import { type Notices, openNotices } from './notices.ts'
import { tellSome } from './outage-log.ts'
import { workerName } from './skills.ts'

export const QUEUE = 'attribution'
/** Copies of jobs that failed for good; the worker that takes one tells the runs that waited. */
export const FAILED_QUEUE = 'attribution-failed'

/** A worker that was silent for this long counts as dead. pg-boss allows no less. */
const HEARTBEAT_SECONDS = 10
/** How often dead workers are looked for: every worker tries, and one of them does it. */
const SUPERVISE_SECONDS = 1
/** How often jobs that are old enough are deleted. */
const CLEAN_SECONDS = 600
/**
 * Retries after a failure that may pass, or after the death of the worker: first in a small batch, then twice alone.
 */
const RETRIES = 3
const HOUR = 60 * 60
const DAY = 24 * HOUR
/** Failed jobs are kept this long, so that those who ask late still get the reason. */
export const KEEP_FAILED_SECONDS = 7 * DAY

/**
 * How often the job has failed. Giving a job back is no failure, although pg-boss counts it as an attempt (`giveBack`).
 */
export const failuresOf = (job: { retryCount: number; retryLimit: number }): number =>
  Math.max(0, RETRIES - (job.retryLimit - job.retryCount))

export interface Queue {
  boss: PgBoss
  notices: Notices
  close(): Promise<void>
}

export interface QueueOptions {
  databaseUrl: string
  /** The name of the worker that takes jobs from this queue and looks after the jobs of dead workers. */
  worker?: string
  /** Connections at most. */
  connections?: number
  /** While the database is away, told of some errors only; `withheld`: of how many it was not told since. */
  onError?: (error: Error, withheld: number) => void
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { databaseUrl, worker, connections = 4, onError } = options
  const works = worker !== undefined
  const boss = new PgBoss({
    // A worker's claims and receipts need not survive a crash of the server, since a job that is claimed or done twice
    // is stored once. That saves two waits for the disk per job. Requests must survive, and so must results (which the
    // store writes).
    connectionString: sessionUrl(databaseUrl, works ? { synchronous_commit: 'off' } : {}),
    application_name: 'tributary-queue',
    max: connections,
    supervise: works,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    // This pass looks for dead workers. It also counts all jobs, which is why jobs are deleted soon (below).
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: CLEAN_SECONDS,
    schedule: false,
    useListenNotify: works,
  })
  if (onError) boss.on('error', tellSome(onError))
  else boss.on('error', () => undefined)
  try {
    await boss.start()
    await createQueues(boss)
  } catch (cause) {
    await boss.stop({ graceful: false }).catch(() => undefined)
    throw new UserError('DATABASE_UNAVAILABLE', `The job queue did not start: ${messageOf(cause)}.`, { cause })
  }
  const notices = openNotices(databaseUrl, worker === undefined ? undefined : workerName(worker))
  const close = async () => {
    await notices.close()
    await boss.stop({ graceful: false })
  }
  return { boss, notices, close }
}

async function createQueues(boss: PgBoss): Promise<void> {
  const present = new Set((await boss.getQueues([QUEUE, FAILED_QUEUE])).map(({ name }) => name))
  if (!present.has(FAILED_QUEUE)) {
    await boss.createQueue(FAILED_QUEUE, {
      retryLimit: 10,
      retryBackoff: true,
      deleteAfterSeconds: KEEP_FAILED_SECONDS,
    })
  }
  if (present.has(QUEUE)) return
  await boss.createQueue(QUEUE, {
    policy: 'exclusive',
    deadLetter: FAILED_QUEUE,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    // Long sweeps are fine as long as the worker lives.
    expireInSeconds: DAY - 1,
    retryLimit: RETRIES,
    retryDelay: 0,
    // The result is in the store. The job itself is kept a while, because someone may still follow it.
    deleteAfterSeconds: HOUR,
    notify: true,
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
