import { expect, test } from 'vitest'
import { Pace, chunkLength, heldLength } from '../../workers/worker/chunks.ts'

const requests = (n: number, flops: number, priority = 0) => Array.from({ length: n }, () => ({ flops, priority }))
const paced = (flopsPerMs: number, now?: () => number) => {
  const pace = new Pace(now)
  for (let i = 0; i < 30; i++) pace.measured(flopsPerMs, 1)
  return pace
}

test('a chunk is about a second of work at the pace measured lately', () => {
  expect(chunkLength(requests(100, 1e6), paced(1e5))).toBe(100)
  expect(chunkLength(requests(100, 1e6), paced(1e4))).toBe(10)
  expect(chunkLength(requests(100, 1e6), paced(1))).toBe(1)
  expect(chunkLength([], paced(1))).toBe(0)
})

test('chunks are shorter while people ask, and for a minute more', () => {
  let now = 5000
  const pace = paced(1e4, () => now)
  expect(chunkLength(requests(100, 1e5), pace)).toBe(100)
  pace.asked()
  expect(chunkLength(requests(100, 1e5), pace)).toBe(5)
  now += 59_000
  expect(chunkLength(requests(100, 1e5), pace)).toBe(5)
  now += 2000
  expect(chunkLength(requests(100, 1e5), pace)).toBe(100)
})

test('what each request costs besides its arithmetic is told apart from it', () => {
  const pace = new Pace()
  const truly = (flops: number, requests: number) => flops / 1e6 + 5 * requests
  for (let i = 0; i < 200; i++) {
    const [flops, count] = i % 2 === 0 ? [2e5, 8] : [3e7, 1]
    pace.measured(flops * count, truly(flops * count, count), count)
  }
  for (const flops of [1e5, 1e6, 1e8]) expect(pace.expectedMs(flops) / truly(flops, 1)).toBeCloseTo(1, 1)
})

test('a chunk holds either what someone waits for, or bulk', () => {
  expect(chunkLength([...requests(2, 1, 100), ...requests(5, 1)], paced(1e5))).toBe(2)
})

test('a worker keeps ten seconds of work, and at least one request', () => {
  expect(heldLength(requests(64, 1e6), paced(1e4))).toBe(64)
  expect(heldLength(requests(64, 1e6), paced(1e3))).toBe(10)
  expect(heldLength(requests(64, 1e6), paced(1))).toBe(1)
  expect(heldLength([], paced(1))).toBe(0)
})
