/**
 * Fair shares of the workers: start-time fair queueing (Goyal, Vin, Cheng 1996) over the priorities of pg-boss.
 *
 *  1. Virtual time is the work that each run has had per unit of its weight, in units of a GFLOP of needed arithmetic.
 *  2. A job's *tag* is the virtual time at which its turn comes. It is the run's tag so far; every job then moves the
 *     run's tag on by its work divided by the run's weight. So runs alternate by work, however many jobs each has.
 *  3. A run that begins or comes back starts at the current virtual time: the smallest tag that still waits. It does
 *     not wait for jobs that others queued long before, and does not catch up on time when it had nothing to do.
 *  4. The priority of a bulk job is minus its tag. So the queue's own index hands jobs out in this order, and a claim
 *     costs no more than before. Jobs that someone waits for have a priority above all of them.
 *
 * Everything is derived from the jobs themselves (their priority, work and run). So nothing can disagree with them,
 * neither when jobs leave the queue nor after a restore. Priorities have 32 bits. Jobs with a tag beyond `FURTHEST`
 * wait there in the order in which they were asked, and all tags are set back when virtual time has come half-way
 * (`setBackPlaces`).
 */
import type pg from 'pg'
import { inTransaction, type Store } from '../../src/store/index.ts'
import { priorities } from './job.ts'
import { QUEUE } from './queue.ts'

const UNIT_FLOPS = 1e9
/** Work that every job costs besides its arithmetic: it is read, claimed and stored. For tiny models this dominates. */
const UNITS_BESIDES = 0.1
/** For jobs whose work could not be planned. */
const UNKNOWN_UNITS = 1
const FURTHEST = 2_000_000_000
/** As a priority; once a taken job's priority is beyond it, all tags are set back. */
const HALF_WAY = -1_000_000_000

/** A lock that inserting jobs takes shared, and placing jobs anew takes exclusively. */
const PLACES_LOCK = 7_420_631

/** Whether someone waits for the job; if not, it is bulk work, and its priority is minus its tag. */
export const isUrgent = ({ priority }: { priority: number }): boolean => priority >= priorities.interactive

/** How far a job moves its run's tag on. */
const unitsOf = (flops: number, weight: number): number =>
  (UNITS_BESIDES + (flops > 0 ? flops / UNIT_FLOPS : UNKNOWN_UNITS)) / weight

const UNITS = `(${UNITS_BESIDES} + coalesce(nullif((j.data ->> 'flops')::float8, 0) / ${UNIT_FLOPS}, ${UNKNOWN_UNITS}))`

/** The minimum with 0 avoids -0, which PostgreSQL does not accept. */
const priorityAt = (tag: number): number => Math.min(0, -Math.floor(Math.min(tag, FURTHEST))) || 0

/** Places one run's jobs, page after page. Jobs of no run that are queued with one flow count as a run of their own. */
export class Flow {
  readonly runId: number | null
  /** The job that was placed last. The next one goes behind the place that this job has by then. */
  #last: string | null = null

  constructor(runId: number | null) {
    this.runId = runId
  }

  /**
   * The places of jobs with these `flops`, as priorities. Call this in the transaction that inserts the jobs, and
   * afterwards tell `placed` the last new job. null if someone has stopped the run, which then gets no jobs.
   */
  async place(client: pg.ClientBase, flops: readonly number[]): Promise<number[] | null> {
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [PLACES_LOCK])
    // The row lock is held to the end of the transaction. So whoever stops the run finds these jobs in the queue, or
    // this transaction finds the run stopped.
    const weight = this.runId === null ? 1 : await runningWeight(client, this.runId)
    if (weight === null) return null
    let tag = Math.max(await virtualTime(client), await this.#end(client, weight))
    return flops.map((each) => {
      const place = priorityAt(tag)
      tag += unitsOf(each, weight)
      return place
    })
  }

  placed(jobId: string): void {
    this.#last = jobId
  }

  /**
   * The place behind the last open job of the run. If it is not known which job that is, every open job has to be read.
   */
  async #end(client: pg.ClientBase, weight: number): Promise<number> {
    const { rows: last } = await client.query<{ end: number }>(
      `SELECT -j.priority + ${UNITS} / $4 AS "end" FROM pgboss.job j
       WHERE j.name = $1 AND j.id = $3 AND j.state <= 'active' AND j.priority < $2`,
      [QUEUE, priorities.interactive, this.#last, weight],
    )
    if (last[0]) return last[0].end
    if (this.runId === null) return 0
    const { rows } = await client.query<{ end: number | null }>(
      `SELECT max(-j.priority + ${UNITS} / $4) AS "end" FROM pgboss.job j
       WHERE j.name = $1 AND j.state <= 'active' AND j.priority < $2 AND (j.data ->> 'runId')::int = $3`,
      [QUEUE, priorities.interactive, this.runId, weight],
    )
    return rows[0]?.end ?? 0
  }
}

