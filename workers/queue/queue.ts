/**
 * The queue: pg-boss in the same Postgres. One queue for everything, so that bulk and on-demand share one path;
 * priorities put those who wait first. `exclusive` with the result's key: what is queued or under way is not queued
 * again.
 */
import { PgBoss } from 'pg-boss'
import { UserError } from '../../src/errors.ts'
import { sessionUrl } from '../../src/postgres/session.ts'
import { type Notices, openNotices } from './notices.ts'
import { workerName } from './skills.ts'

export const QUEUE = 'attribution'
/** Copies of jobs that failed for good; the worker that takes one tells the runs that waited. */
export const FAILED_QUEUE = 'attribution-failed'

/** A worker that has not been heard of for this long is dead. pg-boss allows no less. */
const HEARTBEAT_SECONDS = 10
/** How often someone looks for dead workers: whoever works tries, one of them does. */
const SUPERVISE_SECONDS = 1
/** How often jobs that are old enough are deleted. */
const CLEAN_SECONDS = 600
/** After a failure that may pass, and after the death of its worker: in a small batch, then twice alone. */
const RETRIES = 3
const HOUR = 60 * 60
const DAY = 24 * HOUR
/** The reasons of failures stay for those who ask late. */
export const KEEP_FAILED_SECONDS = 7 * DAY

/** How often it has failed. A job that was given back has not, though it counts as another attempt (`giveBack`). */
export const failuresOf = (job: { retryCount: number; retryLimit: number }): number =>
  Math.max(0, RETRIES - (job.retryLimit - job.retryCount))

export interface Queue {
  boss: PgBoss
  notices: Notices
  close(): Promise<void>
}

export interface QueueOptions {
  databaseUrl: string
  /** The worker of this name takes jobs from it, and looks after those of dead ones. */
  worker?: string
  /** Connections at most. */
  connections?: number
  onError?: (error: Error) => void
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { databaseUrl, worker, connections = 4, onError } = options
  const works = worker !== undefined
  const boss = new PgBoss({
    // A worker's claims and receipts need not survive a crash of the server: what is claimed or done twice is stored
    // once. That saves two waits for the disk per job. What is asked must survive, and so must results (the store's).
    connectionString: sessionUrl(databaseUrl, works ? { synchronous_commit: 'off' } : {}),
    application_name: 'tributary-queue',
    max: connections,
    supervise: works,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    // The pass that looks for dead workers is this one; it also counts all jobs, hence their short lives below.
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: CLEAN_SECONDS,
    schedule: false,
    useListenNotify: works,
  })
  boss.on('error', (error) => onError?.(error))
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
    // What was done is in the store; someone may still follow the job to its end.
    deleteAfterSeconds: HOUR,
    notify: true,
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
