/** How far a run is among the prompts that were asked for. */
import type { Store } from '../../src/store/index.ts'

interface Counts {
  [column: string]: unknown
  total: number
  done: number
  failed: number
  /** Someone paused or cancelled it. */
  stopped: boolean
}

/** Counts among the dataset's first `limit` prompts. */
export async function countProgress(store: Store, runId: number, limit: number): Promise<Counts> {
  const [counts] = await store.query<Counts>(
    `SELECT count(*)::int AS total, (count(*) FILTER (WHERE i.status = 'done'))::int AS done,
       (count(*) FILTER (WHERE i.status = 'failed'))::int AS failed,
       EXISTS (SELECT 1 FROM run r WHERE r.id = $1 AND r.status IN ('paused', 'cancelled')) AS stopped
     FROM run_item i JOIN prompt p ON p.id = i.prompt_id WHERE i.run_id = $1 AND p.index < $2`,
    [runId, Math.min(limit, 2 ** 31 - 1)],
  )
  return counts ?? { total: 0, done: 0, failed: 0, stopped: false }
}

interface FailedPrompt {
  index: number
  error: string
}

export const failedPrompts = (store: Store, runId: number, first: number): Promise<FailedPrompt[]> =>
  store.query<FailedPrompt & Record<string, unknown>>(
    `SELECT p.index, coalesce(i.error, 'for no stated reason') AS error
     FROM run_item i JOIN prompt p ON p.id = i.prompt_id
     WHERE i.run_id = $1 AND i.status = 'failed' ORDER BY p.index LIMIT $2`,
    [runId, first],
  )
