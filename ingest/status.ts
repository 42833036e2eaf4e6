/** `tributary status`: what there is, what is queued, how far the runs are. */
import { z } from 'zod'
import { resolveConfig } from '../src/config.ts'
import type { Store } from '../src/store/index.ts'
import type { CliContext } from './context.ts'
import { withStore } from './store.ts'
import { table } from './terminal/table.ts'

interface Status {
  database: string
  models: number
  datasets: number
  results: number
  jobs: Record<'waiting' | 'active' | 'failed', number>
  runs: RunStatus[]
}

const runSchema = z.object({
  run_id: z.number(),
  model: z.string(),
  dataset: z.string(),
  partition: z.string(),
  mode: z.string(),
  rule: z.string(),
  status: z.string(),
  total: z.number(),
  done: z.coerce.number(),
  failed: z.coerce.number(),
})
type RunStatus = z.infer<typeof runSchema>

const SHOWN_RUNS = 20

export async function status({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const found = await withStore(config, readStatus)
  context.print(json ? `${JSON.stringify(found)}\n` : describeStatus(found))
}

async function readStatus(store: Store): Promise<Status> {
  const [models, datasets, results] = await Promise.all([
    store.prisma.model.count(),
    store.prisma.dataset.count(),
    store.prisma.result.count(),
  ])
  const runs = await store.query(
    `SELECT run_id, model, dataset, partition::text, mode::text, rule, status::text, total, done, failed
     FROM run_progress ORDER BY started_at DESC LIMIT $1`,
    [SHOWN_RUNS],
  )
  return { database: store.address, models, datasets, results, jobs: await countJobs(store), runs: z.array(runSchema).parse(runs) }
}

async function countJobs(store: Store): Promise<Status['jobs']> {
  // The queue's tables are made when the first worker, server or ingest opens it.
  const [exists] = await store.query<{ found: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS found`)
  if (!exists?.found) return { waiting: 0, active: 0, failed: 0 }
  const [counts] = await store.query<Status['jobs']>(
    `SELECT (count(*) FILTER (WHERE state < 'active'))::int AS waiting,
       (count(*) FILTER (WHERE state = 'active'))::int AS active,
       (count(*) FILTER (WHERE state = 'failed'))::int AS failed
     FROM pgboss.job WHERE name = 'attribution'`,
  )
  return counts ?? { waiting: 0, active: 0, failed: 0 }
}

function describeStatus({ database, models, datasets, results, jobs, runs }: Status): string {
  const head = [
    `Database  ${database}`,
    `Contents  ${models} models, ${datasets} datasets, ${results.toLocaleString('en')} attributions`,
    `Jobs      ${jobs.waiting} waiting, ${jobs.active} under way, ${jobs.failed} failed in the last days`,
  ].join('\n')
  if (runs.length === 0) return `${head}\nRuns      none yet; begin one with tributary ingest --model ID --dataset ID\n`
  const rows = runs.map(({ run_id, dataset, model, partition, mode, rule, status: state, done, failed, total }) => [
    run_id,
    dataset,
    model,
    partition,
    mode,
    rule,
    state,
    done,
    failed,
    total,
  ])
  return `${head}\n\n${table(['run', 'dataset', 'model', 'by', 'mode', 'rule', 'state', 'done', 'failed', 'prompts'], rows)}`
}
