/** The server as a client meets it over HTTP: limits, refusals, health, and nothing of our inside in any answer. */
import { createHash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { schema } from '../../schema/index.ts'
import type { Ports } from '../../schema/ports.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { UserError } from '../../src/errors.ts'
import { openToAll } from '../../server/access/access.ts'
import { type RunningHttp, startHttp } from '../../server/http.ts'
import type { HttpOptions } from '../../server/http-options.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import type { ServerLogger } from '../../server/logger.ts'
import { openMetrics } from '../../server/metrics/metrics.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { noPorts } from '../graphql/harness.ts'
import { seed } from '../graphql/seed.ts'
import { noSource } from './metrics/no-source.ts'

const logged: { level: string; fields: Record<string, unknown>; message: string }[] = []
const log = (level: string) => (fields: Record<string, unknown>, message: string) => logged.push({ level, fields, message })
const logger: ServerLogger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }

let testDb: TestDatabase
let database: PrismaClient
let server: RunningHttp
let ports: Ports = noPorts
let isReady = true

const options = (): HttpOptions => ({
  schema,
  contextOf: (signal) => ({ ...ports, database, signal }),
  ready: async () => ({ ready: isReady, reason: isReady ? 'The database answers.' : 'The database is away.' }),
  host: '127.0.0.1',
  port: 0,
  allowedHosts: ['proxy.example'],
  allowedOrigins: ['https://app.example'],
  access: openToAll,
  allowedQueries: null,
  metrics: openMetrics(noSource, logger),
  limits: { ...DEFAULT_LIMITS, bodyBytes: 10_000, documentTokens: 1000 },
  logger,
})

beforeAll(async () => {
  testDb = await testDatabase()
  database = new PrismaClient({ adapter: new PrismaPg({ connectionString: testDb.url }) })
  await seed(database)
  server = await startHttp(options())
})
afterAll(async () => {
  await server.close()
  await database.$disconnect()
  await testDb.close()
})

interface GraphqlAnswer {
  data?: unknown
  errors?: { message: string; extensions: Record<string, unknown> }[]
}

async function post(body: unknown, headers: Record<string, string> = {}, url = server.url) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer: GraphqlAnswer = JSON.parse(await response.text())
  return { status: response.status, answer, requestId: response.headers.get('x-request-id') }
}

const codeOf = ({ answer }: { answer: GraphqlAnswer }) => answer.errors?.[0]?.extensions['code']

