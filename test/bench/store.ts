/**
 * Speed of the store, the queue and GraphQL, each beside what it is built on, in one run on one machine. Prints JSON;
 * `npm run bench -- store`. Numbers of other programs that run at the same time are in all of them: compare the ratios.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, chmodSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { prepared } from '../workers/prepared.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { addModel, type Model, openStore, runProgress, type Store } from '../../src/store/index.ts'
import { openQueue, type Queue, requestAttributions, startWorker } from '../../workers/index.ts'
import { ENGINE, identity, request } from '../store/fixtures.ts'
import { startBulk } from '../workers/bulk-run.ts'
import { fakeAttributor, fakeEngine } from '../workers/fake-attributor.ts'
import { silent } from '../workers/use-workers.ts'
import { measureLoad, startClients } from './clients.ts'
import { watchMachine } from './machine.ts'
import { bareCopy, benchRequest, seed, seedWide } from './store-seed.ts'

const CONTRIBUTIONS = Number(process.argv[3] ?? 1_000_000)
const CLIENTS = [1, 16, 64]
const SECONDS = Number(process.argv[4] ?? 3)
const ASKED = 500
const WARM_UP_SECONDS = 4
/** One page of a plan. */
const ATTRIBUTIONS = 900

async function main(): Promise<void> {
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-store-'))
  chmodSync(home, 0o755)
  const database = await openDatabase({ home })
  const store = openStore(database.url, { connections: 4 })
  const queue = await openQueue({ databaseUrl: database.url })
  const load = await startClients()
  try {
    const location = { host: os.hostname(), path: import.meta.dirname }
    const ids = { tokenizerHash: null, vocabularySize: 100_000, name: 'bench' }
    const { model } = await addModel(store, { identity: identity(ids), config: {}, location })
    const bench = { store, queue, model, url: database.url, load }
    const writes = await measureWrites(bench)
    await store.query('VACUUM ANALYZE')
    const reads = await measureReads(bench)
    const overhead = await measureQueue(bench)
    const workers = await measureWorkers(bench)
    console.log(JSON.stringify({ machine: machine(), contributions: CONTRIBUTIONS, writes, reads, queue: overhead, workers }, rounded, 2))
  } finally {
    load.kill()
    await queue.close()
    await store.close()
    await database.close()
    rmSync(home, { recursive: true, force: true })
  }
}

interface Bench {
  store: Store
  queue: Queue
  model: Model
  url: string
  load: ChildProcess
}

const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
const say = (text: string) => void process.stderr.write(`${text}\n`)

async function measureWrites({ store, model }: Bench) {
  say('writing …')
  const narrow = await seed(store, model, CONTRIBUTIONS)
  const wide = await seedWide(store, model, CONTRIBUTIONS / 5, 1000)
  const bare = await bareCopy(store, model, CONTRIBUTIONS / 2, 64 * 25)
  const bareWide = await bareCopy(store, model, CONTRIBUTIONS / 2, 8000)
  return {
    narrow: { results: '64 of 25 contributions a transaction', rowsPerSecond: narrow, bareCopyRowsPerSecond: bare, ratio: narrow / bare },
    wide: { results: '8 of 1000 contributions a transaction', rowsPerSecond: wide, bareCopyRowsPerSecond: bareWide, ratio: wide / bareWide },
  }
}

const FIELDS = 'nodes { score component { index label } }'
const TOP = `contributions(first: 10, orderBy: { by: MAGNITUDE, direction: DESC }) { ${FIELDS} }`
const queries = {
  cached: `query ($input: AttributeInput!) { attribute(input: $input) { target { value } completenessError contributions(first: 5, orderBy: { by: MAGNITUDE, direction: DESC }) { ${FIELDS} } } }`,
  page: `query ($id: ID!) { node(id: $id) { ... on Attribution { target { value } contributions(first: 25) { ${FIELDS} } } } }`,
  top: `query ($id: ID!) { node(id: $id) { ... on Attribution { target { value } ${TOP} } } }`,
}
const RESULT = 'SELECT r.*, s.token_count FROM result r JOIN sequence s ON s.id = r.sequence_id WHERE r.key = $1'
const ROWS = `SELECT c.*, t.text FROM result r JOIN contribution c ON c.result_id = r.id AND c.model_id = r.model_id
  LEFT JOIN sequence_token t ON t.sequence_id = r.sequence_id AND t.index = c.component_index WHERE r.key = $1`
const sql = {
  cached: `${ROWS} ORDER BY abs(c.score) DESC LIMIT 5`,
  page: `${ROWS} ORDER BY c.ordinal LIMIT 25`,
  top: `${ROWS} ORDER BY abs(c.score) DESC LIMIT 10`,
}

