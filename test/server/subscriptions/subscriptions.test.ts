/** Subscriptions with a real client, server, queue and worker. */
import { once } from 'node:events'
import os from 'node:os'
import { type Client, createClient, type FormattedExecutionResult, type SubscribePayload } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type CreateServerOptions, createServer, type RunningServer } from '../../../server/create-server.ts'
import { addModel, type ApiScope, createApiKey, revokeApiKey } from '../../../src/store/index.ts'
import { ENGINE, identity } from '../../store/fixtures.ts'
import { commands } from '../../workers/fake-attributor.ts'
import { useWorkers } from '../../workers/use-workers.ts'

const kit = useWorkers()
const MODEL = { hash: '7'.repeat(64), name: 'wordless', tokenizerHash: null, vocabularySize: 100_000 }
const servers: RunningServer[] = []
const clients: Client[] = []

const start = async (options: Partial<CreateServerOptions> = {}) => {
  const server = await createServer({ databaseUrl: kit.url, port: 0, engine: ENGINE, ...options })
  servers.push(server)
  return server
}
let server: RunningServer
beforeAll(async () => {
  await addModel(kit.store, { identity: identity(MODEL), config: {}, location: { host: os.hostname(), path: import.meta.dirname } })
  server = await start()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
})
afterAll(async () => {
  for (const each of servers) await each.close()
})

const requestedSchema = z.object({ data: z.object({ requestAttribution: z.object({ job: z.object({ id: z.string() }) }) }) })

async function requestJob(tokenIds: number[], headers: Record<string, string> = {}, url = server.url): Promise<string> {
  const query = `mutation ($input: AttributeInput!) { requestAttribution(input: $input) { job { id } } }`
  const input = { model: MODEL.name, tokenIds, partition: { token: {} } }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables: { input } }),
  })
  return requestedSchema.parse(await response.json()).data.requestAttribution.job.id
}

const cancel = (id: string) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($id: ID!) { cancelJob(id: $id) }', variables: { id } }),
  })

function connect(url = server.url, connectionParams: Record<string, unknown> = {}): Client {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
  clients.push(client)
  return client
}

const FOLLOW = 'subscription ($id: ID!) { jobProgress(id: $id) { state error { code } attribution { scores } } }'
const follow = (client: Client, id: string, query = FOLLOW) => client.iterate({ query, variables: { id } })

type Event = FormattedExecutionResult<Record<string, unknown>, unknown>
async function all(events: AsyncIterable<Event>): Promise<Event[]> {
  const seen: Event[] = []
  for await (const event of events) seen.push(event)
  return seen
}
const codesOf = (results: readonly Event[]) => results.map(({ errors }) => errors?.[0]?.extensions?.['code'])

/** What a client is told when it is not let in, or its operation is refused. */
async function refusalOf(client: Client, payload: SubscribePayload): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.subscribe(payload, {
      next: (result) => resolve(result),
      error: (error) => resolve(error),
      complete: () => reject(new Error('it was let in')),
    })
  })
}

describe('jobProgress', () => {
  it('follows a job from waiting to its end, with what it computed', async () => {
    const id = await requestJob([11, 12])
    const events = follow(connect(), id)
    expect(await events.next()).toMatchObject({ value: { data: { jobProgress: { state: 'WAITING' } } } })
    await kit.worker({ model: MODEL })
    const rest = await all(events)
    const scores = [Math.sin(11), Math.sin(12)]
    expect(rest.at(-1)).toEqual({ data: { jobProgress: { state: 'DONE', error: null, attribution: { scores } } } })
  })

  it('tells of a failure, and of a job that is called off', async () => {
    const called = await requestJob([13])
    const events = follow(connect(), called)
    await events.next()
    await cancel(called)
    expect(await all(events)).toMatchObject([{ data: { jobProgress: { state: 'CANCELLED' } } }])
    await kit.worker({ model: MODEL })
    const refused = await requestJob([commands.refuse])
    expect((await all(follow(connect(), refused))).at(-1)).toMatchObject({
      data: { jobProgress: { state: 'FAILED', error: { code: 'BAD_INPUT' } } },
    })
  })

  it('of no job is an error of its own, and the connection goes on', async () => {
    const client = connect()
    const nobody = Buffer.from('Job:00000000-0000-4000-8000-000000000000').toString('base64')
    expect(codesOf(await all(follow(client, nobody)))).toEqual(['NOT_FOUND'])
    expect(codesOf(await all(follow(client, nobody)))).toEqual(['NOT_FOUND'])
  })

  it('ends for good when the client leaves it', async () => {
    const id = await requestJob([14])
    const events = follow(connect(), id)
    await events.next()
    await events.return?.()
    expect(await events.next()).toMatchObject({ done: true })
  })
})

