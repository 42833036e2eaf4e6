/** What runs wait for, read from their prompts, the queue and the workers that are there. */
import type { Store } from '../../src/store/index.ts'
import { errorOf } from './failure.ts'
import { priorities } from './job.ts'
import { QUEUE } from './queue.ts'
import { connectedWorkers, type WorkerView } from './skills.ts'

export const waitReasons = [
  'nothing', 'computing', 'turn', 'urgent', 'pause', 'worker', 'engine', 'model', 'planning', 'lost', 'stopped',
] as const
export type WaitReason = (typeof waitReasons)[number]

export interface RunWait {
  reason: WaitReason
  /** The same in a sentence for people. */
  message: string
  /** Its prompts whose job waits in the queue. */
  waiting: number
  /** Its prompts that a worker has taken. */
  active: number
  /** Its open prompts that have no job yet, or none any more. */
  unqueued: number
  /** Results stored in the last minute. */
  donePerMinute: number
  /** At the pace of the last minute; null if nothing was done in it, or nothing is left. */
  secondsLeft: number | null
}

interface Row {
  [column: string]: unknown
  runId: number
  status: string
  weight: number
  open: number
  waiting: number
  active: number
  paused: number
  planned: number
  donePerMinute: number
  engine: string | null
  modelHash: string
  model: string
  /** The output of the job that pauses longest, which says why. */
  output: unknown
}

/** By run. Runs that do not exist are absent. */
export async function runWaits(store: Store, runIds: readonly number[]): Promise<Map<number, RunWait>> {
  const [queue] = await store.query<{ exists: boolean }>(`SELECT to_regclass('pgboss.job') IS NOT NULL AS exists`)
  const jobs = queue?.exists ? 'pgboss.job' : NO_JOBS
  const [rows, workers, [around]] = await Promise.all([
    store.query<Row>(ofRuns(jobs), [QUEUE, runIds]),
    connectedWorkers(store),
    store.query<{ urgent: number; weights: number }>(
      `SELECT (SELECT count(*)::int FROM ${jobs} j WHERE j.name = $1 AND j.state < 'active' AND j.priority >= $2
           AND j.start_after <= now()) AS urgent,
         (SELECT coalesce(sum(r.weight), 0)::float8 FROM run r WHERE r.status = 'running' AND EXISTS (
           SELECT 1 FROM run_item i WHERE i.run_id = r.id AND i.status = 'pending')) AS weights`,
      [QUEUE, priorities.interactive],
    ),
  ])
  const locations = await modelHosts(store, rows.map(({ modelHash }) => modelHash))
  return new Map(
    rows.map((row) => {
      const hosts = locations.get(row.modelHash) ?? new Set()
      const [reason, message] = judge(row, { workers, hosts, urgent: around?.urgent ?? 0, weights: around?.weights ?? 0 })
      const { runId, waiting, active, open, donePerMinute } = row
      const secondsLeft = open === 0 || donePerMinute === 0 ? null : (60 * open) / donePerMinute
      return [runId, { reason, message, waiting, active, unqueued: open - waiting - active, donePerMinute, secondsLeft }]
    }),
  )
}

/** Stands in for the queue's table until somebody has opened the queue and made it. */
const NO_JOBS = `(SELECT ''::text AS name, ''::text AS state, ''::text AS policy, ''::text AS singleton_key, 0 AS priority,
  now() AS start_after, NULL::jsonb AS data, NULL::jsonb AS output WHERE false)`

const ofRuns = (jobs: string) =>
  `SELECT r.id AS "runId", r.status::text, r.weight, m.slug AS model, m.hash AS "modelHash", s.*,
     (SELECT count(*)::int FROM run_item d LEFT JOIN result x ON x.id = d.result_id
        LEFT JOIN intervention v ON v.id = d.intervention_id
      WHERE d.run_id = r.id AND coalesce(x.created_at, v.created_at) > now() - interval '1 minute') AS "donePerMinute"
   FROM run r JOIN model m ON m.id = r.model_id, LATERAL (
     SELECT count(*)::int AS open, count(i.result_key)::int AS planned,
       count(*) FILTER (WHERE j.state < 'active')::int AS waiting, count(*) FILTER (WHERE j.state = 'active')::int AS active,
       count(*) FILTER (WHERE j.state < 'active' AND j.start_after > now())::int AS paused,
       min(j.data ->> 'engine') AS engine,
       (array_agg(j.output ORDER BY j.start_after DESC) FILTER (WHERE j.state < 'active' AND j.output IS NOT NULL))[1] AS output
     FROM run_item i LEFT JOIN ${jobs} j ON j.name = $1 AND j.state <= 'active' AND j.policy = 'exclusive'
       AND coalesce(j.singleton_key, '') = i.result_key
     WHERE i.run_id = r.id AND i.status = 'pending' AND r.status = 'running'
   ) s
   WHERE r.id = ANY($2)`

