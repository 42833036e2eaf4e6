/** The whole server over HTTP, with a database, the queue and workers (whose attributor has no model). */
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CreateServerOptions, createServer, type RunningServer } from '../../server/create-server.ts'
import { addModel } from '../../src/store/index.ts'
import { testDatabase } from '../database.ts'
import { ENGINE, identity } from '../store/fixtures.ts'
import { commands, type FakeOptions, scoresOf } from '../workers/fake-attributor.ts'
import { useWorkers } from '../workers/use-workers.ts'

const kit = useWorkers()
let server: RunningServer

const start = (options: Partial<CreateServerOptions> = {}) =>
  createServer({ databaseUrl: kit.url, port: 0, engine: ENGINE, ...options })

/** Without a tokenizer, so that prompts are token ids; with room for the ids that are commands. */
const MODEL = { hash: '7'.repeat(64), name: 'wordless', tokenizerHash: null, vocabularySize: 100_000 }
const startWorker = (options: FakeOptions = {}) => kit.worker({ model: MODEL, ...options })

beforeAll(async () => {
  const location = { host: os.hostname(), path: import.meta.dirname }
  await addModel(kit.store, { identity: identity(MODEL), config: {}, location })
  server = await start()
})
afterAll(() => server.close())

interface GraphqlAnswer {
  data?: unknown
  errors?: { message: string; extensions: { code: string; jobId?: string } }[]
}

async function post(query: string, variables: Record<string, unknown> = {}, url = server.url): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return JSON.parse(await response.text())
}

let nextId = 5000
/** Asks what no other test asks. */
const fresh = (...more: number[]) => ({ model: MODEL.name, tokenIds: [nextId++, ...more], partition: { token: {} } })

const ATTRIBUTE = `query ($input: AttributeInput!) { attribute(input: $input) { key scores sequence { tokens { tokenId } } } }`

describe('attribute', () => {
  it('knows a model by its slug, its hash, and a hash that it had before', async () => {
    const worker = await startWorker()
    await kit.store.query('INSERT INTO model_alias (hash, model_id) SELECT $1, id FROM model WHERE hash = $2', ['e'.repeat(64), MODEL.hash])
    const input = fresh(2)
    const bySlug = await post(ATTRIBUTE, { input })
    await worker.stop()
    for (const model of [MODEL.hash, 'e'.repeat(64)]) expect(await post(ATTRIBUTE, { input: { ...input, model } })).toEqual(bySlug)
    expect(bySlug.errors).toBeUndefined()
  })

  it('computes what is missing, and finds it the next time', async () => {
    const worker = await startWorker()
    const input = fresh(2, 3)
    const answer = await post(ATTRIBUTE, { input })
    expect(answer).toMatchObject({
      data: { attribute: { scores: scoresOf(input.tokenIds), sequence: { tokens: input.tokenIds.map((tokenId) => ({ tokenId })) } } },
    })
    await worker.stop()
    expect(await post(ATTRIBUTE, { input })).toEqual(answer)
    expect(kit.calls.flat()).toHaveLength(1)
  })

  it('computes once for a hundred who ask at once', async () => {
    const input = fresh()
    const answers = Promise.all(Array.from({ length: 100 }, () => post(ATTRIBUTE, { input })))
    await startWorker({ millisecondsEach: 50 })
    const distinct = new Set((await answers).map((answer) => JSON.stringify(answer)))
    expect([...distinct]).toHaveLength(1)
    expect([...distinct][0]).toContain('"scores":[')
    expect(kit.calls.flat()).toHaveLength(1)
  })

  it('computes the questions of one operation together', async () => {
    const inputs = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, fresh()]))
    const fields = Object.keys(inputs).map((name) => `${name}: attribute(input: $${name}) { key }`)
    const query = `query (${Object.keys(inputs).map((name) => `$${name}: AttributeInput!`).join(', ')}) { ${fields.join(' ')} }`
    const answer = post(query, inputs)
    await startWorker()
    expect(Object.keys((await answer).data ?? {})).toEqual(['a', 'b', 'c'])
    expect(kit.calls.map((requests) => requests.length)).toEqual([3])
  })

  it('says which job goes on when the time is over, and the job leads to the attribution', async () => {
    const input = fresh()
    const { errors } = await post(ATTRIBUTE, { input: { ...input, timeoutMs: 100 } })
    expect(errors?.[0]?.extensions.code).toBe('TIMEOUT')
    const id = errors?.[0]?.extensions.jobId
    const follow = () => post('query ($id: ID!) { node(id: $id) { ... on Job { state attribution { scores } } } }', { id })
    expect(await follow()).toEqual({ data: { node: { state: 'WAITING', attribution: null } } })
    await startWorker()
    await expect.poll(follow).toEqual({
      data: { node: { state: 'DONE', attribution: { scores: scoresOf(input.tokenIds) } } },
    })
  })

  it.each([
    ['refused by the model', commands.refuse, 'BAD_INPUT', 'token 90001 is out of range'],
    ['spoiled by the engine', commands.spoil, 'ENGINE_FAILED', 'the weights hold NaN'],
  ])('says why a request was %s', async (_name, command, code, message) => {
    await startWorker()
    const { data, errors } = await post(ATTRIBUTE, { input: fresh(command) })
    expect(data).toEqual({ attribute: null })
    expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code } }])
  })

  it.each([
    ['an unknown model', { model: 'gone' }, 'NOT_FOUND', /no model "gone"/],
    ['an empty prompt', { tokenIds: [] }, 'BAD_INPUT', /list of token ids is empty/],
    ['ids out of range', { tokenIds: [-1] }, 'BAD_INPUT', /Token 0 of the prompt is -1/],
    ['a position beyond the prompt', { position: 7 }, 'BAD_INPUT', /Position 7 was asked for/],
    ['a text where there is no tokenizer', { tokenIds: null, text: 'Hello' }, 'BAD_INPUT', /no tokenizer\.json/],
    ['text and ids at once', { text: 'Hello' }, 'BAD_INPUT', /as text and as token ids/],
    ['a prompt that is too long', { tokenIds: Array.from({ length: 2000 }, () => 1) }, 'TOO_LARGE', /2000 tokens.*at most/],
    ['a layer that is not there', { partition: { head: { layer: 99 } } }, 'BAD_INPUT', /Layer 99 was asked for/],
    ['a temperature of 0', { temperature: 0 }, 'BAD_INPUT', /temperature is 0/],
    ['a temperature that overflows', { temperature: 1e308 }, 'BAD_INPUT', /temperature is 1e\+308/],
    ['a negative wait', { timeoutMs: -1 }, 'BAD_INPUT', /^input\.timeoutMs is -1; expected at least 0\.$/],
  ])('refuses %s before anything is queued', async (_name, wrong, code, message) => {
    const { data, errors } = await post(ATTRIBUTE, { input: { ...fresh(), ...wrong } })
    expect(data).toEqual({ attribute: null })
    expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code } }])
  })
})