async function startServer(databaseUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(path.join(import.meta.dirname, 'store-server.ts'), [databaseUrl], { execArgv: ['--import', 'tsx'] })
  const [url] = (await once(child, 'message')) as [string]
  return { child, url }
}

async function measureReads({ store, model, url, load }: Bench) {
  const server = await startServer(url)
  const stored = await store.query<{ key: string }>(
    `SELECT key FROM result WHERE temperature = 0.1 ORDER BY md5(key) LIMIT ${ASKED}`,
  )
  const keys = stored.map(({ key }) => key)
  const step = Math.max(1, Math.floor(CONTRIBUTIONS / 25 / ASKED))
  const inputs = Array.from({ length: ASKED }, (_, i) => benchRequest(i * step)).map(({ tokenIds, target, excludeFirst }) => ({
    model: model.slug, tokenIds, excludeFirst, partition: { token: {} },
    target: { logit: { id: target.type === 'logit' ? Number(target.tokenId) : 0 } },
  }))
  const ids = keys.map((key) => Buffer.from(`Attribution:${key}`).toString('base64'))
  const variables = { cached: inputs.map((input) => ({ input })), page: ids.map((id) => ({ id })), top: ids.map((id) => ({ id })) }
  const report: Record<string, unknown> = {}
  try {
    for (const kind of ['cached', 'page', 'top'] as const) {
      const bodies = variables[kind].map((each) => JSON.stringify({ query: queries[kind], variables: each }))
      const asked = bodies.map((body) => ({ by: 'http' as const, url: `${server.url}/graphql`, body }))
      const statements = (key: string) => [
        { name: 'result', text: RESULT, values: [key] },
        { name: kind, text: sql[kind], values: [key] },
      ]
      // Until node has compiled what it runs often, which takes it seconds.
      await measureLoad(load, { clients: 16, seconds: WARM_UP_SECONDS, requests: asked })
      for (const clients of CLIENTS) {
        say(`${kind}, ${clients} clients …`)
        const graphql = await measureLoad(load, { clients, seconds: SECONDS, requests: asked })
        const raw = await measureLoad(load, {
          clients, seconds: SECONDS, requests: keys.map((key) => ({ by: 'sql' as const, url, statements: statements(key) })),
        })
        report[`${kind} ${clients}`] = { graphql, sql: raw, p50Ratio: graphql.p50Ms / raw.p50Ms }
      }
    }
  } finally {
    server.child.kill('SIGKILL')
  }
  return report
}

/** One after another, of what takes no time to compute; beside it, storing the same without a queue. */
async function measureQueue({ store, queue, model, url }: Bench) {
  say('queue …')
  const worker = await startWorker({ databaseUrl: url, ...fakeEngine, openAttributor: async () => fakeAttributor({ model: { ...identity(), tokenizerHash: null } }), logger: silent })
  const times: number[] = []
  for (let i = 0; i < 220; i++) {
    const began = performance.now()
    const asked = request({ tokenIds: [i, 99], position: 0, temperature: 0.3 })
    const one = prepared({ model, engine: ENGINE }, asked)
    const [outcome] = await requestAttributions(store, queue, { model, engine: ENGINE }, [one], { timeoutMs: 10_000 })
    if (outcome?.state !== 'stored') throw new Error(`the queue gave ${JSON.stringify(outcome)} for ${one.key}`)
    if (i >= 20) times.push(performance.now() - began)
  }
  await worker.stop()
  times.sort((a, b) => a - b)
  return { requests: times.length, p50Ms: times[100], p90Ms: times[180], p99Ms: times[198] }
}

/** Attributions that wait instead of computing: what is measured is how the queue shares them, not how cores do. */
async function measureWorkers({ store, queue, model, url }: Bench) {
  const seconds: number[] = []
  for (const n of [1, 2]) {
    say(`${n} workers …`)
    const file = path.join(import.meta.dirname, '../workers/worker-process.ts')
    const children = Array.from({ length: n }, () => fork(file, [url, '5'], { execArgv: ['--import', 'tsx'] }))
    await Promise.all(children.map((child) => once(child, 'message')))
    const began = performance.now()
    const bulk = await startBulk({ store, queue, model }, `bench-${n}`, Array.from({ length: ATTRIBUTIONS }, (_, i) => [n, i]))
    while ((await runProgress(store, bulk.run.id)).status === 'running') await sleep(200)
    seconds.push((performance.now() - began) / 1000)
    for (const child of children) child.kill('SIGKILL')
  }
  const [one = NaN, two = NaN] = seconds
  return { attributions: ATTRIBUTIONS, millisecondsEach: 5, oneWorkerSeconds: one, twoWorkersSeconds: two, timesFaster: one / two }
}

await main()
