/** A server that listens to more than its own machine: who may what, and how much of it. */
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../../schema/index.ts'
import { type AccessOptions, guarded } from '../../../server/access/access.ts'
import { readAllowedQueries } from '../../../server/allowed-queries.ts'
import { type RunningHttp, startHttp } from '../../../server/http.ts'
import type { HttpOptions } from '../../../server/http-options.ts'
import { DEFAULT_LIMITS, type ServerLimits } from '../../../server/limits.ts'
import { silentLogger } from '../../../server/logger.ts'
import { openMetrics } from '../../../server/metrics/metrics.ts'
import { type ApiScope, createApiKey, findApiKey, revokeApiKey } from '../../../src/store/index.ts'
import { sha256 } from '../../../src/hash.ts'
import { UserError } from '../../../src/errors.ts'
import type { AttributionPort } from '../../../schema/ports.ts'
import { noPorts } from '../../graphql/harness.ts'
import { useStore } from '../../store/use-store.ts'
import { noSource } from '../metrics/no-source.ts'

const store = useStore()
const running: RunningHttp[] = []
afterAll(async () => {
  for (const server of running) await server.close()
})

const READ = '{ models { totalCount } }'
const COMPUTE = '{ attribute(input: { model: "none", text: "a", partition: { token: {} } }) { key } }'
const WRITE = 'mutation { requestAttribution(input: { model: "none", text: "a", partition: { token: {} } }) { job { id } } }'

async function serve(access: Partial<AccessOptions> = {}, limits: Partial<ServerLimits> = {}, more: Partial<HttpOptions> = {}) {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const findKey = (secret: string) => findApiKey(store, secret)
  const server = await startHttp({
    schema,
    contextOf: (signal) => ({ ...noPorts, database: store.prisma, signal }),
    ready: async () => ({ ready: true, reason: 'yes' }),
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    access: guarded({ publicReads: true, findKey, ...access }, all),
    allowedQueries: null,
    metrics: openMetrics(noSource, silentLogger),
    limits: all,
    logger: silentLogger,
    ...more,
  })
  running.push(server)
  return server.url
}

interface Answer {
  data?: unknown
  errors?: { message: string; extensions: Record<string, unknown> }[]
}

async function ask(url: string, query: string, headers: Record<string, string> = {}, extensions?: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(extensions ? { extensions, ...(query && { query }) } : { query }),
  })
  const answer: Answer = JSON.parse(await response.text())
  return { status: response.status, headers: response.headers, code: answer.errors?.[0]?.extensions['code'] ?? null, answer }
}

let made = 0
const keyWith = async (...scopes: ApiScope[]) => {
  const { key, secret } = await createApiKey(store, { name: `key-${++made}`, scopes, expiresAt: null })
  return { name: key.name, header: { 'x-api-key': secret }, secret }
}

