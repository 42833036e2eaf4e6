/**
 * Fair shares of the workers: start-time fair queueing (Goyal, Vin, Cheng 1996) over the priorities of pg-boss.
 *
 *  1. Virtual time is work, in units of a GFLOP of needed arithmetic, that each run has had for every unit of its weight.
 *  2. A job's *tag* is the virtual time at which its turn comes: its run's tag so far, which every job moves on by its
 *     work divided by the run's weight. Runs so alternate by work, not by jobs, however many jobs each has.
 *  3. A run that begins, or comes back, is put at the virtual time of now: the smallest tag that still waits. It neither
 *     waits for what others had queued long before, nor catches up on time when it had nothing to do.
 *  4. The priority of a bulk job is minus its tag, so the queue's own index hands jobs out in this order, and a claim costs
 *     what it did. What someone waits for has a priority above all of them.
 *
 * Everything is derived from the jobs themselves (their priority, work and run), so nothing can disagree with them: not when
 * jobs leave the queue, not after a restore. Priorities have 32 bits: what is further away than `FURTHEST` waits there in the
 * order in which it was asked, and all tags are set back when virtual time has come half-way (`placeAnew`).
 */
import type pg from 'pg'
import { inTransaction, type Store } from '../../src/store/index.ts'
import { priorities } from './job.ts'
import { QUEUE } from './queue.ts'

const UNIT_FLOPS = 1e9
/** What every job takes besides: it is read, claimed and stored. Decides where models are tiny. */
const UNITS_BESIDES = 0.1
/** Where nobody could plan the work. */
const UNKNOWN_UNITS = 1
const FURTHEST = 2_000_000_000
/** As priorities: beyond it all tags are set back. */
const HALF_WAY = -1_000_000_000

/** Jobs that come in share it, and who places jobs anew has it alone. */
const PLACES_LOCK = 7_420_631

/** Whether someone waits for it; else it is bulk work, and its priority is minus its tag. */
export const isUrgent = ({ priority }: { priority: number }): boolean => priority >= priorities.interactive

/** What a job moves its run's tag on by. */
const unitsOf = (flops: number, weight: number): number =>
  (UNITS_BESIDES + (flops > 0 ? flops / UNIT_FLOPS : UNKNOWN_UNITS)) / weight

const UNITS = `(${UNITS_BESIDES} + coalesce(nullif((j.data ->> 'flops')::float8, 0) / ${UNIT_FLOPS}, ${UNKNOWN_UNITS}))`

/** Not 0 - 0, which is -0 and no number of PostgreSQL's. */
const priorityAt = (tag: number): number => Math.min(0, -Math.floor(Math.min(tag, FURTHEST))) || 0

/** Where one run's jobs go, page after page. Jobs of no run that are queued with one flow are a run of their own. */
export class Flow {
  readonly runId: number | null
  /** The job that was placed last: where it is now, the next goes behind it. */
  #last: string | null = null

  constructor(runId: number | null) {
    this.runId = runId
  }

  /**
   * The places of jobs with these `flops`, as priorities. To be called in the transaction that then puts them there; after it
   * `placed` has to be told the last that was new. null when the run is not to have jobs: someone has stopped it.
   */
  async place(client: pg.ClientBase, flops: readonly number[]): Promise<number[] | null> {
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [PLACES_LOCK])
    // Held to the end: whoever stops the run finds these jobs in the queue, or they find it stopped.
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

  /** Behind the last open job of the run. Where it is not known which that is, every open job has to be read. */
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

/** null of a run that someone stopped, or that is gone. */
async function runningWeight(client: pg.ClientBase, runId: number): Promise<number | null> {
  const { rows } = await client.query<{ weight: number; status: string }>(
    'SELECT weight, status FROM run WHERE id = $1 FOR SHARE',
    [runId],
  )
  return rows[0]?.status === 'running' ? rows[0].weight : null
}

/** The smallest tag that waits; where none does, the smallest that is under way; in an empty queue 0. */
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
 * Sets all tags back when virtual time has come far; the order of jobs stays. `seen`: the priority of a bulk job that was
 * just taken, which says how far it has come.
 */
export async function setBackPlaces(store: Store, seen: number): Promise<void> {
  if (seen > HALF_WAY) return
  await inTransaction(store, async (client) => {
    await lockPlaces(client)
    const now = await virtualTime(client)
    // Another worker may have done it.
    if (now < -HALF_WAY) return
    await placeJobs(client, { runId: null, from: `greatest(0, p.first - ${now})` })
  })
}

/**
 * Jobs of a version that knew no runs and no tags get both: those of all runs alternate from now on. Where several runs wait
 * for a job, it is that of the first.
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

/** The waiting jobs of one run, or of all, one behind the other in their order; `from` is where the first of a run goes. */
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
