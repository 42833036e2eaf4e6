/** Claimed jobs that a worker does not do now: they go back into the queue, for itself or for others. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isUserError } from '../../src/errors.ts'
import type { Store } from '../../src/store/index.ts'
import { toJobError } from '../queue/failure.ts'
import { giveBack, lookAround } from '../queue/job-table.ts'
import { priorities } from '../queue/job.ts'
import { failuresOf } from '../queue/queue.ts'
import { otherCan, type Skills, type Wanted } from '../queue/skills.ts'
import { heldLength, type Pace } from './chunks.ts'
import type { WorkerReport } from './report.ts'
import type { Claimed, Task } from './task.ts'

/** How many jobs are tried together after one of them has failed. */
const FEW = 8

/** Jobs that are left to others pause only briefly, so that the others can take them as soon as they look. */
const LEFT_PAUSE_SECONDS = 0.25
/**
 * A worker that found nothing it can do rests until the others have looked. The rest must be longer than the pause
 * above and the others' polling every second; otherwise it would take the same jobs again and again before them.
 */
const REST_MS = 1500

/** The pause before what could not be stored is computed again. */
const SHORTAGE_PAUSE_SECONDS = 10

export interface ClaimsContext {
  store: Store
  skills: Skills
  pace: Pace
  report: WorkerReport
  /** The worker takes no new work, and jobs that have not begun go back. */
  stopping: () => boolean
  /** Aborted to end work that has begun; its jobs go back, too. */
  signal: AbortSignal
  /** Asks the queue for more at once: something was given back, or overtaken. */
  wake: () => void
}

export class Claims {
  #left = 0
  /** What other workers can do, asked once for all jobs that are alike. */
  readonly #others = new Map<string, Promise<boolean>>()
  readonly #context: ClaimsContext

  constructor(context: ClaimsContext) {
    this.#context = context
  }

  /**
   * A job that has failed may be one that kills its worker. It is taken with few others, then alone, so that it does not
   * use up the attempts of those that it shares a batch with.
   */
  async isolateSuspects(jobs: readonly Claimed[]): Promise<readonly Claimed[]> {
    const most = Math.max(0, ...jobs.map(failuresOf))
    if (most === 0) return jobs
    const suspects = jobs.filter((job) => failuresOf(job) === most).slice(0, most === 1 ? FEW : 1)
    await this.giveBack(jobs.filter((job) => !suspects.includes(job)))
    return suspects
  }

  /**
   * Gives back jobs that would keep this worker for long, since the size of a batch is a number of jobs, not of
   * seconds.
   */
  async keepSome<T extends Task>(tasks: readonly T[]): Promise<T[]> {
    const length = heldLength(tasks, this.#context.pace)
    await this.giveBack(tasks.slice(length).map(({ job }) => job))
    return tasks.slice(0, length)
  }

  /**
   * Called between chunks: the tasks that still belong to this worker, the most urgent first. None are left if the
   * worker stops. `isOvertaken`: they are all bulk work, and someone waits for a job that nobody has taken.
   */
  async stillMine<T extends Task>(tasks: readonly T[]): Promise<{ open: T[]; isOvertaken: boolean }> {
    const { store, stopping } = this.#context
    const priority = priorities.interactive
    const around = await lookAround(store, tasks.map(({ job }) => job), priority)
    const open = tasks.filter(({ job }) => around.held.has(job.id))
    this.#context.report.left(tasks.filter((task) => !open.includes(task)).map(({ job }) => job))
    if (stopping()) {
      await this.giveBack(open.map(({ job }) => job))
      return { open: [], isOvertaken: false }
    }
    const raised = open.map((task) => (around.urgent.has(task.job.id) ? { ...task, priority } : task))
    return { open: raised.sort((a, b) => b.priority - a.priority), isOvertaken: around.isWaiting && around.urgent.size === 0 }
  }

  /**
   * Called within a long chunk: whether it should end because someone waits, the worker stops, or another has taken it
   * over.
   */
  async shouldYield(tasks: readonly Task[]): Promise<boolean> {
    const { store, stopping } = this.#context
    if (stopping()) return true
    const around = await lookAround(store, tasks.map(({ job }) => job), priorities.interactive)
    return around.held.size < tasks.length || (around.isWaiting && around.urgent.size === 0)
  }

  /**
   * True if another worker has the model, the engine or the memory that this one lacks; the job is then left to that
   * worker.
   */
  async leftToOthers(task: Task, error: unknown): Promise<boolean> {
    const { engine, modelHash } = task.data
    const code = isUserError(error) ? error.code : null
    const isTooLarge = code === 'TOO_LARGE'
    if (!isTooLarge && code !== 'ENGINE_UNAVAILABLE') return false
    const urgent = task.priority >= priorities.interactive
    if (!(await this.#otherCan({ engine, modelHash, urgent, isTooLarge }))) return false
    this.#left++
    await this.#giveBack([task.job], { seconds: LEFT_PAUSE_SECONDS, reason: toJobError(error) })
    return true
  }

  /** Rests if everything was left to others. */
  async restIfIdle(taken: number): Promise<void> {
    if (taken === 0 || this.#left < taken) return
    await sleep(REST_MS, undefined, { signal: this.#context.signal }).catch(() => undefined)
  }

  /** The database cannot store results. That is not the jobs' fault, so it uses up none of their attempts. */
  async waitForRoom(jobs: readonly Claimed[], error: unknown): Promise<void> {
    await this.#giveBack(jobs, { seconds: SHORTAGE_PAUSE_SECONDS, reason: toJobError(error) })
  }

  async giveBack(jobs: readonly Claimed[]): Promise<void> {
    if (jobs.length === 0) return
    await this.#giveBack(jobs)
    this.#context.wake()
  }

  /** Another may have them from now on, while the rest of the batch is still in hand here. */
  async #giveBack(jobs: readonly Claimed[], pause?: Parameters<typeof giveBack>[2]): Promise<void> {
    await giveBack(this.#context.store, jobs, pause)
    this.#context.report.left(jobs)
  }

  #otherCan(wanted: Wanted): Promise<boolean> {
    const name = JSON.stringify(wanted)
    const known = this.#others.get(name) ?? otherCan(this.#context.store, this.#context.skills, wanted)
    this.#others.set(name, known)
    return known
  }
}