describe('over WebSocket', () => {
  it('only subscriptions are taken, and only those that fit', async () => {
    const client = connect()
    expect(await refusalOf(client, { query: '{ models { totalCount } }' })).toMatchObject([
      { message: expect.stringContaining('over WebSocket only subscriptions'), extensions: { code: 'BAD_INPUT' } },
    ])
    expect(await refusalOf(client, { query: 'subscription { nothing }' })).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
    expect(await refusalOf(client, { query: 'subscription {' })).toMatchObject([
      { message: expect.stringContaining('Syntax Error'), extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ])
  })

  const opening = (headers: Record<string, string>, path = '/graphql') =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers })
      socket.on('open', () => resolve('open')).on('error', ({ message }) => resolve(message))
      socket.on('open', () => socket.close())
    })

  it("pages of other sites, and names that are not this machine's, are refused", async () => {
    expect(await opening({})).toBe('open')
    expect(await opening({ origin: server.url })).toBe('open')
    expect(await opening({ origin: 'https://evil.example' })).toMatch(/403/)
    expect(await opening({ origin: 'null' })).toMatch(/403/)
    expect(await opening({ host: 'evil.example' })).toMatch(/403/)
    expect(await opening({}, '/elsewhere')).toMatch(/404/)
  })

  it('the same keys and limits hold', async () => {
    const guarded = await start({ requireKeys: true, publicReads: false, limits: { concurrentRequests: 3 } })
    const keyWith = async (name: string, scope: ApiScope) =>
      (await createApiKey(kit.store, { name, scopes: [scope], expiresAt: null })).secret
    const reader = await keyWith('reader', 'read')
    const id = await requestJob([15], { 'x-api-key': await keyWith('computer', 'compute') }, guarded.url)
    const payload = { query: FOLLOW, variables: { id } }
    expect(await refusalOf(connect(guarded.url), payload)).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await refusalOf(connect(guarded.url, { 'x-api-key': 'wrong' }), payload)).toMatchObject({ code: 4401 })
    const client = connect(guarded.url, { authorization: `Bearer ${reader}` })
    const [one, two] = [follow(client, id), follow(client, id)]
    expect(await one.next()).toMatchObject({ value: { data: { jobProgress: { state: 'WAITING' } } } })
    expect(await two.next()).toMatchObject({ value: { data: { jobProgress: { state: 'WAITING' } } } })
    // The connection and two operations are three.
    const refused = await refusalOf(client, payload)
    expect(refused).toMatchObject([{ extensions: { code: 'RATE_LIMITED', limit: 3 } }])
    expect(JSON.stringify(refused)).not.toContain('"http"')
    await one.return?.()
    const third = () => follow(client, id).next().catch(() => null)
    await expect.poll(third).toMatchObject({ value: { data: { jobProgress: { state: 'WAITING' } } } })
  })
})

describe('a key that ends', () => {
  const CLOSED = { code: 4401, reason: 'The API key has expired or was revoked; connect again with another.' }
  const keyWith = async (name: string) =>
    (await createApiKey(kit.store, { name, scopes: ['compute'], expiresAt: null })).secret
  let guarded: RunningServer
  beforeAll(async () => {
    guarded = await start({ requireKeys: true, limits: { keyCheckMs: 50, concurrentRequests: 3 } })
  })

  async function following(secret: string, tokenId: number) {
    const id = await requestJob([tokenId], { 'x-api-key': secret }, guarded.url)
    const events = follow(connect(guarded.url, { 'x-api-key': secret }), id)
    expect(await events.next()).toMatchObject({ value: { data: { jobProgress: { state: 'WAITING' } } } })
    return { id, next: events.next().catch((error: unknown) => error) }
  }

  it('ends what its holder follows, and nothing of others', async () => {
    const revoked = await following(await keyWith('revoked'), 21)
    const expired = await following(await keyWith('expired'), 22)
    const other = await following(await keyWith('other'), 23)
    await revokeApiKey(kit.store, 'revoked')
    expect(await revoked.next).toMatchObject(CLOSED)
    await kit.store.query(`UPDATE api_key SET expires_at = now() WHERE name = 'expired'`, [])
    expect(await expired.next).toMatchObject(CLOSED)
    await cancel(other.id)
    expect(await other.next).toMatchObject({ value: { data: { jobProgress: { state: 'CANCELLED' } } } })
  })

  it('frees its places: the connection and what was followed on it', async () => {
    const secret = await keyWith('counted')
    const { next } = await following(secret, 24)
    await revokeApiKey(kit.store, 'counted')
    expect(await next).toMatchObject(CLOSED)
    await kit.store.query(`UPDATE api_key SET revoked_at = NULL WHERE name = 'counted'`, [])
    await following(secret, 25)
  })
})

it('a frame over the limit closes its connection, without a trace on the error stream', async () => {
  const small = await start({ limits: { bodyBytes: 1000 } })
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    const socket = new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send('x'.repeat(2000))
    expect((await once(socket, 'close'))[0]).toBe(1009)
    expect(printed).not.toHaveBeenCalled()
    expect((await fetch(`${small.url}/healthz`)).status).toBe(200)
  } finally {
    printed.mockRestore()
  }
})

it('a subscription that is nested beyond measure is refused before it is parsed', async () => {
  const own = await start()
  const query = `subscription { jobProgress(id: ${'['.repeat(300)}${']'.repeat(300)}) { state } }`
  expect(await refusalOf(connect(own.url), { query })).toMatchObject([{ extensions: { code: 'TOO_LARGE' } }])
})

it('a server that ends closes its connections', async () => {
  const own = await createServer({ databaseUrl: kit.url, port: 0, engine: ENGINE })
  const events = follow(connect(own.url), await requestJob([16]))
  await events.next()
  const ended = events.next().catch((error: unknown) => error)
  await own.close()
  expect(await ended).toMatchObject({ code: 1001 })
})
