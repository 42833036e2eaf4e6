import { expect, test } from 'vitest'
import { Pace, chunkLength, heldLength } from '../../workers/worker/chunks.ts'

const requests = (n: number, flops: number, priority = 0) => Array.from({ length: n }, () => ({ flops, priority }))
const paced = (flopsPerMs: number) => {
  const pace = new Pace()
  for (let i = 0; i < 30; i++) pace.measured(flopsPerMs, 1)
  return pace
}

test('a chunk is about a second of work at the pace measured lately', () => {
  expect(chunkLength(requests(100, 1e6), paced(1e5))).toBe(100)
  expect(chunkLength(requests(100, 1e6), paced(1e4))).toBe(10)
  expect(chunkLength(requests(100, 1e6), paced(1))).toBe(1)
  expect(chunkLength([], paced(1))).toBe(0)
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
