/** `tributary status`: what there is, what is queued, how far the runs are. */
import { z } from 'zod'
import { formatBytes } from '../../src/depass/memory-limit.ts'
import { resolveConfig } from '../../src/config.ts'
import type { Store } from '../../src/store/index.ts'
import { type QueueView, type RunWait, runWaits, viewQueue } from '../../workers/index.ts'
import { runWork, type RunWork } from '../../src/interventions/words.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { describeWork } from './runs.ts'
import { duration } from '../terminal/numbers.ts'
import { table } from '../terminal/table.ts'
import { counted } from '../../src/counted.ts'

interface Status {
  database: string
  models: number
  datasets: number
  results: number
  /** In a word; `queue` has the rest. */
  jobs: Record<'waiting' | 'active' | 'failed', number>
  queue: QueueView
  runs: RunStatus[]
}

const runSchema = z.object({
  run_id: z.number(),
  model: z.string(),
  dataset: z.string(),
  options: z.unknown(),
  partition: z.string(),
  mode: z.string(),
  rule: z.string(),
  status: z.string(),
  total: z.number(),
  done: z.coerce.number(),
  failed: z.coerce.number(),
  weight: z.number(),
})
type RunStatus = Omit<z.infer<typeof runSchema>, 'options'> & RunWork & { waits_for: RunWait | null }

const SHOWN_RUNS = 20

export async function status({ json, failures }: { json: boolean; failures: number }, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const found = await withStore(config, (store) => readStatus(store, failures))
  context.print(json ? `${JSON.stringify(found)}\n` : describeStatus(found))
}

async function readStatus(store: Store, failures: number): Promise<Status> {
  const [models, datasets, results] = await Promise.all([
    store.prisma.model.count(),
    store.prisma.dataset.count(),
    store.prisma.result.count(),
  ])
  const rows = await store.query(
    `SELECT run_id, model, dataset, options, partition::text, mode::text, rule, status::text, total, done, failed, weight
     FROM run_progress ORDER BY started_at DESC LIMIT $1`,
    [SHOWN_RUNS],
  )
  const queue = await viewQueue(store, failures)
  const found = z.array(runSchema).parse(rows)
  const waits = await runWaits(store, found.map(({ run_id: id }) => id))
  const runs = found.map(({ run_id, model, dataset, options, ...run }) => ({
    run_id, model, dataset, ...runWork(options, model), ...run, waits_for: waits.get(run_id) ?? null,
  }))
  return { database: store.address, models, datasets, results, jobs: summarised(queue), queue, runs }
}

function summarised({ jobs, failed }: QueueView): Status['jobs'] {
  const countOf = (state: 'waiting' | 'active') => jobs.reduce((sum, job) => (job.state === state ? sum + job.count : sum), 0)
  return { waiting: countOf('waiting'), active: countOf('active'), failed }
}

function describeStatus({ database, models, datasets, results, queue, runs }: Status): string {
  const head = [
    `Database  ${database}`,
    `Contents  ${counted(models, 'model')}, ${counted(datasets, 'dataset')}, ${counted(results, 'attribution')}`,
    ...describeQueue(queue),
  ].join('\n')
  if (runs.length === 0) return `${head}\nRuns      none yet; begin one with tributary ingest --model ID --dataset ID\n`
  const rows = runs.map(({ run_id, dataset, model, computes, change, partition, mode, rule, status: state, weight, done, failed, total }) => [
    run_id,
    dataset,
    model,
    describeWork({ computes, change }),
    partition,
    mode,
    rule,
    state,
    weight,
    done,
    failed,
    total,
  ])
  const headings = ['run', 'dataset', 'model', 'computes', 'by', 'mode', 'rule', 'state', 'weight', 'done', 'failed', 'prompts']
  const waiting = runs.flatMap(describeWait)
  return `${head}\n\n${table(headings, rows)}${waiting.length > 0 ? `\n${waiting.join('\n')}\n` : ''}`
}

/** Of what is not over, and how to go on where somebody has to. */
function describeWait({ run_id: id, waits_for: wait }: RunStatus): string[] {
  if (wait === null || wait.reason === 'nothing') return []
  const advice = ['stopped', 'lost', 'planning'].includes(wait.reason) ? ` (tributary run resume ${id})` : ''
  const left = wait.secondsLeft === null ? '' : ` About ${duration(1000 * wait.secondsLeft)} left at the pace of the last minute.`
  return [`Run ${id}: ${wait.message}${advice}${left}`]
}


function describeQueue(queue: QueueView): string[] {
  const { jobs, oldestWaitingSeconds, ended, workers, failureReasons } = queue
  const { waiting, active } = summarised(queue)
  const waitedFor = jobs.reduce((sum, job) => (job.urgency === 'interactive' ? sum + job.count : sum), 0)
  const oldest = waiting > 0 ? ` (the oldest for ${Math.round(oldestWaitingSeconds)} s)` : ''
  const rates = `${ended.done} done and ${ended.failed} failed in the last minute`
  return [
    `Jobs      ${waiting} waiting${oldest}, ${active} under way; someone waits for ${waitedFor}; ${rates}`,
    ...(workers.length === 0 ? ['Workers   none; start one with tributary start, or tributary work'] : workers.map(describeWorker)),
    ...failureReasons.map(
      ({ code, message, count, lastAt }) => `Failed    ${count} ×  ${code}  ${message} (the last at ${lastAt.toISOString()})`,
    ),
  ]
}

function describeWorker(worker: QueueView['workers'][number]): string {
  const { host, pid, engine, memoryLimitBytes, interactiveOnly, model, resultsPerSecond, flopsPerSecond, lastError } = worker
  const pace = [
    resultsPerSecond === null ? null : `${resultsPerSecond.toPrecision(3)} results/s`,
    flopsPerSecond === null ? null : `${(flopsPerSecond / GIGA).toPrecision(3)} GFLOP/s`,
  ].filter((part) => part !== null)
  const parts = [
    `${engine} with ${formatBytes(memoryLimitBytes)} on ${host} (process ${pid})`,
    ...(interactiveOnly ? ['only for those who wait'] : []),
    ...(model === null ? [] : [`model ${model}`]),
    ...(pace.length > 0 ? [`${pace.join(' and ')} lately`] : []),
  ]
  const failure = lastError === null ? '' : `\n          last failure at ${lastError.at.toISOString()}: ${lastError.code}  ${lastError.message}`
  return `Worker    ${parts.join(', ')}${failure}`
}

const GIGA = 1e9
