/** Follows a run until nothing of it is open, telling how far it is. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Progress, ProgressState } from '../terminal/progress.ts'

interface FollowOptions {
  /** `stopped`: someone paused the run; what is open stays open. */
  count(): Promise<ProgressState & { stopped?: boolean }>
  progress: Progress
  signal: AbortSignal
  /** Called when nothing has moved for a while: a job may have been called off, or lost with a database. */
  onStall(): Promise<void>
  pollMs?: number
  stallMs?: number
}

const POLL_MS = 300
const STALL_MS = 30_000

/** How it stood at the end, when it was paused, or when the signal came. */
export async function followRun(options: FollowOptions): Promise<ProgressState> {
  const { count, progress, signal, onStall, pollMs = POLL_MS, stallMs = STALL_MS } = options
  let movedAt = Date.now()
  let finished = -1
  for (;;) {
    const state = await count()
    progress.update(state)
    const now = state.done + state.failed
    if (now >= state.total || state.stopped || signal.aborted) return state
    if (now !== finished) {
      finished = now
      movedAt = Date.now()
    } else if (Date.now() - movedAt > stallMs) {
      movedAt = Date.now()
      await onStall()
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined)
  }
}
