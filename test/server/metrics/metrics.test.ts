/** The whole server with a worker, watched. */
import os from 'node:os'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer, type RunningServer } from '../../../server/create-server.ts'
import { openMetrics } from '../../../server/metrics/metrics.ts'
import { silentLogger } from '../../../server/logger.ts'
import { addModel, createApiKey } from '../../../src/store/index.ts'
import { ENGINE, identity } from '../../store/fixtures.ts'
import { useWorkers } from '../../workers/use-workers.ts'
import { noSource } from './no-source.ts'

const kit = useWorkers()
let server: RunningServer
const MODEL = { hash: '7'.repeat(64), name: 'wordless', tokenizerHash: null }

beforeAll(async () => {
  await addModel(kit.store, { identity: identity(MODEL), config: {}, location: { host: os.hostname(), path: import.meta.dirname } })
  server = await createServer({ databaseUrl: kit.url, port: 0, engine: ENGINE })
})
afterAll(() => server.close())

const ATTRIBUTE = '{ attribute(input: { model: "wordless", tokenIds: [1, 2], partition: { token: {} } }) { key } }'
const ask = async (query: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

async function scrape(): Promise<Map<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith('tributary_'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

it('counts requests, cache hits, jobs, results and workers; and its request is named in the log of the worker', async () => {
  const lines: string[] = []
  const stream = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) })
  await kit.worker({ model: MODEL }, { logger: pino({ level: 'debug' }, stream) })
  await ask(ATTRIBUTE, { 'x-request-id': 'watched-request' })
  await ask(ATTRIBUTE)
  await ask('{ nonsense }')
  await expect.poll(async () => (await scrape()).get('tributary_job_seconds_count{outcome="done",urgency="interactive"}')).toBe(1)
  const found = await scrape()
  expect(Object.fromEntries(found)).toMatchObject({
    tributary_database_up: 1,
    tributary_workers: 1,
    'tributary_cache_total{outcome="hit"}': 1,
    'tributary_cache_total{outcome="miss"}': 1,
    'tributary_queue_jobs{state="waiting",urgency="interactive"}': 0,
    'tributary_request_seconds_count{type="query",field="attribute",code="OK"}': 2,
    'tributary_request_seconds_count{type="none",field="none",code="GRAPHQL_VALIDATION_FAILED"}': 1,
    tributary_sweep_seconds_count: 1,
  })
  const jobs = lines.map((line): { requestId?: string; job?: string } => JSON.parse(line)).filter(({ job }) => job)
  expect(jobs).toMatchObject([{ requestId: 'watched-request', msg: 'job done' }])
})

it('tells of each worker and run, and of reasons of failures, and no more of what is gone', async () => {
  const worker = { id: 'w1', engine: ENGINE, model: 'm', flopsPerSecond: 2e10, resultsPerSecond: 3, results: 5, failures: 1 }
  const run = { run: 7, model: 'm', dataset: 'd', weight: 2, prompts: { done: 4, waiting: 6 }, waitsFor: 'turn' }
  let there = true
  const metrics = openMetrics({
    ...noSource,
    workers: async () => (there ? [worker] : []),
    runs: async () => (there ? [run] : []),
    failures: async () => (there ? [{ code: 'TOO_LARGE', count: 2 }, { code: 'TOO_LARGE', count: 3 }] : []),
  }, silentLogger)
  const text = await metrics.text()
  for (const line of [
    `tributary_worker_flops{worker="w1",engine="${ENGINE}",model="m"} 20000000000`,
    `tributary_worker_failures{worker="w1",engine="${ENGINE}",model="m"} 1`,
    'tributary_run_prompts{run="7",model="m",dataset="d",state="waiting"} 6',
    'tributary_run_waits{run="7",model="m",dataset="d",reason="turn"} 1',
    'tributary_jobs_given_up{code="TOO_LARGE"} 5',
  ]) expect(text).toContain(line)
  there = false
  expect(await metrics.text()).not.toMatch(/worker="w1"|run="7"|code="TOO_LARGE"/)
})

it('says so when the database is away, and tells the rest', async () => {
  const metrics = openMetrics({ ...noSource, queue: () => Promise.reject(new Error('away')) }, silentLogger)
  metrics.cache({ hits: 3, misses: 0 })
  const text = await metrics.text()
  expect(text).toContain('tributary_database_up 0')
  expect(text).toContain('tributary_cache_total{outcome="hit"} 3')
  expect(text).toContain('process_cpu_seconds_total')
})

it('needs a key where keys are needed, even when reads are public', async () => {
  const guarded = await createServer({ databaseUrl: kit.url, port: 0, engine: ENGINE, requireKeys: true })
  try {
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(401)
    const { secret } = await createApiKey(kit.store, { name: 'prometheus', scopes: ['read'], expiresAt: null })
    expect((await fetch(`${guarded.url}/metrics`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200)
  } finally {
    await guarded.close()
  }
})
