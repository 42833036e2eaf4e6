/** What a worker says about itself, in its row of `worker`: for people, and for workers that look for another. */
import { randomBytes } from 'node:crypto'
import type { Store } from '../../src/store/index.ts'
import type { JobError } from '../queue/job.ts'
import { type Skills, workerName } from '../queue/skills.ts'

/** How old a worker's row may be, and the least time between two writes: more often would cost more than it tells. */
const WRITE_MS = 1000
/** The newest measurement's weight. */
const NEWEST = 0.5
const ID_BYTES = 6

interface State {
  modelId: number | null
  flopsPerSecond: number | null
  resultsPerSecond: number | null
  results: number
  failures: number
  lastError: JobError | null
  lastErrorAt: Date | null
  lastResultAt: Date | null
}

export class WorkerReport {
  readonly id = randomBytes(ID_BYTES).toString('hex')
  readonly #store: Store
  readonly #skills: Skills
  #state: State = {
    modelId: null, flopsPerSecond: null, resultsPerSecond: null, results: 0, failures: 0, lastError: null, lastErrorAt: null,
    lastResultAt: null,
  }
  readonly #inHand = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #writtenAt = -Infinity

  constructor(store: Store, skills: Skills) {
    this.#store = store
    this.#skills = skills
  }

  /** Writes the row before the worker's connection exists, so that whoever sees the connection finds the row. */
  async open(): Promise<void> {
    // Removes rows of workers that died. A worker that is just starting has a row but no connection yet.
    await this.#store.query(
      `DELETE FROM worker w WHERE started_at < now() - interval '1 minute' AND NOT EXISTS (
         SELECT 1 FROM pg_stat_activity a WHERE a.datname = current_database() AND a.application_name = $1 || w.id)`,
      [workerName('')],
    )
    await this.#write()
  }

  /** It has taken these jobs. */
  took(jobs: readonly { id: string }[]): void {
    for (const { id } of jobs) this.#inHand.add(id)
    this.#writeSoon()
  }

  /** It has them no longer, whatever became of them. */
  left(jobs: readonly { id: string }[]): void {
    const before = this.#inHand.size
    for (const { id } of jobs) this.#inHand.delete(id)
    if (this.#inHand.size < before) this.#writeSoon()
  }

  computed(modelId: number, { results, flops, ms }: { results: number; flops: number; ms: number }): void {
    const { flopsPerSecond, resultsPerSecond } = this.#state
    const seconds = Math.max(ms, 0.001) / 1000
    this.#state = {
      ...this.#state,
      modelId,
      flopsPerSecond: flops > 0 ? mixed(flopsPerSecond, flops / seconds) : flopsPerSecond,
      resultsPerSecond: mixed(resultsPerSecond, results / seconds),
      results: this.#state.results + results,
      lastResultAt: new Date(),
    }
    this.#writeSoon()
  }

  failed(error: JobError): void {
    this.#state = { ...this.#state, failures: this.#state.failures + 1, lastError: error, lastErrorAt: new Date() }
    this.#writeSoon()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#writing
    await this.#store.query('DELETE FROM worker WHERE id = $1', [this.id]).catch(() => undefined)
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // If the database is away, this report is lost; the next one has the same news.
      this.#writing = this.#write().catch(() => undefined)
    }, Math.max(0, this.#writtenAt + WRITE_MS - performance.now())).unref()
  }

  async #write(): Promise<void> {
    this.#writtenAt = performance.now()
    const { engine, host, interactiveOnly, memoryLimitBytes } = this.#skills
    const { modelId, flopsPerSecond, resultsPerSecond, results, failures, lastError, lastErrorAt, lastResultAt } = this.#state
    await this.#store.query(
      `INSERT INTO worker (id, host, pid, engine, memory_limit_bytes, interactive_only, model_id, flops_per_second,
         results_per_second, results, failures, last_error_code, last_error, last_error_at, last_result_at, job_ids)
       VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM model WHERE id = $7), $8, $9, $10, $11, $12, $13,
         now() - make_interval(secs => $14), now() - make_interval(secs => $15), $16::uuid[])
       ON CONFLICT (id) DO UPDATE SET model_id = excluded.model_id, flops_per_second = excluded.flops_per_second,
         results_per_second = excluded.results_per_second, results = excluded.results, failures = excluded.failures,
         last_error_code = excluded.last_error_code, last_error = excluded.last_error,
         last_error_at = excluded.last_error_at, last_result_at = excluded.last_result_at,
         job_ids = excluded.job_ids`,
      [
        this.id, host, process.pid, engine, Math.floor(memoryLimitBytes), interactiveOnly, modelId, flopsPerSecond,
        resultsPerSecond, results, failures, lastError?.code ?? null, lastError?.message ?? null, secondsAgo(lastErrorAt),
        secondsAgo(lastResultAt), [...this.#inHand],
      ],
    )
  }
}

/** By the database's clock: this machine's may be wrong. */
const secondsAgo = (at: Date | null): number | null => (at === null ? null : (Date.now() - at.getTime()) / 1000)

const mixed = (before: number | null, now: number): number => (before === null ? now : (1 - NEWEST) * before + NEWEST * now)
