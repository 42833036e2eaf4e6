/**
 * What Prometheus reads at `/metrics`. Requests and cache hits are those of this process. The queue, the workers and
 * their work are read from the database at each scrape, so that one address covers workers on any machine.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ServerLogger } from '../logger.ts'

/** What a scrape asks of the rest of the system. */
export interface MetricsSource {
  queue(): Promise<{
    jobs: { state: string; urgency: string; count: number }[]
    oldestWaitingSeconds: number
    workers: number
  }>
  /** Those that are connected. */
  workers(): Promise<WorkerFigures[]>
  /** Those that have not ended. */
  runs(): Promise<RunFigures[]>
  /** Jobs given up that the queue still remembers, by their code. */
  failures(): Promise<{ code: string; count: number }[]>
  /** Since the last call. */
  endedJobs(): Promise<{ outcome: string; urgency: string; seconds: number }[]>
  /** Milliseconds of results since the last call. */
  computed(): Promise<number[]>
  rowsWritten(): Promise<{ results: number; contributions: number }>
}

interface WorkerFigures {
  id: string
  engine: string
  model: string | null
  flopsPerSecond: number | null
  resultsPerSecond: number | null
  results: number
  failures: number
}

interface RunFigures {
  run: number
  model: string
  dataset: string
  weight: number
  /** Prompts by their state: done, failed, waiting, active, unqueued. */
  prompts: Record<string, number>
  /** What it waits for, in a word. */
  waitsFor: string
}

export interface Metrics {
  contentType: string
  /** The text that Prometheus reads. */
  text(): Promise<string>
  /** `field` is the operation's first field, not its name: clients could make up any number of names. */
  request(labels: { type: string; field: string; code: string }, seconds: number): void
  /** Attributions asked for: found in the store, or left to workers. */
  cache(found: { hits: number; misses: number }): void
}

const REQUEST_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 150]
const JOB_BUCKETS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200]
const SWEEP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

export function openMetrics(source: MetricsSource, logger: ServerLogger): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'tributary_request_seconds',
    help: 'Time of GraphQL operations, by type, first field and error code (OK without one).',
    labelNames: ['type', 'field', 'code'],
    buckets: REQUEST_BUCKETS,
    registers,
  })
  const cache = new Counter({
    name: 'tributary_cache_total',
    help: 'Attributions asked for over GraphQL: hit when stored already, miss when left to workers.',
    labelNames: ['outcome'],
    registers,
  })
  const gauges = databaseGauges(registers)
  const collect = async () => {
    try {
      await gauges.read(source)
      gauges.up.set(1)
    } catch (error) {
      // Metrics matter most while something is wrong, so the rest is reported even if the database cannot be read.
      logger.warn({ err: error }, 'metrics of the database could not be read')
      gauges.up.set(0)
    }
  }
  let collecting: Promise<void> | undefined

  return {
    contentType: registry.contentType,
    async text() {
      // Two scrapes at once share one look, because each look counts what is new since the one before.
      collecting ??= collect().finally(() => (collecting = undefined))
      await collecting
      return registry.metrics()
    },
    request: (labels, seconds) => requests.observe(labels, seconds),
    cache({ hits, misses }) {
      cache.inc({ outcome: 'hit' }, hits)
      cache.inc({ outcome: 'miss' }, misses)
    },
  }
}

function databaseGauges(registers: Registry[]) {
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers })
  const up = gauge('tributary_database_up', 'Whether the database answered this scrape; 0: the numbers below are old.')
  const depth = gauge('tributary_queue_jobs', 'Jobs that have not ended.', ['state', 'urgency'])
  const oldest = gauge('tributary_queue_oldest_seconds', 'Age of the job that has waited longest; 0 when none waits.')
  const workers = gauge('tributary_workers', 'Workers that are connected to the database.')
  const rows = gauge('tributary_rows_written', "Rows written since the database's statistics began.", ['table'])
  const worker = ['worker', 'engine', 'model']
  const flops = gauge('tributary_worker_flops', 'Needed arithmetic a second of each worker while it computes, as measured lately.', worker)
  const pace = gauge('tributary_worker_results_per_second', 'Results a second of each worker while it computes, lately.', worker)
  const stored = gauge('tributary_worker_results', 'Results that each worker has stored since it started.', worker)
  const failed = gauge('tributary_worker_failures', 'Jobs that failed on each worker since it started, also those tried again.', worker)
  const run = ['run', 'model', 'dataset']
  const weights = gauge('tributary_run_weight', 'Share of the workers of each run that has not ended.', run)
  const prompts = gauge('tributary_run_prompts', 'Prompts of each run that has not ended, by state.', [...run, 'state'])
  const waits = gauge('tributary_run_waits', 'What each run that has not ended waits for: 1 under its reason.', [...run, 'reason'])
  const givenUp = gauge('tributary_jobs_given_up', 'Jobs that failed for good within the last week, by code.', ['code'])
  const jobs = new Histogram({
    name: 'tributary_job_seconds',
    help: 'Time of jobs from being asked for to their end, since this server started.',
    labelNames: ['outcome', 'urgency'],
    buckets: JOB_BUCKETS,
    registers,
  })
  const sweeps = new Histogram({
    name: 'tributary_sweep_seconds',
    help: 'Time of the computation of each result (its share of the sweep), since this server started.',
    buckets: SWEEP_BUCKETS,
    registers,
  })
  return {
    up,
    async read(source: MetricsSource): Promise<void> {
      const [queue, there, runs, reasons, ended, computed, written] = await Promise.all([
        source.queue(),
        source.workers(),
        source.runs(),
        source.failures(),
        source.endedJobs(),
        source.computed(),
        source.rowsWritten(),
      ])
      for (const { state, urgency, count } of queue.jobs) depth.set({ state, urgency }, count)
      oldest.set(queue.oldestWaitingSeconds)
      workers.set(queue.workers)
      // Runs and workers that are gone must not be reported any more.
      for (const each of [flops, pace, stored, failed, weights, prompts, waits, givenUp]) each.reset()
      for (const { id, engine, model, ...figures } of there) {
        const labels = { worker: id, engine, model: model ?? '' }
        if (figures.flopsPerSecond !== null) flops.set(labels, figures.flopsPerSecond)
        if (figures.resultsPerSecond !== null) pace.set(labels, figures.resultsPerSecond)
        stored.set(labels, figures.results)
        failed.set(labels, figures.failures)
      }
      for (const { run: number, model, dataset, weight, prompts: states, waitsFor } of runs) {
        const labels = { run: String(number), model, dataset }
        weights.set(labels, weight)
        for (const [state, count] of Object.entries(states)) prompts.set({ ...labels, state }, count)
        waits.set({ ...labels, reason: waitsFor }, 1)
      }
      for (const { code, count } of reasons) givenUp.inc({ code }, count)
      for (const { outcome, urgency, seconds } of ended) jobs.observe({ outcome, urgency }, seconds)
      for (const milliseconds of computed) sweeps.observe(milliseconds / 1000)
      rows.set({ table: 'result' }, written.results)
      rows.set({ table: 'contribution' }, written.contributions)
    },
  }
}
