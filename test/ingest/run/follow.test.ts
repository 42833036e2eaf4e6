import { expect, it } from 'vitest'
import { followRun } from '../../../ingest/run/follow.ts'
import type { ProgressState } from '../../../ingest/terminal/progress.ts'

const at = (done: number, failed = 0): ProgressState => ({ done, failed, total: 3 })

function follow(states: ProgressState[], { stallMs = 1000, signal = new AbortController().signal } = {}) {
  const shown: ProgressState[] = []
  let stalls = 0
  const ended = followRun({
    count: async () => states.shift() ?? at(3),
    progress: { update: (state) => shown.push(state), stop: () => undefined },
    signal,
    onStall: async () => void stalls++,
    pollMs: 1,
    stallMs,
  })
  return { ended, shown, stalls: () => stalls }
}

it('ends when every prompt is done or has failed', async () => {
  const { ended, shown, stalls } = follow([at(0), at(1), at(2, 1), at(3)])
  expect(await ended).toEqual(at(2, 1))
  expect(shown).toEqual([at(0), at(1), at(2, 1)])
  expect(stalls()).toBe(0)
})

it('has what is missing queued again when nothing moves', async () => {
  const { ended, stalls } = follow(Array.from({ length: 50 }, () => at(1)), { stallMs: 5 })
  expect(await ended).toEqual(at(3))
  expect(stalls()).toBeGreaterThan(0)
})

it('stops where it is when told to', async () => {
  const { ended } = follow([at(1)], { signal: AbortSignal.abort() })
  expect(await ended).toEqual(at(1))
})
