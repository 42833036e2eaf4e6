/**
 * Workers as others see them. Their skills tell a worker that took a job it cannot do whether another could; their
 * figures are for people. A worker exists exactly as long as the connection on which it listens, on whatever machine.
 * The name of that connection ends with the worker's id (`tributary-worker 8c1f0a94d2b7`). Everything else is in its
 * row in `worker`.
 */
import type { Store } from '../../src/store/index.ts'

export interface Skills {
  /** Of its attributors. */
  engine: string
  /** What a pass may use. */
  memoryLimitBytes: number
  /** The host name under which its machine's model folders are registered. */
  host: string
  /** Takes only jobs that someone waits for. */
  interactiveOnly: boolean
}

const APPLICATION = 'tributary-worker '

/** What its connection is called. */
export const workerName = (id: string): string => `${APPLICATION}${id}`

const CONNECTED = `pg_stat_activity a JOIN worker w ON a.application_name = '${APPLICATION}' || w.id
  WHERE a.datname = current_database()`

/** A worker that is connected to the database. */
export interface WorkerView extends Skills {
  id: string
  pid: number
  connectedAt: Date
  /** The model that it used last, as sha256; null until it has used one. */
  modelHash: string | null
  /** What people call that model. */
  model: string | null
  /** Needed arithmetic a second, as measured lately; null until it was measured. */
  flopsPerSecond: number | null
  /** While it computes, as measured lately. */
  resultsPerSecond: number | null
  /** Stored since it started. */
  results: number
  /** Jobs that failed there since it started, including those that were tried again. */
  failures: number
  lastResultAt: Date | null
  lastError: { code: string; message: string; at: Date } | null
  /** Jobs that it has in hand, as it told within the last second. */
  jobIds: string[]
}

interface WorkerRow extends Omit<WorkerView, 'lastError' | 'memoryLimitBytes'> {
  [column: string]: unknown
  memoryLimitBytes: string
  lastErrorCode: string | null
  lastError: string | null
  lastErrorAt: Date | null
}

/** Those that have been there longest first. */
export async function connectedWorkers(store: Store): Promise<WorkerView[]> {
  const rows = await store.query<WorkerRow>(
    `SELECT w.id, w.host, w.pid, w.engine, w.memory_limit_bytes AS "memoryLimitBytes", w.interactive_only AS "interactiveOnly",
       w.started_at AS "connectedAt", m.hash AS "modelHash", m.slug AS model, w.flops_per_second AS "flopsPerSecond",
       w.results_per_second AS "resultsPerSecond", w.results, w.failures, w.last_result_at AS "lastResultAt",
       w.last_error_code AS "lastErrorCode", w.last_error AS "lastError", w.last_error_at AS "lastErrorAt",
       w.job_ids AS "jobIds"
     FROM (SELECT w.* FROM ${CONNECTED}) w LEFT JOIN model m ON m.id = w.model_id ORDER BY w.started_at, w.id`,
  )
  return rows.map(({ memoryLimitBytes, lastErrorCode, lastError, lastErrorAt, ...rest }) => ({
    ...rest,
    memoryLimitBytes: Number(memoryLimitBytes),
    lastError:
      lastErrorCode === null || lastError === null || lastErrorAt === null
        ? null
        : { code: lastErrorCode, message: lastError, at: lastErrorAt },
  }))
}

/** The workers that have these jobs in hand, by the job's id; none for a job that waits, has ended, or was taken just now. */
export async function jobHolders(store: Store, jobIds: readonly string[]): Promise<Map<string, WorkerView>> {
  const wanted = new Set(jobIds)
  const workers = await connectedWorkers(store)
  return new Map(workers.flatMap((worker) => worker.jobIds.filter((id) => wanted.has(id)).map((id) => [id, worker] as const)))
}

export interface Wanted {
  engine: string
  modelHash: string
  urgent: boolean
  /** Whether the job is too large for this worker; if not, the model or the engine is missing here. */
  isTooLarge: boolean
}

/** Whether some other worker is connected that may be able to do what this one cannot. */
export async function otherCan(store: Store, mine: Skills, wanted: Wanted): Promise<boolean> {
  const rows = await store.query<{ engine: string; memory: string; host: string }>(
    `SELECT w.engine, w.memory_limit_bytes AS memory, w.host FROM ${CONNECTED} AND w.engine = $1
       AND ($3 OR NOT w.interactive_only) AND EXISTS (
         SELECT 1 FROM model m JOIN model_location l ON l.model_id = m.id WHERE m.hash = $2 AND l.host = w.host)`,
    [wanted.engine, wanted.modelHash, wanted.urgent],
  )
  return rows.some(({ engine, memory, host }) =>
    wanted.isTooLarge ? Number(memory) > mine.memoryLimitBytes : engine !== mine.engine || host !== mine.host,
  )
}
