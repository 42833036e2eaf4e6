/** Jobs as those see them who asked: found by id, followed, called off. */
import type { Store } from '../src/store/index.ts'
import { jobFailure } from './failure.ts'
import { findJobRows, type JobRow } from './job-table.ts'
import { type Queue, QUEUE } from './queue.ts'

export type JobState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

export interface JobView {
  id: string
  state: JobState
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
    if (!row) return null
    const error = row.state === 'failed' ? jobFailure(row) : null
    return {
      id: row.id,
      state: states[row.state],
      createdAt: row.createdAt,
      startedAt: row.startedAt,
      finishedAt: row.finishedAt,
      error: error && { code: error.code, message: error.message },
      resultKey: row.key,
    }
  })
}

/** For everyone who waits for it. False when it had ended already, or does not exist. */
export async function cancelJob(store: Store, queue: Queue, id: string): Promise<boolean> {
  const row = (await findJobRows(store, [id])).get(id.toLowerCase())
  if (!row) return false
  await queue.boss.cancel(QUEUE, row.id)
  const after = (await findJobRows(store, [row.id])).get(row.id)
  if (after?.state !== 'cancelled' || row.state === 'cancelled') return false
  await queue.notices.send([row.key]).catch(() => undefined)
  return true
}
