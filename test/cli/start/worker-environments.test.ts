import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { workerEnvironments } from '../../../cli/actions/start/worker-process.ts'

const nothing = { threads: null, memoryLimitBytes: null }

it('one worker has all that there is, as it is', () => {
  const environment = { TRIBUTARY_ENGINE: 'onnx' }
  expect(workerEnvironments(environment, { workers: 1, ...nothing })).toEqual([environment])
})

it('several share the cores and the memory of a pass, and each has at least one thread', () => {
  const environment = { TRIBUTARY_ENGINE: 'onnx', TRIBUTARY_THREADS: '8' }
  expect(workerEnvironments(environment, { workers: 3, threads: 8, memoryLimitBytes: 6 * 2 ** 30 })).toEqual(
    Array(3).fill({ TRIBUTARY_ENGINE: 'onnx', TRIBUTARY_THREADS: '2', TRIBUTARY_MEMORY_LIMIT: String(2 * 2 ** 30) }),
  )
  expect(workerEnvironments({}, { workers: 64, ...nothing }).map((each) => each['TRIBUTARY_THREADS'])).toEqual(
    Array(64).fill(String(Math.max(1, Math.floor(availableParallelism() / 64)))),
  )
})
