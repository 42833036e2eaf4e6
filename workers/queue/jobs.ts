/** Jobs for those who asked for them: finding, listing and cancelling. */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import type { Store } from '../../src/store/index.ts'
import { isUrgent } from './fair.ts'
import { jobFailure } from './failure.ts'
import { findJobRows, JOB_COLUMNS, type JobRow } from './job-table.ts'
import { priorities, readEnvelope, type Urgency } from './job.ts'
import { failuresOf, type Queue, QUEUE } from './queue.ts'

export type JobState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

export interface JobView {
  id: string
  state: JobState
  /** Whether someone waits for the job, or it belongs to an ingest. */
  urgency: Urgency
  /** What it computes: attribution … */
  kind: string
  modelHash: string
  engine: string
  /** Needed arithmetic; 0 where it could not be planned. */
  flops: number
  /** The run that asked first; null where a single question did. */
  runId: number | null
  /** How often it has failed and was tried again. */
  failures: number
  /** Nobody takes the job before this moment; null if it has passed. */
  notBefore: Date | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  /** Why it failed; null when it did not. */
  error: { code: string; message: string } | null
  /** Key of what it computes, as it was asked for. */
  resultKey: string
}

const states: Record<JobRow['state'], JobState> = {
  created: 'waiting',
  retry: 'waiting',
  active: 'active',
  completed: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
}

/** In the order of the ids; null where there is no such job (any more). */
export async function findJobs(store: Store, ids: readonly string[]): Promise<(JobView | null)[]> {
  const rows = await findJobRows(store, ids)
  return ids.map((id) => {
    const row = rows.get(id.toLowerCase())
    return row ? viewOf(row) : null
  })
}

function viewOf(row: JobRow): JobView {
  const error = row.state === 'failed' ? jobFailure(row) : null
  // A job whose data this version cannot read is listed all the same.
  const said = readEnvelope(row.data)
  const { kind, modelHash, engine, flops, runId } = said.success ? said.data : UNREADABLE
  const waits = row.state === 'created' || row.state === 'retry'
  return {
    id: row.id,
    state: states[row.state],
    urgency: isUrgent(row) ? 'interactive' : 'bulk',
    kind,
    modelHash,
    engine,
    flops,
    runId: runId ?? null,
    failures: failuresOf(row),
    notBefore: waits && row.startAfter > row.now ? row.startAfter : null,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    error: error && { code: error.code, message: error.message },
    resultKey: row.key,
  }
}

const UNREADABLE = { kind: 'unknown', modelHash: '', engine: '', flops: 0, runId: undefined }

export interface JobFilter {
  state: JobState
  runId?: number | undefined
  urgency?: Urgency | undefined
}

/** A page: it begins behind the row that had this cursor. */
export interface JobPage {
  first: number
  after: JobCursor | null
}

const cursorSchema = z.tuple([z.int32(), z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[-+]\d\d(:\d\d)?$/), z.uuid()])
/** What a list of jobs is ordered by: priority, a moment to the microsecond, id. */
export type JobCursor = z.infer<typeof cursorSchema>

export const writeJobCursor = (cursor: JobCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Refuses (BAD_INPUT) what is no cursor of a list of jobs. */
export function readJobCursor(text: string): JobCursor {
  const read = cursorSchema.safeParse(parsed(Buffer.from(text, 'base64url').toString()))
  if (read.success) return read.data
  throw new UserError('BAD_INPUT', `${JSON.stringify(text)} is no cursor of a list of jobs; take one from its edges or pageInfo.`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const INTERNAL_STATES: Record<JobState, JobRow['state'][]> = {
  waiting: ['created', 'retry'],
  active: ['active'],
  done: ['completed'],
  cancelled: ['cancelled'],
  failed: ['failed'],
}

/**
 * A page of jobs of one state: waiting jobs in the order in which they will be taken, others newest first (by when they
 * were taken, or ended). Returns one more than asked if there is one.
 */
export async function listJobs(
  store: Store, { state, runId, urgency }: JobFilter, { first, after }: JobPage,
): Promise<{ job: JobView; cursor: JobCursor }[]> {
  const [priority, moment, backward] =
    state === 'waiting' ? ['j.priority', 'j.created_on', false] : ['0::int', state === 'active' ? 'j.started_on' : 'j.completed_on', true]
  const [direction, beyond] = backward ? ['DESC', '<'] : ['ASC', '>']
  const rows = await store.query<JobRow & { place: number; moment: string }>(
    `SELECT ${JOB_COLUMNS}, ${priority} AS place, ${moment}::text AS moment FROM pgboss.job j
     WHERE ${matches} AND ($5::int IS NULL OR ${priority} < $5 OR ${priority} = $5 AND (${moment}, j.id) ${beyond} ($6::timestamptz, $7::uuid))
     ORDER BY ${priority} DESC, ${moment} ${direction}, j.id ${direction} LIMIT $8`,
    [...matching({ state, runId, urgency }), ...(after ?? [null, null, null]), first + 1],
  )
  return rows.map((row) => ({ job: viewOf(row), cursor: [row.place, row.moment, row.id] }))
}

export async function countJobs(store: Store, filter: JobFilter): Promise<number> {
  const [row] = await store.query<{ count: number }>(`SELECT count(*)::int AS count FROM pgboss.job j WHERE ${matches}`, matching(filter))
  return row?.count ?? 0
}

const matches = `j.name = $1 AND j.state = ANY($2::pgboss.job_state[]) AND ($3::int IS NULL OR (j.data ->> 'runId')::int = $3)
  AND ($4::boolean IS NULL OR (j.priority >= ${priorities.interactive}) = $4)`

const matching = ({ state, runId, urgency }: JobFilter): unknown[] => [
  QUEUE, INTERNAL_STATES[state], runId ?? null, urgency === undefined ? null : urgency === 'interactive',
]

/** Cancels the job for everyone who waits for it. False if it had already ended, or does not exist. */
export async function cancelJob(store: Store, queue: Queue, id: string): Promise<boolean> {
  const row = (await findJobRows(store, [id])).get(id.toLowerCase())
  if (!row) return false
  await queue.boss.cancel(QUEUE, row.id)
  const after = (await findJobRows(store, [row.id])).get(row.id)
  if (after?.state !== 'cancelled' || row.state === 'cancelled') return false
  await queue.notices.send([row.key]).catch(() => undefined)
  return true
}
