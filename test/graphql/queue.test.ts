/** Jobs, workers and what runs wait for, as clients see what the queue tells. */
import { expect, it } from 'vitest'
import type { JobFilter, JobView } from '../../schema/ports.ts'
import { waitingJob } from './fake-ports.ts'
import { noPorts, useGraphql } from './harness.ts'
import { MODEL } from './seed.ts'

const harness = useGraphql()
const jobId = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const jobs: JobView[] = [1, 2, 3].map((n) => ({ ...waitingJob, id: jobId(n), urgency: 'bulk', modelHash: MODEL.hash, runId: 1 }))

function listing(asked: { filter?: JobFilter; page?: { first: number; after: string | null } }) {
  return {
    ...noPorts.jobs,
    list: async (filter: JobFilter, page: { first: number; after: string | null }) => {
      Object.assign(asked, { filter, page })
      const from = page.after === null ? 0 : Number(page.after)
      return jobs.slice(from, from + page.first + 1).map((job, i) => ({ job, cursor: String(from + i + 1) }))
    },
    count: async () => jobs.length,
  }
}

it('jobs of one state come in pages, with their run and model', async () => {
  const asked: Parameters<typeof listing>[0] = {}
  const query = (after: string) => `{ jobs(state: WAITING, run: 1, urgency: BULK, first: 2${after}) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { state urgency kind engine flops failures run { number weight } model { slug } }
  } }`
  const first = await harness.run(query(''), { ports: { jobs: listing(asked) } })
  expect(first.errors).toEqual([])
  const node = {
    state: 'WAITING', urgency: 'BULK', kind: 'attribution', engine: 'onnx-cpu-float32', flops: 2e9, failures: 0,
    run: { number: 1, weight: 1 }, model: { slug: 'tiny' },
  }
  expect(first.data).toEqual({
    jobs: { totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false, endCursor: '2' }, nodes: [node, node] },
  })
  expect(asked).toEqual({ filter: { state: 'waiting', runId: 1, urgency: 'bulk' }, page: { first: 2, after: null } })
  const rest = await harness.run(query(', after: "2"'), { ports: { jobs: listing(asked) } })
  expect(rest.data).toMatchObject({ jobs: { pageInfo: { hasNextPage: false, hasPreviousPage: true }, nodes: [node] } })
})

it('jobs go forward only, and a run that is not there is said to be so', async () => {
  const ask = async (args: string) => (await harness.run(`{ jobs(state: FAILED, ${args}) { totalCount } }`)).errors[0]?.original
  expect(await ask('last: 3')).toMatchObject({ code: 'BAD_INPUT', message: 'Jobs are listed forward only; ask with first and after.' })
  expect(await ask('run: 99')).toMatchObject({ code: 'NOT_FOUND' })
  expect(await ask('first: 101')).toMatchObject({ code: 'TOO_LARGE' })
})

it('workers tell their model, rate and last error, in words for clients', async () => {
  const worker = {
    id: 'abc', engine: 'onnx-cpu-float32', memoryLimitBytes: 2 ** 30, interactiveOnly: false, connectedAt: new Date(0), modelHash: MODEL.hash,
    flopsPerSecond: 2e10, resultsPerSecond: 5, results: 7, failures: 1, lastResultAt: new Date(1000),
    lastError: { code: 'TOO_LARGE', message: 'raise --memory-limit', at: new Date(2000) },
  }
  const { data, errors } = await harness.run(
    `{ workers { id engine model { slug } flopsPerSecond resultsPerSecond results failures lastError { code message } } }`,
    { ports: { jobs: { ...noPorts.jobs, workers: async () => [worker, { ...worker, id: 'new', modelHash: null, lastError: null }] } } },
  )
  expect(errors).toEqual([])
  const told = { engine: 'onnx-cpu-float32', flopsPerSecond: 2e10, resultsPerSecond: 5, results: 7, failures: 1 }
  expect(data).toEqual({
    workers: [
      { ...told, id: 'abc', model: { slug: 'tiny' }, lastError: { code: 'TOO_LARGE', message: "raise the worker's memory limit" } },
      { ...told, id: 'new', model: null, lastError: null },
    ],
  })
})

it('jobs under way tell who has them in hand, all of a page at once', async () => {
  const asked: (readonly string[])[] = []
  const jobs = ['job-1', 'job-2'].map((id) => ({ job: { ...waitingJob, id, state: 'active' as const }, cursor: id }))
  const holder = {
    id: 'abc', engine: 'onnx-cpu-float32', memoryLimitBytes: 2 ** 30, interactiveOnly: false, connectedAt: new Date(0), modelHash: null,
    flopsPerSecond: null, resultsPerSecond: null, results: 0, failures: 0, lastResultAt: null, lastError: null,
  }
  const holders = async (ids: readonly string[]) => (asked.push(ids), new Map([['job-1', holder]]))
  const { data, errors } = await harness.run('{ jobs(state: ACTIVE) { nodes { worker { id engine } } } }', {
    ports: { jobs: { ...noPorts.jobs, list: async () => jobs, holders } },
  })
  expect(errors).toEqual([])
  expect(data).toEqual({ jobs: { nodes: [{ worker: { id: 'abc', engine: 'onnx-cpu-float32' } }, { worker: null }] } })
  expect(asked).toEqual([['job-1', 'job-2']])
})

it('a run is found by its number or id, with what it waits for and why prompts failed', async () => {
  const wait = { reason: 'turn', message: 'Later.', waiting: 3, active: 0, unqueued: 1, donePerMinute: 6, secondsLeft: 40 } as const
  const reasons = [{ runId: 1, message: 'Too long by 3.', count: 2, firstPrompt: 5 }]
  const asked: (readonly number[])[] = []
  const ports = {
    jobs: {
      ...noPorts.jobs,
      waits: async (ids: readonly number[]) => (asked.push(ids), new Map(ids.map((id) => [id, wait]))),
      failures: async () => reasons,
    },
  }
  const fields = `id number weight status waitsFor { reason message waiting active unqueued donePerMinute secondsLeft }
    failures { message count firstPrompt }`
  const { data, errors } = await harness.run(`{ run(id: 1) { ${fields} } }`, { ports })
  expect(errors).toEqual([])
  expect(data).toEqual({
    run: {
      id: expect.any(String) as string, number: 1, weight: 1, status: 'FAILED',
      waitsFor: { ...wait, reason: 'TURN' },
      failures: [{ message: 'Too long by 3.', count: 2, firstPrompt: 5 }],
    },
  })
  const { id } = (data as { run: { id: string } }).run
  expect((await harness.run(`{ run(id: "${id}") { number } }`)).data).toEqual({ run: { number: 1 } })
  expect((await harness.run('{ run(id: 77) { number } }')).data).toEqual({ run: null })
  // All runs of a page at once.
  asked.length = 0
  await harness.run(`{ runs(first: 5) { nodes { waitsFor { reason } } } }`, { ports })
  expect(asked).toEqual([[1]])
})
