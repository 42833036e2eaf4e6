/** Follows a run until nothing of it is open, and reports its progress. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface ProgressState {
  done: number
  failed: number
  total: number
  /** What it waits for, while nothing moves. */
  waitsFor?: string
  /** Where the pace is told in tokens. */
  passTokens?: number
}

interface FollowOptions {
  /** `stopped`: someone paused the run; what is open stays open. */
  count(): Promise<ProgressState & { stopped?: boolean }>
  progress: { update(state: ProgressState): void }
  signal: AbortSignal
  /** Called when nothing has moved for a while: a job may have been called off, or lost with a database. */
  onStall(): Promise<void>
  /**
   * Called when nothing has moved for some seconds: what the run waits for, in a sentence; null if there is nothing to
   * tell.
   */
  whyWaiting?: () => Promise<string | null>
  pollMs?: number
  stallMs?: number
  quietMs?: number
}

const POLL_MS = 300
/** Longer than a batch usually takes. */
const QUIET_MS = 5_000
const STALL_MS = 30_000

/** Returns the progress at the end, when the run was paused, or when the signal came. */
export async function followRun(options: FollowOptions): Promise<ProgressState> {
  const { count, progress, signal, onStall, pollMs = POLL_MS, stallMs = STALL_MS, quietMs = QUIET_MS } = options
  let movedAt = Date.now()
  let askedAt = movedAt
  let finished = -1
  let waitsFor: string | null = null
  for (;;) {
    const state = await count()
    const now = state.done + state.failed
    if (now !== finished) waitsFor = null
    else if (options.whyWaiting && Date.now() - Math.max(movedAt, askedAt) > quietMs) {
      waitsFor = await options.whyWaiting()
      askedAt = Date.now()
    }
    progress.update({ ...state, ...(waitsFor !== null && { waitsFor }) })
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