describe('requestAttribution', () => {
  const REQUEST = `mutation ($input: AttributeInput!) {
    requestAttribution(input: $input) { attribution { scores } job { id state } }
  }`

  it('gives a job at once, which can be called off', async () => {
    const input = fresh()
    const answer = await post(REQUEST, { input })
    expect(answer).toMatchObject({ data: { requestAttribution: { attribution: null, job: { state: 'WAITING' } } } })
    const id = JSON.stringify(answer).match(/"id":"([^"]+)"/)?.[1]
    const cancel = () => post('mutation ($id: ID!) { cancelJob(id: $id) }', { id })
    expect(await cancel()).toEqual({ data: { cancelJob: true } })
    expect(await cancel()).toEqual({ data: { cancelJob: false } })
    expect(await post('query ($id: ID!) { node(id: $id) { ... on Job { state } } }', { id })).toEqual({
      data: { node: { state: 'CANCELLED' } },
    })
  })
})

describe('the process', () => {
  it('is ready once the database has the schema', async () => {
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const bare = await testDatabase({ migrated: false })
    const early = await start({ databaseUrl: bare.url })
    const response = await fetch(`${early.url}/readyz`)
    expect([response.status, await response.json()]).toEqual([503, { status: 'not ready', reason: 'The database cannot be read.' }])
    await early.close()
    await bare.close()
  })

  it('says so when there is no database', async () => {
    await expect(start({ databaseUrl: 'postgresql://u:hunter2@127.0.0.1:1/none' })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    })
  })

  it('ends statements that take too long, and says so', async () => {
    const hurried = await start({ limits: { statementTimeoutMs: 200 } })
    const locker = await kit.store.connect()
    await locker.query('BEGIN; LOCK TABLE model IN ACCESS EXCLUSIVE MODE')
    const { errors } = await post('{ models { nodes { slug } } }', {}, hurried.url)
    await locker.query('ROLLBACK')
    locker.release()
    expect(errors).toMatchObject([{ message: expect.stringContaining('took too long'), extensions: { code: 'TIMEOUT' } }])
    expect(await post('{ models(first: 1) { nodes { layers } } }', {}, hurried.url)).toEqual({ data: { models: { nodes: [{ layers: 2 }] } } })
    await hurried.close()
  })

  it('frees its port and its connections when it ends', async () => {
    const own = await start()
    await own.close()
    await own.close()
    await expect(fetch(`${own.url}/healthz`)).rejects.toThrow()
  })

  it('finds a tokenizer only where it is the very one of the model', async () => {
    const hash = '8'.repeat(64)
    const location = { host: os.hostname(), path: import.meta.dirname }
    await addModel(kit.store, { identity: identity({ hash, tokenizerHash: '9'.repeat(64), name: 'elsewhere' }), config: {}, location })
    const { errors } = await post(ATTRIBUTE, { input: { ...fresh(), model: hash } })
    expect(errors).toMatchObject([
      { message: expect.stringContaining('no folder with the tokenizer of elsewhere'), extensions: { code: 'NOT_FOUND' } },
    ])
  })
})
