/** `POST /graph/import`: files of any size a graph has, with keys, limits and costs; and what is then there of a foreign one. */
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { graphsIn } from '../../server/graph-import/host.ts'
import { createApiKey, openStore, type Store } from '../../src/store/index.ts'
import { recordedContext } from '../cli/context.ts'
import { useDatabase } from '../database.ts'
import { foreignFile } from '../graph/foreign-file.ts'

const database = useDatabase()
const LIMIT = 300_000
const folder = mkdtempSync(join(tmpdir(), 'tributary-foreign-'))
let store: Store
let open: RunningServer
let guarded: RunningServer
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  open = await createServer({ databaseUrl: database.url, port: 0 })
  guarded = await createServer({
    databaseUrl: database.url, port: 0, requireKeys: true, limits: { costPerMinute: 5, graphFileBytes: LIMIT, requestTimeoutMs: 60_000 },
  })
})
afterAll(async () => {
  await Promise.all([open?.close(), guarded?.close()])
  await store?.close()
  rmSync(folder, { recursive: true, force: true })
})

type Body = string | Uint8Array<ArrayBuffer>
const send = (server: RunningServer, body: Body, headers: Record<string, string> = {}) =>
  fetch(new URL('/graph/import', server.url), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
const stored = z.object({ id: z.string(), key: z.string().regex(/^[0-9a-f]{64}$/) })
const refusal = async (response: Response) => {
  const { errors } = z.object({ errors: z.tuple([z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) })]) }).parse(await response.json())
  return { status: response.status, code: errors[0].extensions.code, message: errors[0].message }
}
async function ask(query: string, variables: object = {}): Promise<unknown> {
  const response = await fetch(`${open.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) })
  const { data, errors } = z.object({ data: z.unknown(), errors: z.unknown().optional() }).parse(await response.json())
  expect(errors).toBeUndefined()
  return data
}
const count = async () => Number((await store.query<{ n: string }>('SELECT (SELECT count(*) FROM attribution_graph) + (SELECT count(*) FROM graph_node) + (SELECT count(*) FROM graph_file) AS n'))[0]!.n)

/** The same graph with `links` more links and as many bytes as they take. */
function larger(links: number) {
  const file = foreignFile()
  const more = Array.from({ length: links }, (_, n) => ({ node_id: `1_${n}_1`, feature: 5, layer: '1', ctx_idx: 1, feature_type: 'cross layer transcoder', jsNodeId: `1_${n}-0`, clerp: `feature ${n}`, influence: 0.99, activation: n / 7 }))
  return { ...file, nodes: [...file.nodes, ...more], links: [...file.links, ...more.map(({ node_id: source }, n) => ({ source, target: '3_17_1', weight: 1 / (n + 3) }))] }
}

describe('a graph of another program', () => {
  it('is stored as its file says, once, and is told apart everywhere', async () => {
    const response = await send(open, JSON.stringify(foreignFile()))
    expect(response.status).toBe(201)
    const { id, key } = stored.parse(await response.json())
    expect(await (await send(open, JSON.stringify(foreignFile(), null, 2))).json()).toEqual({ id, key })
    const query = `query ($id: ID!) { node(id: $id) { ... on AttributionGraph {
      key origin isImported maker modelName prompt tokenTexts nodeThreshold nodeCount edgeCount document
      model { slug } sequence { text } position nodesBy edgeKind sets { name } features edgeThreshold maxNodes rule temperature excludeFirst engine
      wholeNodeCount wholeEdgeCount replacementScore completenessScore completenessError milliseconds } } }`
    expect(await ask(query, { id })).toEqual({ node: {
      key, origin: 'FOREIGN', isImported: true, maker: 'circuit-tracer 0.4.1, by Ada', modelName: 'gemma-2-2b', prompt: 'Hi', tokenTexts: ['<bos>', 'Hi'],
      nodeThreshold: 0.8, nodeCount: 5, edgeCount: 5, document: foreignFile(),
      model: null, sequence: null, position: null, nodesBy: null, edgeKind: null, sets: [], features: null, edgeThreshold: null, maxNodes: null, rule: null,
      temperature: null, excludeFirst: null, engine: null, wholeNodeCount: null, wholeEdgeCount: null, replacementScore: null, completenessScore: null,
      completenessError: null, milliseconds: null,
    } })
  })

  it('is in the list, drawn, followed along its paths, and annotated as any other', async () => {
    const { id } = stored.parse(await (await send(open, JSON.stringify(foreignFile()))).json())
    const list = 'query ($origin: GraphOrigin) { attributionGraphs(where: { origin: $origin }) { totalCount nodes { id maker } } }'
    expect(await ask(list, { origin: 'FOREIGN' })).toMatchObject({ attributionGraphs: { totalCount: 1, nodes: [{ id, maker: 'circuit-tracer 0.4.1, by Ada' }] } })
    for (const origin of ['COMPUTED', 'IMPORTED']) expect(await ask(list, { origin })).toMatchObject({ attributionGraphs: { totalCount: 0 } })
    const parts = await ask(`query ($id: ID!) { node(id: $id) { ... on AttributionGraph {
      drawing { nodes { nodeId } edges { from to weight } } paths(first: 1) { nodes { nodeId } } annotations { pinned supernodes { label nodes } } } } }`, { id })
    expect(parts).toMatchObject({ node: {
      drawing: { nodes: [{ nodeId: 'E_42_1' }, { nodeId: '0_3_1' }, { nodeId: '3_17_1' }, { nodeId: '5_2_1' }, { nodeId: '27_99_1' }], edges: { length: 5 } },
      paths: [{ nodes: [{ nodeId: 'E_42_1' }, { nodeId: '3_17_1' }, { nodeId: '27_99_1' }] }],
      annotations: { pinned: ['3_17_1'], supernodes: [{ label: 'greeting', nodes: ['3_17_1', '5_2_1'] }] },
    } })
    await ask('mutation ($id: ID!) { annotateGraph(graph: $id, annotations: { pinned: ["E_42_1"], labels: [{ node: "5_2_1", text: "mine" }] }) { id } }', { id })
    const { nodes, qParams, ...rest } = foreignFile()
    expect(await ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { document } } }', { id })).toEqual({ node: { document: {
      ...rest, qParams: { ...qParams, pinnedIds: ['E_42_1'], supernodes: [] },
      nodes: nodes.map((node) => (node.node_id === '5_2_1' ? { ...node, clerp: 'mine', tributary: { label: '', text: 'mine' } } : node)),
    } } })
  })

  it('goes from the command line into the database, out of it as it came, and away', async () => {
    const run = async (...args: string[]) => {
      const context = recordedContext({ environment: { DATABASE_URL: database.url } })
      return { status: await main(['graph', ...args], context), printed: context.printed, said: context.said }
    }
    const file = join(folder, 'theirs.json')
    const theirs = { ...foreignFile(), metadata: { ...foreignFile().metadata, prompt: 'of the command line' } }
    writeFileSync(file, JSON.stringify(theirs))
    const { printed } = await run('import', file)
    const key = printed.trim()
    expect(JSON.parse((await run('--stored', key, '--json')).printed)).toEqual(theirs)
    const shown = await run('--stored', key)
    expect(shown.printed).toContain('made by       circuit-tracer 0.4.1, by Ada; its numbers are the word of its file')
    expect(shown.printed).not.toContain('completeness')
    expect(shown.printed).toBe((await run('--show', file)).printed)
    expect(await run('remove', key)).toMatchObject({ status: 0, printed: `removed ${key}\n` })
    expect((await run('remove', key)).said).toContain(`There is no graph "${key}" in the database`)
  })
})

it('a database holds no row that is half computed and half foreign', async () => {
  const half = "INSERT INTO attribution_graph (key, sets, options, node_count, edge_count, imported, completeness_error) VALUES (repeat('a', 64), '[]', '{}', 0, 0, '{}', 0)"
  await expect(store.query(half)).rejects.toThrow('attribution_graph_computed_or_foreign')
  await expect(store.query(half.replace(', completeness_error', '').replace("'{}', 0)", 'NULL)'))).rejects.toThrow('attribution_graph_computed_or_foreign')
})

it('a file of ten megabytes is stored, packed or not', async () => {
  const file = larger(40_000)
  const text = JSON.stringify(file)
  expect(text.length).toBeGreaterThan(10_000_000)
  const plain = await send(open, text)
  expect(plain.status).toBe(201)
  const { id } = stored.parse(await plain.json())
  expect(stored.parse(await (await send(open, Uint8Array.from(gzipSync(text)), { 'content-encoding': 'gzip' })).json()).id).toBe(id)
  expect(await ask('query ($id: ID!) { node(id: $id) { ... on AttributionGraph { nodeCount edgeCount } } }', { id })).toEqual({ node: { nodeCount: 40_005, edgeCount: 40_005 } })
}, 60_000)

describe('is refused with a sentence, and nothing is stored', () => {
  const text = JSON.stringify(foreignFile())
  const circle = { ...foreignFile(), links: [...foreignFile().links, { source: '5_2_1', target: '3_17_1', weight: 1 }] }
  it.each<[string, Body, Record<string, string>, object]>([
    ['what is no JSON', '{"nodes": [', {}, { status: 400, message: expect.stringContaining('is no JSON') }],
    ['what is no UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), {}, { status: 400, message: expect.stringContaining('is no UTF-8') }],
    ['what is no graph', '[]', {}, { status: 400, message: expect.stringContaining('This is no attribution graph') }],
    ['a circle', JSON.stringify(circle), {}, { status: 400, message: expect.stringContaining('lead in a circle') }],
    ['what says that it is packed', text, { 'content-encoding': 'gzip' }, { status: 400, message: expect.stringContaining('is not') }],
    ['half of what was packed', Uint8Array.from(gzipSync(text).subarray(0, 200)), { 'content-encoding': 'gzip' }, { status: 400, message: expect.stringContaining('is not') }],
    ['another packing', text, { 'content-encoding': 'br' }, { status: 415, message: expect.stringContaining('expected gzip') }],
    // What a page of another site can send without asking.
    ['plain text', text, { 'content-type': 'text/plain' }, { status: 415, message: expect.stringContaining('content-type: application/json') }],
  ])('%s', async (_what, body, headers, expected) => {
    const before = await count()
    expect(await refusal(await send(open, body, headers))).toMatchObject(expected)
    expect(await count()).toBe(before)
  })

  it('a file over the limit, however it is packed, and one that nobody may store or pay for', async () => {
    const before = await count()
    expect(await refusal(await send(guarded, text))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    const keyOf = async (name: string, scope: 'read' | 'compute') => ({ 'x-api-key': (await createApiKey(store, { name, scopes: [scope], expiresAt: null })).secret })
    expect(await refusal(await send(guarded, text, await keyOf('reader', 'read')))).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    const key = await keyOf('worker', 'compute')
    const large = JSON.stringify(larger(2000))
    expect(large.length).toBeGreaterThan(LIMIT)
    expect(await refusal(await send(guarded, large, key))).toMatchObject({ status: 413, message: expect.stringMatching(/The body has \d+ bytes, and the limit is 300000/) as unknown })
    expect(await refusal(await send(guarded, Uint8Array.from(gzipSync(large)), { ...key, 'content-encoding': 'gzip' }))).toMatchObject({ status: 413, code: 'TOO_LARGE' })
    // Without a length that says so.
    const pieces = new ReadableStream({
      start(controller) {
        for (let from = 0; from < large.length; from += 50_000) controller.enqueue(new TextEncoder().encode(large.slice(from, from + 50_000)))
        controller.close()
      },
    })
    const streamed = await fetch(new URL('/graph/import', guarded.url), {
      method: 'POST', headers: { 'content-type': 'application/json', ...key }, body: pieces, duplex: 'half',
    } as RequestInit)
    expect(await refusal(streamed)).toMatchObject({ status: 413, message: expect.stringContaining('more than') as unknown })
    // 1,210 rows are more than the minute has.
    expect(await refusal(await send(guarded, JSON.stringify(larger(600)), key))).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    expect(await count()).toBe(before)
    expect((await send(guarded, JSON.stringify(larger(3)), key)).status).toBe(201)
  })

  it('a connection that ends half-way', async () => {
    const before = await count()
    const { hostname, port } = new URL(open.url)
    await new Promise<void>((resolve) => {
      const half = request({ hostname, port, path: '/graph/import', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': text.length } })
      half.on('error', () => resolve())
      half.write(text.slice(0, 500), () => half.destroy())
      half.on('close', () => resolve())
    })
    // The server goes on.
    expect((await send(open, '[]')).status).toBe(400)
    expect(await count()).toBe(before)
  })
})

it('a request that is given up ends the process that reads for it, and what that was writing is not stored', async () => {
  const file = join(folder, 'given-up.json')
  writeFileSync(file, JSON.stringify({ ...larger(5000), metadata: { ...foreignFile().metadata, prompt: 'given up' } }))
  const before = await count()
  const controller = new AbortController()
  const reading = graphsIn(database.url, 'onnx-cpu-float32')(file, controller.signal, async (graph) => {
    expect(graph.rows).toBe(10_010)
    const saving = graph.save()
    controller.abort()
    await saving
  })
  await expect(reading).rejects.toThrow(/abort/i)
  // Its connection ends with it.
  const sessions = () => store.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%attribution_graph%' AND pid <> pg_backend_pid() AND state <> 'idle'")
  await expect.poll(sessions).toEqual([])
  expect(await count()).toBe(before)
})