describe('queries', () => {
  it('are answered', async () => {
    const { status, answer } = await post({ query: '{ models { nodes { slug } } }' })
    expect({ status, answer }).toEqual({ status: 200, answer: { data: { models: { nodes: [{ slug: 'tiny' }] } } } })
  })

  it('may come by GET, with the header that browsers cannot send across sites unasked', async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent('{ models { totalCount } }')}`
    const blocked = await fetch(url, { headers: { accept: 'application/json' } })
    expect(blocked.status).toBe(400)
    expect(await blocked.text()).toContain('CSRF')
    const allowed = await fetch(url, { headers: { accept: 'application/json', 'apollo-require-preflight': '1' } })
    expect(await allowed.json()).toEqual({ data: { models: { totalCount: 1 } } })
  })

  it('may be persisted by their hash', async () => {
    const query = '{ models { nodes { layers } } }'
    const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } }
    expect(codeOf(await post({ extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND')
    await post({ query, extensions })
    expect((await post({ extensions })).answer).toEqual({ data: { models: { nodes: [{ layers: 2 }] } } })
  })

  it('must not come as a form, as a page of another site could send them', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: 'mutation { cancelJob(id: "x") }' }),
    })
    expect(response.status).toBe(400)
  })

  it('come one at a time', async () => {
    const { status, answer } = await post([{ query: '{ models { totalCount } }' }, { query: '{ models { totalCount } }' }])
    expect(status).toBe(400)
    expect(answer.errors?.[0]?.message).toMatch(/batching/i)
  })
})

describe('limits', () => {
  const deep = (levels: number) => '{ attributions(first: 1) { nodes { '.concat(
    'sequence { attributions(first: 1) { nodes { '.repeat(levels), 'key', ' } } }'.repeat(levels), ' } } }')

  it('let five nouns deep through', async () => {
    const { answer } = await post({
      query: `{ datasets { edges { node { prompts(first: 1) { edges { node { tokenizations { sequence { attributions(first: 1) {
        edges { node { contributions(first: 1) { edges { node { component { label } } } } } } } } } } } } } } } }`,
    })
    expect(answer.errors).toBeUndefined()
  })

  it('say how deep a query was and how deep it may be', async () => {
    const { status, answer } = await post({ query: deep(7) })
    expect(status).toBe(400)
    expect(answer.errors).toHaveLength(1)
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The query is nested 24 levels deep, and the limit is 20. Ask for the inner part in a query of its own, by id.',
      extensions: { code: 'TOO_LARGE', depth: 24, limits: { depth: 20 } },
    })
  })

  it('say what a query would have cost', async () => {
    const query = 'query ($n: Int) { attributions(first: $n) { nodes { contributions(first: 1000) { nodes { component { index } } } } } }'
    const { answer } = await post({ query, variables: { n: 100 } })
    // 1 + 100 attributions, each with itself, 1 + 1000 × (contribution and its component), as the variables say
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^The query would cost 200201 \(rows and computations\), and the limit is 20000\./),
      extensions: { code: 'TOO_LARGE', cost: 200_201 },
    })
    expect((await post({ query, variables: { n: 1 } })).answer.errors).toBeUndefined()
  })

  it('count computations, and the tokens they have', async () => {
    const fields = Array.from({ length: 60 }, (_, i) => `q${i}: attribute(input: $input) { key }`)
    const query = `query ($input: AttributeInput!) { ${fields.join(' ')} }`
    const input = { model: 'tiny', tokenIds: Array.from({ length: 300 }, () => 1), partition: { token: {} } }
    const { answer } = await post({ query, variables: { input } })
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'TOO_LARGE', cost: 60 * (100 + 300 + 90) })
  })

  it('judge the operation that runs, not the first of the document', async () => {
    const query = `query Cheap { models { totalCount } } query Dear ${deep(7)}`
    expect(codeOf(await post({ query, operationName: 'Dear' }))).toBe('TOO_LARGE')
    expect((await post({ query, operationName: 'Cheap' })).answer).toEqual({ data: { models: { totalCount: 1 } } })
  })

  it('see through fragments', async () => {
    const query = `{ attributions(first: 1) { nodes { ...F0 } } }
      ${Array.from({ length: 8 }, (_, i) => `fragment F${i} on Attribution { sequence { attributions(first: 1) { nodes { ...F${i + 1} } } } }`).join('\n')}
      fragment F8 on Attribution { key }`
    expect(codeOf(await post({ query }))).toBe('TOO_LARGE')
  })

  it('end documents that go on and on, before they are parsed', async () => {
    const { answer } = await post({ query: `{ ${'models { totalCount } '.repeat(300)} }` })
    expect(codeOf({ answer })).toBe('GRAPHQL_PARSE_FAILED')
    expect(answer.errors?.[0]?.message).toMatch(/more that 1000 tokens|more than 1000 tokens/)
  })

  it('refuse brackets that nobody could mean, before they are parsed', async () => {
    const deepDocument = [`{ nodes(ids: ${'['.repeat(400)}${']'.repeat(400)}) { id } }`, `${'{a'.repeat(400)}${'}'.repeat(400)}`]
    for (const query of deepDocument) {
      const { status, answer } = await post({ query })
      expect({ status, code: codeOf({ answer }) }).toEqual({ status: 400, code: 'TOO_LARGE' })
      expect(answer.errors?.[0]?.message).toMatch(/^The query is nested 40\d brackets deep, and the limit is 200/)
    }
    // In texts and comments they are no nesting.
    const harmless = `{ model(slug: "${'('.repeat(300)}") { slug } } # ${'['.repeat(300)}`
    expect((await post({ query: harmless })).answer).toEqual({ data: { model: null } })
  })

  it('say how large a body was and may be', async () => {
    const { status, answer } = await post({ query: `{ models { totalCount } } # ${'x'.repeat(20_000)}` })
    expect(status).toBe(413)
    expect(answer.errors?.[0]?.message).toMatch(/^The request body is 20\d{3} bytes, and the limit is 10000\.$/)
    expect(codeOf({ answer })).toBe('TOO_LARGE')
  })

  it('end a request that takes too long, and tell whoever works for it', async () => {
    let told = false
    const slow: Ports = {
      ...noPorts,
      attributions: {
        ...noPorts.attributions,
        prepare: () => Promise.resolve({
          request: { request: anyRequest, key: 'stored under no key', plan: null, groupLabels: null }, own: null,
        }),
        request: (_model, _requests, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              told = true
              reject(new UserError('CANCELLED', 'Nobody waits.'))
            })
          }),
      },
    }
    const hurried = await startHttp({
      ...options(),
      contextOf: (signal) => ({ ...slow, database, signal }),
      limits: { ...DEFAULT_LIMITS, requestTimeoutMs: 1500 },
    })
    const ask = { query: '{ attribute(input: { model: "tiny", text: "a", partition: { token: {} } }) { key } }' }
    const { status, answer } = await post(ask, {}, hurried.url)
    expect({ status, code: codeOf({ answer }) }).toEqual({ status: 504, code: 'TIMEOUT' })
    expect(told).toBe(true)
    await hurried.close()
  })
})