describe('keys', () => {
  let url: string
  beforeAll(async () => {
    url = await serve()
  })

  it('are not needed for public reads, and needed for everything else', async () => {
    expect(await ask(url, READ)).toMatchObject({ status: 200, code: null })
    for (const query of [COMPUTE, WRITE, `query A { ...F } fragment F on Query ${COMPUTE}`]) {
      const { status, code, headers } = await ask(url, query)
      expect({ status, code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
      expect(headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('allow what their scopes say, sent either way', async () => {
    const reader = await keyWith('read')
    expect(await ask(url, COMPUTE, reader.header)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect((await ask(url, COMPUTE, reader.header)).answer.errors?.[0]?.message).toBe(`The API key ${reader.name} lacks the scope compute.`)
    const computer = await keyWith('compute')
    // It got past the door: there is no such model.
    expect(await ask(url, COMPUTE, computer.header)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await ask(url, WRITE, { authorization: `Bearer ${computer.secret}` })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await ask(url, READ, computer.header)).toMatchObject({ code: null })
  })

  it('that are wrong or revoked open nothing, not even public reads', async () => {
    expect(await ask(url, READ, { 'x-api-key': 'nonsense' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    const { name, header } = await keyWith('admin')
    expect(await ask(url, READ, header)).toMatchObject({ status: 200 })
    await revokeApiKey(store, name)
    expect(await ask(url, READ, header)).toMatchObject({ status: 401 })
  })

  it('are needed for reads, too, when the settings say so', async () => {
    const closed = await serve({ publicReads: false })
    expect(await ask(closed, READ)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    expect(await ask(closed, '{ __typename }')).toMatchObject({ status: 401 })
    expect(await ask(closed, READ, (await keyWith('read')).header)).toMatchObject({ status: 200 })
    // Whoever supervises the process needs none.
    expect((await fetch(`${closed}/healthz`)).status).toBe(200)
  })

  it('cannot be guessed at will', async () => {
    const guessed = await serve()
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push((await ask(guessed, READ, { 'x-api-key': `wrong-${i}` })).status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(30)
    expect(statuses.slice(-2)).toEqual([429, 429])
    // Neither whoever has a good one at the same address, nor whoever has none, is touched by that.
    expect((await ask(guessed, READ, (await keyWith('read')).header)).status).toBe(200)
    expect((await ask(guessed, READ)).status).toBe(200)
  })

  it('are looked up in a database that may be away', async () => {
    const cut = await serve({ findKey: () => Promise.reject(new UserError('DATABASE_UNAVAILABLE', 'secret host')) })
    const { status, code, answer } = await ask(cut, READ, { 'x-api-key': 'any' })
    expect({ status, code }).toEqual({ status: 503, code: 'DATABASE_UNAVAILABLE' })
    expect(JSON.stringify(answer)).not.toContain('secret host')
  })
})

describe('limits', () => {
  it('count requests per key, and say when to come again', async () => {
    const url = await serve({}, { requestsPerMinute: 2 })
    const [one, two] = [await keyWith('read'), await keyWith('read')]
    await ask(url, READ, one.header)
    await ask(url, READ, one.header)
    const { status, code, headers, answer } = await ask(url, READ, one.header)
    expect({ status, code }).toEqual({ status: 429, code: 'RATE_LIMITED' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50)
    expect(answer.errors?.[0]?.extensions).toMatchObject({ limit: 2, retryAfterSeconds: Number(headers.get('retry-after')) })
    expect(await ask(url, READ, two.header)).toMatchObject({ status: 200 })
  })

  it('count by address without a key, as a proxy on this machine tells it', async () => {
    const url = await serve({}, { requestsPerMinute: 1 })
    // What stands before the last address may be the client's invention.
    expect(await ask(url, READ, { 'x-forwarded-for': '1.1.1.1, 9.9.9.9' })).toMatchObject({ status: 200 })
    expect(await ask(url, READ, { 'x-forwarded-for': '2.2.2.2, 9.9.9.9' })).toMatchObject({ status: 429 })
    expect(await ask(url, READ, { 'x-forwarded-for': '9.9.9.9:4711' })).toMatchObject({ status: 429 })
    expect(await ask(url, READ, { 'x-forwarded-for': '[::ffff:9.9.9.9]:4711' })).toMatchObject({ status: 429 })
    expect(await ask(url, READ, { 'x-forwarded-for': '8.8.8.8' })).toMatchObject({ status: 200 })
    expect(await ask(url, READ, { 'x-forwarded-for': 'invented-1' })).toMatchObject({ status: 200 })
    expect(await ask(url, READ, { 'x-forwarded-for': 'invented-2' })).toMatchObject({ status: 429 })
  })

  it('refuse what costs more than is left, with its cost, and count nothing for it', async () => {
    const url = await serve({}, { costPerMinute: 50 })
    const dear = '{ models(first: 60) { nodes { slug } } }'
    const { status, code, answer } = await ask(url, dear)
    expect({ status, code }).toEqual({ status: 429, code: 'RATE_LIMITED' })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ cost: 61, limit: 50 })
    expect(await ask(url, '{ models(first: 40) { nodes { slug } } }')).toMatchObject({ status: 200 })
    expect(await ask(url, '{ models(first: 40) { nodes { slug } } }')).toMatchObject({ status: 429 })
  })

  it('let only so many requests be under way at once', async () => {
    let answer: () => void = () => undefined
    const held = new Promise<void>((resolve) => (answer = resolve))
    const request: ReturnType<AttributionPort['prepare']> = held.then(() => Promise.reject(new UserError('NOT_FOUND', 'enough')))
    const ports = { ...noPorts, attributions: { ...noPorts.attributions, prepare: () => request } }
    const contextOf = (signal: AbortSignal) => ({ ...ports, database: store.prisma, signal })
    const url = await serve({}, { concurrentRequests: 1 }, { contextOf })
    await store.query(
      `INSERT INTO model (slug, hash, name, architecture, layers, residual_width, heads, key_value_heads, head_width, neurons,
         vocabulary_size, max_positions, parameters, config)
       VALUES ('held', repeat('a', 64), 'held', 'llama', 1, 1, 1, 1, 1, 1, 1, 1, 1, '{}')`,
    )
    const { header } = await keyWith('compute')
    const first = ask(url, COMPUTE.replace('none', 'held'), header)
    await expect.poll(async () => (await ask(url, READ, header)).code).toBe('RATE_LIMITED')
    answer()
    expect(await first).toMatchObject({ code: 'NOT_FOUND' })
    await expect.poll(async () => (await ask(url, READ, header)).status).toBe(200)
  })
})

describe('a list of allowed queries', () => {
  const folder = path.join(import.meta.dirname, '../../fixtures/queries')
  let url: string
  beforeAll(async () => {
    url = await serve({}, {}, { allowedQueries: readAllowedQueries(folder, schema) })
  })

  it('lets those run, whatever their blanks, or by their hash', async () => {
    const source = 'query CountModels {\n  models {\n    totalCount\n  }\n}'
    expect(await ask(url, source.replace(/\s+/g, ' '))).toMatchObject({ status: 200, code: null })
    const persistedQuery = { version: 1, sha256Hash: sha256(source) }
    expect(await ask(url, '', {}, { persistedQuery })).toMatchObject({ status: 200, code: null })
  })

  it('lets nothing else run, be kept or be looked into', async () => {
    for (const query of [READ, '{ __schema { types { name } } }', 'not a query {']) {
      expect(await ask(url, query)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    }
    const persistedQuery = { version: 1, sha256Hash: sha256(READ) }
    expect(await ask(url, READ, {}, { persistedQuery })).toMatchObject({ status: 403 })
    expect(await ask(url, '', {}, { persistedQuery })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' })
    const byGet = await fetch(`${url}/graphql?query=${encodeURIComponent(READ)}`, { headers: { 'apollo-require-preflight': '1' } })
    expect(byGet.status).toBe(403)
  })

  it.each([
    ['GET', '/api/feature/demo/2-res/320'], ['POST', '/api/activation/new'], ['GET', '/api/openapi.json'],
  ])('closes REST in a sentence: %s %s', async (method, route) => {
    const response = await fetch(`${url}${route}`, { method })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ errors: [{
      message: `This server runs only the queries it was started with, so ${route} is closed; ask one of them at /graphql.`,
      extensions: { code: 'FORBIDDEN' },
    }] })
  })

  it('is refused at the start when it is empty, missing or does not fit', () => {
    expect(() => readAllowedQueries(path.join(folder, 'none'), schema)).toThrow('cannot be read')
    expect(() => readAllowedQueries(path.join(folder, '../models'), schema)).toThrow('has no .graphql files')
  })
})

it("answers pages of other sites only where they are named", async () => {
  const url = await serve({}, {}, { allowedOrigins: ['https://app.example'] })
  const preflight = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' }
    const response = await fetch(`${url}/graphql`, { method: 'OPTIONS', headers })
    return response.headers.get('access-control-allow-origin')
  }
  expect(await preflight('https://app.example')).toBe('https://app.example')
  expect(await preflight('https://evil.example')).toBeNull()
})