interface Around {
  workers: readonly WorkerView[]
  /** The machines that have the run's model. */
  hosts: ReadonlySet<string>
  /** Jobs that someone waits for. */
  urgent: number
  /** The sum over all runs that have something to do. */
  weights: number
}

/** Gives the first reason that holds. Each reason would hold the run up even if the later ones did not hold. */
function judge(row: Row, { workers, hosts, urgent, weights }: Around): [WaitReason, string] {
  const { status, open, waiting, active, paused, planned, engine, model } = row
  if (status === 'paused' || status === 'cancelled') return ['stopped', `It is ${status}; what is open waits until it is resumed.`]
  if (status !== 'running' || open === 0) return ['nothing', 'Nothing of it is open.']
  if (active > 0) return ['computing', `Workers have ${active} of its prompts in hand.`]
  if (waiting === 0 && planned < open)
    return ['planning', 'Its prompts are not queued yet; whoever began it is about to, or has ended and has to resume it.']
  if (waiting === 0) return ['lost', 'Its jobs are not in the queue any more; it goes on when it is resumed.']
  const forBulk = workers.filter(({ interactiveOnly }) => !interactiveOnly)
  if (forBulk.length === 0)
    return ['worker', workers.length === 0 ? 'No worker is connected.' : 'All workers take only what someone waits for.']
  const able = forBulk.filter((worker) => worker.engine === engine)
  if (able.length === 0) return ['engine', `No worker with the engine ${engine} is connected.`]
  if (!able.some(({ host }) => hosts.has(host)))
    return ['model', `No connected worker with the engine ${engine} has a folder of the model ${model}.`]
  if (paused === waiting)
    return ['pause', row.output === null ? 'Its jobs are tried again in a moment.' : `It is tried again after a pause: ${errorOf(row.output).message}`]
  if (urgent > 0) return ['urgent', `${urgent} ${urgent === 1 ? 'job' : 'jobs'} that someone waits for come first.`]
  const share = Math.round((100 * row.weight) / Math.max(weights, row.weight))
  return ['turn', `It waits for its turn; its weight of ${row.weight} is ${share}% of what the runs with work have together.`]
}

export interface RunFigures {
  run: number
  model: string
  dataset: string
  weight: number
  prompts: Record<'done' | 'failed' | 'waiting' | 'active' | 'unqueued', number>
  waitsFor: WaitReason
}

/** Runs that have not ended, in numbers. */
export async function runFigures(store: Store): Promise<RunFigures[]> {
  const rows = await store.query<{ run: number; model: string; dataset: string; weight: number; done: number; failed: number }>(
    `SELECT run_id AS run, model, dataset, weight, done::int, failed::int FROM run_progress WHERE status IN ('running', 'paused')`,
  )
  const waits = await runWaits(store, rows.map(({ run }) => run))
  return rows.flatMap(({ run, model, dataset, weight, done, failed }) => {
    const wait = waits.get(run)
    if (wait === undefined) return []
    const { waiting, active, unqueued, reason } = wait
    return [{ run, model, dataset, weight, prompts: { done, failed, waiting, active, unqueued }, waitsFor: reason }]
  })
}

async function modelHosts(store: Store, hashes: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await store.query<{ hash: string; hosts: string[] }>(
    `SELECT m.hash, array_agg(l.host) AS hosts FROM model m JOIN model_location l ON l.model_id = m.id
     WHERE m.hash = ANY($1) GROUP BY m.hash`,
    [hashes],
  )
  return new Map(rows.map(({ hash, hosts }) => [hash, new Set(hosts)]))
}

export interface FailureReason {
  runId: number
  /** One of the sentences. Sentences that differ only in numbers and quoted words are one reason. */
  message: string
  count: number
  /** Place in its dataset of the first prompt that failed so. */
  firstPrompt: number
}

/** Of failed prompts, by run: the most frequent reason first. */
export async function runFailures(store: Store, runIds: readonly number[]): Promise<FailureReason[]> {
  return store.query<FailureReason & Record<string, unknown>>(
    `SELECT i.run_id AS "runId", (array_agg(i.error ORDER BY p.index))[1] AS message, count(*)::int AS count,
       min(p.index)::int AS "firstPrompt"
     FROM run_item i JOIN prompt p ON p.id = i.prompt_id
     WHERE i.run_id = ANY($1) AND i.status = 'failed' AND i.error IS NOT NULL
     GROUP BY i.run_id, regexp_replace(i.error, '"[^"]*"|\\d+(\\.\\d+)?', '…', 'g') ORDER BY count(*) DESC, min(p.index)`,
    [runIds],
  )
}