const anyRequest: AttributionRequest = {
  tokenIds: [1],
  position: 0,
  target: { type: 'logit', tokenId: 'next' },
  partition: { by: 'token', layer: 0 },
  mode: 'corrected',
  rule: 'softmax',
  temperature: 0.1,
  excludeFirst: true,
}

it('a request may wait for as many attributions as it asks for, without a warning about listeners', async () => {
  const warnings: string[] = []
  const note = (warning: Error) => warnings.push(warning.message)
  process.on('warning', note)
  ports = {
    ...noPorts,
    attributions: {
      ...noPorts.attributions,
      prepare: () => Promise.resolve({
        request: { request: anyRequest, key: 'stored under no key', plan: null, groupLabels: null }, own: null,
      }),
      request: async (_model, requests, { signal }) => {
        const listener = () => undefined
        signal.addEventListener('abort', listener)
        await new Promise((resolve) => setTimeout(resolve, 50))
        return requests.map(() => ({ state: 'failed' as const, error: new UserError('NOT_FOUND', 'enough') }))
      },
    },
  }
  const fields = Array.from({ length: 30 }, (_, i) =>
    `q${i}: attribute(input: { model: "tiny", text: "a", partition: { token: {} }, timeoutMs: ${1000 + i} }) { key }`)
  const { answer } = await post({ query: `{ ${fields.join(' ')} }` })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(answer.errors).toHaveLength(30)
  expect(warnings).toEqual([])
})

