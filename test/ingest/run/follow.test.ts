import { expect, it } from 'vitest'
import { followRun, type ProgressState } from '../../../ingest/run/follow.ts'

const at = (done: number, failed = 0): ProgressState => ({ done, failed, total: 3 })

function follow(states: ProgressState[], { stallMs = 1000, quietMs = 1000, signal = new AbortController().signal } = {}) {
  const shown: ProgressState[] = []
  let stalls = 0
  const ended = followRun({
    count: async () => states.shift() ?? at(3),
    progress: { update: (state) => shown.push(state)},
    signal,
    onStall: async () => void stalls++,
    whyWaiting: async () => 'No worker is connected.',
    pollMs: 1,
    stallMs,
    quietMs,
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

it('tells what it waits for while nothing moves, and no longer', async () => {
  const { ended, shown } = follow([...Array.from({ length: 50 }, () => at(1)), at(2)], { quietMs: 5 })
  await ended
  expect(shown[0]).toEqual(at(1))
  expect(shown[49]).toEqual({ ...at(1), waitsFor: 'No worker is connected.' })
  expect(shown.slice(50)).toEqual([at(2), at(3)])
})
