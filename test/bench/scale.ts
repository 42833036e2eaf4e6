/**
 * What a store costs as it grows: synthetic results of a hundred contributions each, written as workers write them, at each of
 * the sizes given (millions of contributions; default 1 10 100). A line for people at each size, then JSON;
 * `npm run bench -- scale 1 10`. A hundred millions take some 20 GB of disk and most of an hour.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { backup } from '../../src/store/backup.ts'
import { collectGarbage } from '../../src/store/gc.ts'
import { addModel, type Model, openStore, saveResults, type Store } from '../../src/store/index.ts'
import { ENGINE, identity, item, request, result } from '../store/fixtures.ts'
import { measureLoad, startClients } from './clients.ts'
import { watchMachine } from './machine.ts'
import type { LoadReport } from './store-load.ts'
import { median } from './usage.ts'

const WIDTH = 100
const RESULTS_PER_BATCH = 32
/** Targets of one sequence, as the tokens of a vocabulary are asked for one after another. */
const TARGETS = 50
const CLIENTS = 16
const SECONDS = 8
const WARM_UP_SECONDS = 4
const ASKED = 500

/** Every sequence is another: its first tokens count. */
function requestOf(i: number): AttributionRequest {
  const sequence = Math.floor(i / TARGETS)
  const tokenIds = Array.from({ length: WIDTH }, (_, t) => (sequence * 7 + t * 13) % 90)
  for (let digit = 0, rest = sequence; digit < 4; digit++, rest = Math.floor(rest / 90)) tokenIds[digit] = rest % 90
  return request({ tokenIds, position: WIDTH - 1, target: { type: 'logit', tokenId: i % TARGETS } })
}

async function grow(store: Store, model: Model, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += RESULTS_PER_BATCH) {
    const items = Array.from({ length: Math.min(RESULTS_PER_BATCH, to - at) }, (_, k) => {
      const asked = requestOf(at + k)
      return item(asked, result(asked, Array.from({ length: WIDTH }, (_, t) => Math.sin((at + k) * 31 + t))), model)
    })
    await saveResults(store, { model, engine: ENGINE, items })
  }
}

const TOP = `query ($id: ID!) { node(id: $id) { ... on Attribution { target { value }
  contributions(first: 10, orderBy: { by: MAGNITUDE, direction: DESC }) { nodes { score component { index label } } } } } }`
const PAGE = `query ($model: String!, $after: String) { attributions(first: 25, after: $after, where: { model: $model }, orderBy: { by: VALUE, direction: DESC }) {
  nodes { id target { value } } pageInfo { endCursor } } }`

interface Bench {
  store: Store
  model: Model
  databaseUrl: string
  load: ChildProcess
  server: string
  folder: string
}

const seconds = async (action: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await action()
  return (performance.now() - began) / 1000
}

const pageSchema = z.object({ data: z.object({ attributions: z.object({ pageInfo: z.object({ endCursor: z.string() }) }) }) })

async function reads({ store, load, server }: Bench): Promise<LoadReport> {
  const keys = await store.query<{ key: string }>(
    `SELECT key FROM result JOIN (
       SELECT (random() * (SELECT max(id) FROM result))::bigint AS id FROM generate_series(1, ${ASKED})) s USING (id)`)
  const requests = keys.map(({ key }) => ({
    by: 'http' as const, url: `${server}/graphql`,
    body: JSON.stringify({ query: TOP, variables: { id: Buffer.from(`Attribution:${key}`).toString('base64') } }),
  }))
  // Until node has compiled what it runs often, which takes it seconds.
  await measureLoad(load, { clients: CLIENTS, seconds: WARM_UP_SECONDS, requests })
  return measureLoad(load, { clients: CLIENTS, seconds: SECONDS, requests })
}

/** Pages of all attributions, the largest value first, from the beginning on; milliseconds each. */
async function pages({ server, model }: Bench): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const times: number[] = []
  let after: string | null = null
  for (let page = 0; page < 20; page++) {
    const began = performance.now()
    const body = JSON.stringify({ query: PAGE, variables: { model: model.slug, after } })
    const answer: unknown = await (await fetch(`${server}/graphql`, { method: 'POST', headers, body })).json()
    times.push(performance.now() - began)
    after = pageSchema.parse(answer).data.attributions.pageInfo.endCursor
  }
  return median(times)
}

const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)

async function measureAt(bench: Bench, millions: number, written: { rows: number; seconds: number }) {
  const { store, databaseUrl, folder } = bench
  const analyzed = await seconds(() => store.query('VACUUM ANALYZE'))
  const [size] = await store.query<{ contributions: string; all: string }>(
    `SELECT sum(pg_total_relation_size(inhrelid))::text AS contributions, pg_database_size(current_database())::text AS all
     FROM pg_inherits WHERE inhparent = 'contribution'::regclass`)
  const read = await reads(bench)
  const pageMs = await pages(bench)
  const gcSeconds = await seconds(() => collectGarbage(store, { resultsOlderThanDays: 30 }))
  const kept = path.join(folder, `backup-${millions}`)
  const backupSeconds = await seconds(() => backup(databaseUrl, kept))
  const backupBytes = folderBytes(kept)
  rmSync(kept, { recursive: true })
  const rows = millions * 1e6
  return {
    millions, results: rows / WIDTH, writtenPerSecond: written.rows / written.seconds, vacuumSeconds: analyzed,
    bytesPerContribution: Number(size?.contributions) / rows, databaseBytesPerContribution: Number(size?.all) / rows,
    readsPerSecond: read.perSecond, readP50Ms: read.p50Ms, readP99Ms: read.p99Ms, pageMs, gcSeconds, backupSeconds,
    backupBytesPerContribution: backupBytes / rows,
  }
}

async function main(): Promise<void> {
  const sizes = process.argv.slice(3).map(Number)
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-scale-'))
  chmodSync(home, 0o755)
  const database = await openDatabase({ home })
  const store = openStore(database.url, { connections: 4 })
  const load = await startClients()
  const serving = fork(path.join(import.meta.dirname, 'store-server.ts'), [database.url], { execArgv: ['--import', 'tsx'] })
  try {
    const server = z.string().parse((await once(serving, 'message'))[0])
    const location = { host: os.hostname(), path: import.meta.dirname }
    const ids = { tokenizerHash: null, vocabularySize: 100_000, name: 'bench' }
    const { model } = await addModel(store, { identity: identity(ids), config: {}, location })
    const bench: Bench = { store, model, databaseUrl: database.url, load, server, folder: home }
    const table: Awaited<ReturnType<typeof measureAt>>[] = []
    let results = 0
    for (const millions of sizes.length > 0 ? sizes : [1, 10, 100]) {
      const until = (millions * 1e6) / WIDTH
      const taken = await seconds(() => grow(store, model, results, until))
      table.push(await measureAt(bench, millions, { rows: (until - results) * WIDTH, seconds: taken }))
      results = until
      console.error(Object.entries(table.at(-1)!).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`).join('  '))
    }
    console.log(JSON.stringify({ machine: machine(), table }, null, 2))
  } finally {
    for (const child of [load, serving]) child.kill('SIGKILL')
    await store.close()
    await database.close()
    rmSync(home, { recursive: true, force: true })
  }
}

await main()