describe('errors', () => {
  const failWith = (error: unknown) => {
    ports = { ...noPorts, attributions: { ...noPorts.attributions, prepare: () => Promise.reject(error) } }
    return post({ query: '{ attribute(input: { model: "tiny", text: "a", partition: { token: {} } }) { key } }' })
  }

  it('of the user keep their words and their code', async () => {
    const { status, answer } = await failWith(new UserError('TOO_LARGE', 'The prompt has 9 tokens too many.'))
    expect(status).toBe(200)
    expect(answer.errors).toEqual([
      {
        message: 'The prompt has 9 tokens too many.',
        path: ['attribute'],
        locations: expect.anything(),
        extensions: { code: 'TOO_LARGE' },
      },
    ])
  })

  it('of ours say nothing but the request id, under which the log has everything', async () => {
    logged.length = 0
    const { answer, requestId } = await failWith(new Error('secret: password=hunter2'))
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } })
    const told = JSON.stringify(answer)
    for (const secret of ['hunter2', 'node_modules', '.ts', 'stack']) expect(told).not.toContain(secret)
    const entry = logged.find(({ level }) => level === 'error')
    expect(entry?.fields['requestId']).toBe(requestId)
    expect(JSON.stringify(entry?.fields['causes'])).toContain('hunter2')
  })

  it('of libraries inside ours are found', async () => {
    const { answer } = await failWith(new Error('wrapped', { cause: new UserError('BAD_MODEL', 'The weights are cut off.') }))
    expect(answer.errors?.[0]).toMatchObject({ message: 'The weights are cut off.', extensions: { code: 'BAD_MODEL' } })
  })

  it('of arguments have the code BAD_INPUT, wherever they were noticed', async () => {
    const inputs = [
      { query: 'query ($n: Int!) { attributions(first: $n) { nodes { key } } }', variables: { n: 'three' } },
      { query: '{ node(id: "nonsense") { id } }' },
      { query: '{ attributions(first: 1, after: "nonsense") { nodes { key } } }' },
      { query: '{ attribute(input: { model: "tiny", partition: { token: {} }, timeoutMs: -1 }) { key } }' },
    ]
    for (const input of inputs) expect({ input, code: codeOf(await post(input)) }).toEqual({ input, code: 'BAD_INPUT' })
    const persistedQuery = { version: 1, sha256Hash: '0'.repeat(64) }
    expect(codeOf(await post({ query: '{ models { totalCount } }', extensions: { persistedQuery } }))).toBe('BAD_INPUT')
  })

  it('name no options of a command line', async () => {
    const { answer } = await failWith(new UserError('TOO_LARGE', 'Too much; raise --memory-limit.'))
    expect(answer.errors?.[0]?.message).toBe("Too much; raise the worker's memory limit.")
  })

  it('of a query that does not fit the schema are explained', async () => {
    const { status, answer } = await post({ query: '{ modells { totalCount } }' })
    expect(status).toBe(400)
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining('Did you mean "models"'),
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
  })

  it('of a body that is no JSON are explained', async () => {
    const { status, answer } = await post('{"query": ')
    expect({ status, code: codeOf({ answer }) }).toEqual({ status: 400, code: 'BAD_INPUT' })
  })

  it('of a database that is away have a code of their own', async () => {
    const nowhere = new PrismaClient({ adapter: new PrismaPg({ connectionString: `postgresql://u:hunter2@127.0.0.1:${await freePort()}/x` }) })
    const cut = await startHttp({ ...options(), contextOf: (signal) => ({ ...noPorts, database: nowhere, signal }) })
    const { answer } = await post({ query: '{ models { totalCount } }' }, {}, cut.url)
    expect(codeOf({ answer })).toBe('DATABASE_UNAVAILABLE')
    expect(JSON.stringify(answer)).not.toContain('hunter2')
    await cut.close()
    await nowhere.$disconnect()
  })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0)
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 1
}

describe('routes', () => {
  it('/healthz answers while the process lives, /readyz while it can answer queries', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ status: 'ok' })
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reason: 'The database answers.' }])
    isReady = false
    const away = await fetch(`${server.url}/readyz`)
    isReady = true
    expect([away.status, await away.json()]).toEqual([503, { status: 'not ready', reason: 'The database is away.' }])
  })

  it('anything else is not there', async () => {
    const response = await fetch(`${server.url}/etc/passwd`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  })

  it('say which request it was', async () => {
    const given = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'my-request-1' } })
    expect(given.headers.get('x-request-id')).toBe('my-request-1')
    const forged = await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'a b <script>' } })
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(forged.headers.has('x-powered-by')).toBe(false)
  })

  it('a page whose name was pointed at this machine is turned away', async () => {
    const answer = await rawGet('/healthz', { host: 'evil.example:4000' })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('evil.example')
    for (const host of ['localhost:1234', '127.0.0.1', '[::1]:4000', 'Proxy.Example']) {
      expect({ host, ...(await rawGet('/healthz', { host })) }).toMatchObject({ status: 200 })
    }
  })
})

/** fetch sets the host header itself. */
function rawGet(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(`${server.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
      .on('error', reject)
      .end()
  })
}

describe('starting', () => {
  it('says that a port is taken', async () => {
    const port = Number(new URL(server.url).port)
    await expect(startHttp({ ...options(), port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use.`)
  })

  it('and ending lets the requests under way finish', async () => {
    let release: (() => void) | undefined
    const waiting = new Promise<void>((resolve) => (release = resolve))
    let asked: (() => void) | undefined
    const begun = new Promise<void>((resolve) => (asked = resolve))
    const own = await startHttp({
      ...options(),
      contextOf: (signal) => ({
        ...noPorts,
        database,
        signal,
        jobs: {
          ...noPorts.jobs,
          cancel: async () => {
            asked?.()
            await waiting
            return true
          },
        },
      }),
    })
    const id = Buffer.from('Job:1').toString('base64')
    const answer = post({ query: `mutation { cancelJob(id: "${id}") }` }, {}, own.url)
    await begun
    const closed = own.close()
    release?.()
    expect((await answer).answer).toEqual({ data: { cancelJob: true } })
    await closed
    await expect(fetch(`${own.url}/healthz`)).rejects.toThrow()
  })
})
