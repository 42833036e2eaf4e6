/**
 * Looking features up in a set of 16,384: how fast such a set is written and how large it is, and how long its page, its list
 * and its searches take over HTTP, cold (server and database have just started) and warm. Prints JSON;
 * `npm run bench -- lookup`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { readExamples } from '../graphql/read-examples.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { addModel, openStore, type Store } from '../../src/store/index.ts'
import { identity } from '../store/fixtures.ts'
import { measureLoad, startClients } from './clients.ts'
import { seedFeatureSet, SOURCE } from './lookup-seed.ts'
import { watchMachine } from './machine.ts'

const F = Number(process.argv[3] ?? 16_384)
const SECONDS = Number(process.argv[4] ?? 3)
const ASKED = 400
const CLIENTS = [1, 8]

const page = readExamples().find(({ name }) => name === 'feature')!.query
  .replace('$model: String!', '$model: String!, $index: Int!').replace(/source: "[^"]*", index: \d+/, `source: "${SOURCE}", index: $index`)
const list = `query ($model: String!, $index: Int!) { features(model: $model, source: "${SOURCE}", first: 20, orderBy: { by: DENSITY }, where: { minDensity: 0.0001, labelContains: "1" }) {
  totalCount nodes { index label statistics { density max histogram { from count } } } } jump: feature(model: $model, source: "${SOURCE}", index: $index) { index } }`
const search = `query ($model: String!, $index: Int!) { searchFeatures(text: "capital river", in: { model: $model }, first: 20) { totalCount nodes { rank feature { name label } } }
  jump: feature(model: $model, source: "${SOURCE}", index: $index) { index } }`
const example = `query ($model: String!, $index: Int!) { searchExamples(text: "w1234 w1247", in: { model: $model }, first: 20) { totalCount nodes { matches feature { name label } example { tokens } } }
  jump: feature(model: $model, source: "${SOURCE}", index: $index) { index } }`
/** What any answer takes: beside it, the others tell what features cost. */
const trivial = 'query ($model: String!, $index: Int!) { feature(model: $model, source: "' + SOURCE + '", index: $index) { index } }'
const queries = { trivial, page, list, search, example }

const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
const say = (text: string) => void process.stderr.write(`${text}\n`)

async function main(): Promise<void> {
  const machine = watchMachine()
  const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-lookup-'))
  chmodSync(home, 0o755)
  try {
    say(`writing ${F} features …`)
    const written = await write(home)
    // Anew, so that the first answer finds nothing in the database's memory.
    const database = await openDatabase({ home })
    try {
      const read = await measure(database.url)
      console.log(JSON.stringify({ machine: machine(), features: F, written, read }, rounded, 2))
    } finally {
      await database.close()
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function write(home: string) {
  const database = await openDatabase({ home })
  const store = openStore(database.url, { connections: 2 })
  try {
    const { model } = await addModel(store, { identity: identity({ vocabularySize: 100_000, name: 'bench' }), config: {}, slug: 'bench' })
    const { setId, examples, seconds } = await seedFeatureSet(store, model, F)
    await store.query('VACUUM ANALYZE')
    return { examples, examplesPerSecond: examples / seconds, bytesPerFeature: (await bytesOf(store, setId)) / F }
  } finally {
    await store.close()
    await database.close()
  }
}

async function bytesOf(store: Store, setId: number): Promise<number> {
  const [row] = await store.query<{ bytes: string }>(
    `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relname ~ ('^feature.*_' || $1 || '$')`, [setId])
  return Number(row?.bytes)
}

async function measure(databaseUrl: string) {
  const server = fork(path.join(import.meta.dirname, 'store-server.ts'), [databaseUrl], { execArgv: ['--import', 'tsx'] })
  const starting = once(server, 'message')
  const load = await startClients()
  try {
    const url = z.string().parse((await starting)[0])
    const cold = await firstPage(url)
    const report: Record<string, unknown> = {}
    for (const [name, query] of Object.entries(queries)) {
      const requests = Array.from({ length: ASKED }, (_, i) => ({
        by: 'http' as const, url: `${url}/graphql`, body: JSON.stringify({ query, variables: { model: 'bench', index: (i * 7919) % F } }), holds: '"index":',
      }))
      for (const clients of CLIENTS) {
        say(`${name}, ${clients} clients …`)
        report[`${name} ${clients}`] = await measureLoad(load, { clients, seconds: SECONDS, requests })
      }
    }
    return { firstPageMs: cold, ...report }
  } finally {
    load.kill()
    server.kill('SIGKILL')
  }
}

async function firstPage(url: string): Promise<number> {
  const began = performance.now()
  const response = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: page, variables: { model: 'bench', index: 4711 % F } }),
  })
  const text = await response.text()
  if (text.includes('"errors"') || !text.includes('"strongest":[{')) throw new Error(`the page of a feature came as ${text.slice(0, 300)}`)
  return performance.now() - began
}

await main()
