/** A job from now to its end, for someone who watches. */
import { UserError } from '../../src/errors.ts'
import type { Store } from '../../src/store/index.ts'
import { findJobs, type JobState, type JobView } from './jobs.ts'
import type { Queue } from './queue.ts'

/** Notices tell that a job has ended, but not that a worker has taken it. So the job is also looked at. */
const POLL_MS = 500

const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled'])

/** Yields the job as it is, then at every change of its state. Ends with the job, or when `signal` aborts. */
export async function* followJob(
  store: Store,
  queue: Queue,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<JobView> {
  await queue.notices.ready()
  let told: JobState | undefined
  while (!signal.aborted) {
    const [job] = await findJobs(store, [id])
    // A job that ended long ago has been deleted; its result is in the store.
    if (!job) throw new UserError('NOT_FOUND', 'There is no such job, or it ended long ago; ask for its attribution again.')
    if (job.state !== told) yield job
    told = job.state
    if (ENDED.has(job.state)) return
    await queue.notices.next(new Set([job.resultKey]), POLL_MS, signal)
  }
}