/** null if the run was stopped or is gone. */
async function runningWeight(client: pg.ClientBase, runId: number): Promise<number | null> {
  const { rows } = await client.query<{ weight: number; status: string }>(
    'SELECT weight, status FROM run WHERE id = $1 FOR SHARE',
    [runId],
  )
  return rows[0]?.status === 'running' ? rows[0].weight : null
}

/** The smallest tag that waits; if none waits, the smallest that is under way; in an empty queue 0. */
async function virtualTime(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ now: number }>(
    `SELECT coalesce(
       (SELECT -priority FROM pgboss.job WHERE name = $1 AND state < 'active' AND NOT blocked AND priority < $2
          AND start_after <= now() ORDER BY priority DESC LIMIT 1),
       (SELECT -max(priority) FROM pgboss.job WHERE name = $1 AND state <= 'active' AND priority < $2), 0)::float8 AS now`,
    [QUEUE, priorities.interactive],
  )
  return rows[0]?.now ?? 0
}

/** Gives the run another weight. What it has in the queue is placed anew, from the virtual time of now on. */
export async function setRunWeight(store: Store, runId: number, weight: number): Promise<void> {
  await inTransaction(store, async (client) => {
    await lockPlaces(client)
    const { rowCount } = await client.query('UPDATE run SET weight = $2 WHERE id = $1 AND weight <> $2', [runId, weight])
    if (rowCount === 0) return
    const now = await virtualTime(client)
    await placeJobs(client, { runId, from: `least(p.first, ${now})` })
  })
}

/**
 * Sets all tags back if virtual time has come far; the order of jobs stays. `seen`: the priority of a bulk job that was
 * just taken, which tells the virtual time.
 */
export async function setBackPlaces(store: Store, seen: number): Promise<void> {
  if (seen > HALF_WAY) return
  await inTransaction(store, async (client) => {
    await lockPlaces(client)
    const now = await virtualTime(client)
    // Another worker may have done it meanwhile.
    if (now < -HALF_WAY) return
    await placeJobs(client, { runId: null, from: `greatest(0, p.first - ${now})` })
  })
}

/**
 * Gives a run and a tag to jobs of a version that had neither, so that the jobs of all runs alternate from now on. If
 * several runs wait for a job, the first one gets it.
 */
export async function placeOldJobs(store: Store): Promise<number> {
  return inTransaction(store, async (client) => {
    await lockPlaces(client)
    const { rowCount } = await client.query(
      `UPDATE pgboss.job j SET data = j.data || jsonb_build_object('runId', i.run_id)
       FROM (SELECT result_key, min(run_id) AS run_id FROM run_item WHERE status = 'pending' GROUP BY result_key) i
       WHERE j.name = $1 AND j.state < 'active' AND j.priority = 0 AND NOT j.data ? 'runId' AND i.result_key = j.singleton_key`,
      [QUEUE],
    )
    if (rowCount) await placeJobs(client, { runId: null, from: `p.first` })
    return rowCount ?? 0
  })
}

const lockPlaces = (client: pg.ClientBase) => client.query('SELECT pg_advisory_xact_lock($1)', [PLACES_LOCK])

/**
 * Places the waiting jobs of one run, or of all, one behind the other in their order. `from`: the place of a run's
 * first job.
 */
async function placeJobs(client: pg.ClientBase, { runId, from }: { runId: number | null; from: string }): Promise<void> {
  await client.query(
    `WITH waiting AS (
       SELECT j.id, j.created_on, -j.priority AS tag, (j.data ->> 'runId')::int AS run_id, ${UNITS} AS units
       FROM pgboss.job j
       WHERE j.name = $1 AND j.state < 'active' AND j.priority < $2 AND ($3::int IS NULL OR (j.data ->> 'runId')::int = $3)
     ), placed AS (
       SELECT id, run_id, min(tag) OVER (PARTITION BY run_id) AS first,
         coalesce(sum(units) OVER (PARTITION BY run_id ORDER BY tag, created_on, id
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
       FROM waiting
     )
     UPDATE pgboss.job j SET priority = -least(${FURTHEST}, floor(${from} + p.before / coalesce(r.weight, 1)))
     FROM placed p LEFT JOIN run r ON r.id = p.run_id
     WHERE j.name = $1 AND j.id = p.id AND j.state < 'active'`,
    [QUEUE, priorities.interactive, runId],
  )
}
