/** `tributary run …`: runs listed, stopped, gone on with, removed. */
import { z } from 'zod'
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { runWork, type RunWork } from '../../src/interventions/words.ts'
import { removeRun, vectorRows, type StoppedStatus, type Store } from '../../src/store/index.ts'
import { openQueue, setRunWeight, stopRun } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { ingest } from './ingest.ts'
import { attachOptions } from '../../ingest/run/options.ts'
import { withStore } from '../store.ts'
import { table } from '../terminal/table.ts'

const rowSchema = z.object({
  run: z.int(),
  dataset: z.string(),
  model: z.string(),
  options: z.unknown(),
  by: z.string(),
  mode: z.string(),
  rule: z.string(),
  state: z.string(),
  done: z.int(),
  failed: z.int(),
  open: z.int(),
  total: z.int(),
  weight: z.number(),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
})

export async function listRuns({ json }: { json: boolean }, context: CliContext): Promise<void> {
  const found = await withStore(resolveConfig({}, context.environment), async (store) =>
    z.array(rowSchema).parse(
      await store.query(
        `SELECT run_id AS run, dataset, model, options, partition::text AS by, mode::text, rule, status::text AS state, done::int,
           failed::int, open::int, total, weight, started_at AS "startedAt", finished_at AS "finishedAt"
         FROM run_progress ORDER BY run_id`,
      ),
    ),
  )
  const runs = found.map(({ run, dataset, model, options, ...rest }) => ({ run, dataset, model, ...runWork(options, model), ...rest }))
  if (json) return context.print(`${JSON.stringify(runs)}\n`)
  if (runs.length === 0) return context.print('There are no runs; begin one with tributary ingest --model ID --dataset ID.\n')
  const rows = runs.map(({ run, dataset, model, by, mode, rule, state, weight, done, failed, open, total, ...work }) => [
    run, dataset, model, describeWork(work), by, mode, rule, state, weight, done, failed, open, total,
  ])
  const headings = ['run', 'dataset', 'model', 'computes', 'by', 'mode', 'rule', 'state', 'weight', 'done', 'failed', 'open', 'prompts']
  context.print(table(headings, rows))
}

/** What a run computes, for a cell of a table. */
export const describeWork = ({ computes, change }: RunWork): string => [computes, ...(change === null ? [] : [change])].join(' ')

const VERBS = { paused: 'pause', cancelled: 'cancel' } as const

/**
 * Work in hand is finished; the rest waits until the run is resumed. If the run was stopped already, this removes jobs
 * of it that an earlier version left in the queue.
 */
export async function stopRunById(id: number, status: StoppedStatus, context: CliContext): Promise<void> {
  await withQueue(context, async (store) => {
    const { title, status: before } = await requireRun(store, id)
    if (before === 'done' || before === 'failed')
      throw new UserError('BAD_INPUT', `Run ${id} (${title}) is ${before}, so there is nothing to ${VERBS[status]}.`)
    const jobs = await stopRun(store, id, status)
    const now = before === 'cancelled' ? before : status
    const said = before === now ? `Run ${id} (${title}) was ${now} before` : `${now === 'paused' ? 'Paused' : 'Cancelled'} run ${id} (${title})`
    context.print(`${said}; ${jobs} ${jobs === 1 ? 'job' : 'jobs'} left the queue. Go on with: tributary run resume ${id}\n`)
  })
}

/** The run's jobs in the queue are placed anew among those of other runs. */
export async function weighRun(id: number, weight: number, context: CliContext): Promise<void> {
  await withQueue(context, async (store) => {
    const { title } = await requireRun(store, id)
    await setRunWeight(store, id, weight)
    context.print(`Run ${id} (${title}) has the weight ${weight} now.\n`)
  })
}

/** The same ingest once more: open prompts are queued, failed ones are tried again. */
export async function resumeRunById(id: number, { limit, weight, works }: ResumeFlags, context: CliContext): Promise<void> {
  const { model, dataset, total, options } = await withStore(resolveConfig({}, context.environment), async (store) => {
    const run = await requireRun(store, id)
    return { ...run, options: await attachOptions(run.options, (hash) => vectorRows(store, hash)) }
  })
  await ingest({ model, dataset, options, limit: limit ?? total, urgency: 'bulk', weight, works }, context)
}

interface ResumeFlags {
  /** null: all prompts that the run was asked for. */
  limit: number | null
  /** null: as it was. */
  weight: number | null
  works: boolean
}

/** With the results that no other run asked for. */
export async function removeRunById(id: number, { yes }: { yes: boolean }, context: CliContext): Promise<void> {
  await withQueue(context, async (store) => {
    const { title, results } = await requireRun(store, id)
    if (results > 0 && !yes) {
      throw new UserError(
        'BAD_INPUT',
        `Removing run ${id} (${title}) would delete the ${results} results that only it asked for; add --yes if that is meant.`,
      )
    }
    await stopRun(store, id, 'cancelled')
    await removeRun(store, id)
    context.print(`Removed run ${id} (${title})${results > 0 ? ` and ${results} results` : ''}.\n`)
  })
}

const runSchema = z.object({
  model: z.string(),
  dataset: z.string(),
  title: z.string(),
  options: z.unknown(),
  status: z.string(),
  /** Of its prompts, which are the first of the dataset. */
  total: z.int(),
  results: z.int(),
})

async function requireRun(store: Store, id: number): Promise<z.infer<typeof runSchema>> {
  const [run] = await store.query(
    `SELECT m.slug AS model, d.slug AS dataset, d.slug || ' through ' || m.slug || CASE WHEN r.options ? 'intervene' THEN ' with interventions' ELSE ' by ' || r.partition_kind END AS title,
       r.options, r.status::text, r.total,
       (SELECT count(DISTINCT i.result_id)::int FROM run_item i WHERE i.run_id = r.id AND NOT EXISTS
         (SELECT 1 FROM run_item o WHERE o.result_id = i.result_id AND o.run_id <> r.id)) AS results
     FROM run r JOIN model m ON m.id = r.model_id JOIN dataset d ON d.id = r.dataset_id WHERE r.id = $1`,
    [id],
  )
  if (run) return runSchema.parse(run)
  throw new UserError('NOT_FOUND', `There is no run ${id}; tributary run list shows those there are.`)
}

/** Opens the queue first, which makes its tables if need be: a run may be older than they are. */
export async function withQueue(context: CliContext, action: (store: Store) => Promise<void>): Promise<void> {
  await withStore(resolveConfig({}, context.environment), async (store, url) => {
    const queue = await openQueue({ databaseUrl: url })
    try {
      await action(store)
    } finally {
      await queue.close()
    }
  })
}
