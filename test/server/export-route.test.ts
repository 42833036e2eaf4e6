/** `GET /export`: a run as a file, with keys and limits. */
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { createApiKey } from '../../src/store/index.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { useDatabase } from '../database.ts'
import { GRAPH_KEYS, seedFeaturesAndGraphs } from '../export/seed.ts'
import { makeAnalystWorld } from '../store/analyst-world.ts'

const database = useDatabase()
let store: Store
let open: RunningServer
let guarded: RunningServer
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await makeAnalystWorld(store)
  open = await createServer({ databaseUrl: database.url, port: 0 })
  guarded = await createServer({
    databaseUrl: database.url, port: 0, requireKeys: true, publicReads: false, limits: { costPerMinute: 1 },
  })
})
afterAll(async () => {
  await Promise.all([open.close(), guarded.close()])
  await store.close()
})

const at = (server: RunningServer, path: string, headers: Record<string, string> = {}) => fetch(new URL(path, server.url), { headers })
const codeOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] }
  return { status: response.status, code: errors[0]?.extensions.code, message: errors[0]?.message }
}

test('a run comes as one file, with model and run in every row', async () => {
  const response = await at(open, '/export/contributions?run=3&format=arrow')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="contributions.arrow"')
  const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()))
  expect(table.numRows).toBe(16)
  expect(table.get(1)?.toJSON()).toMatchObject({ model: 'tiny', run_id: 3, component: 'L0.H0', score: 1 })
  const parquet = await at(open, '/export/attributions?run=1&format=parquet&from=1&to=1')
  expect(Buffer.from(await parquet.arrayBuffer()).subarray(0, 4).toString()).toBe('PAR1')
  const csv = await at(open, '/export/attributions?run=1&format=csv&from=1&to=1')
  expect((await csv.text()).split('\n')).toHaveLength(3)
})

test('what cannot be meant is told in a sentence', async () => {
  expect(await codeOf(await at(open, '/export/contributions'))).toMatchObject({ status: 413, code: 'TOO_LARGE' })
  expect(await codeOf(await at(open, '/export/contributions?run=99'))).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  expect(await codeOf(await at(open, '/export/weights?run=1'))).toMatchObject({ status: 400, code: 'BAD_INPUT' })
  expect(await codeOf(await at(open, '/export/contributions?run=1;drop'))).toMatchObject({ status: 400, code: 'BAD_INPUT' })
})

test('it needs a key where reading does, and counts against the minute', async () => {
  expect(await codeOf(await at(guarded, '/export/contributions?run=1'))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  const { secret } = await createApiKey(store, { name: 'reader', scopes: ['read'], expiresAt: null })
  const headers = { 'x-api-key': secret }
  expect((await at(guarded, '/export/contributions?run=3', headers)).status).toBe(200)
  expect(await codeOf(await at(guarded, '/export/contributions?run=3', headers))).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
})

describe('of features and graphs', () => {
  const other = useDatabase()
  let server: RunningServer
  beforeAll(async () => {
    const others = openStore(other.url, { connections: 2 })
    await seedFeaturesAndGraphs(others).finally(() => others.close())
    server = await createServer({ databaseUrl: other.url, port: 0 })
  }, 60_000)
  afterAll(() => server.close())

  test('a set, its examples and each table of a graph come as files', async () => {
    const rowsOf = async (path: string) => tableFromIPC(new Uint8Array(await (await at(server, `${path}&format=arrow`)).arrayBuffer()))
    const features = await rowsOf('/export/features?source=1-res&from=2&to=3')
    expect(features.toArray().map((row) => (row as { toJSON(): { source: string; index: number } }).toJSON())).toMatchObject([{ source: '1-res', index: 2 }, { index: 3 }])
    expect((await rowsOf('/export/examples?source=1-res&from=2&to=2')).numRows).toBe(5)
    expect((await rowsOf(`/export/graph?table=nodes&graph=${GRAPH_KEYS[0]}`)).numRows).toBe(3)
    const edges = await at(server, `/export/graph?table=edges&format=csv&graph=${GRAPH_KEYS[0]}`)
    expect(edges.headers.get('content-disposition')).toBe('attachment; filename="edges.csv"')
    expect((await edges.text()).trim().split('\n')).toHaveLength(4)
  })

  test('what does not belong together is told in a sentence', async () => {
    const ask = async (path: string) => codeOf(await at(server, path))
    expect(await ask('/export/features?run=3')).toMatchObject({ status: 400, message: expect.stringContaining('run says nothing of features') as string })
    expect(await ask('/export/graph?graph=1')).toMatchObject({ status: 400, message: expect.stringContaining('the key of a graph') as string })
    expect(await ask(`/export/graph?graph=${GRAPH_KEYS[0]}`)).toMatchObject({ status: 400, message: expect.stringContaining('table=graphs') as string })
    expect(await ask('/export/features?source=9-none')).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  })
})
