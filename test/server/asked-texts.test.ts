/** A text that is asked on demand is stored as it was written, with every token's place in it. */
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openAttributor } from '../../src/attribution/open.ts'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { addModel, openStore, type Store } from '../../src/store/index.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { useDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'

const folder = path.join(import.meta.dirname, '../../demo/model')
const TEXT = 'The capital of France is'

const database = useDatabase()
let store: Store
let worker: Worker
let server: RunningServer
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  const attributor = await openAttributor(folder)
  const { model: identity, engine } = attributor
  await attributor.close()
  await addModel(store, { identity, config: {}, slug: 'demo', location: { host: os.hostname(), path: folder } })
  worker = await startWorker({ databaseUrl: database.url, engine: 'onnx-cpu-float32', passMemoryBytes: 2 ** 30, openAttributor: (dir) => openAttributor(dir), logger: silent })
  server = await createServer({ databaseUrl: database.url, port: 0, engine })
})
afterAll(async () => {
  await server?.close()
  await worker?.stop()
  await store?.close()
})

const answerSchema = z.object({
  data: z.object({
    attribute: z.object({
      sequence: z.object({
        text: z.string().nullable(),
        tokens: z.array(z.object({ tokenId: z.int(), text: z.string(), start: z.int().nullable(), end: z.int().nullable() })),
      }),
    }),
  }),
})

async function ask(prompt: { text: string } | { tokenIds: number[] }) {
  const query = `query ($input: AttributeInput!) {
    attribute(input: $input) { sequence { text tokens { tokenId text start end } } } }`
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input: { model: 'demo', partition: { token: {} }, ...prompt } } }),
  })
  return answerSchema.parse(await response.json()).data.attribute.sequence
}

it('comes back with its text, and tokens that lie in it', async () => {
  const { text, tokens } = await ask({ text: TEXT })
  expect(text).toBe(TEXT)
  const placed = tokens.filter(({ start }) => start !== null)
  expect(placed.length).toBeGreaterThan(3)
  expect(placed.map(({ start, end }) => TEXT.slice(start ?? 0, end ?? 0)).join('')).toBe(TEXT)
  const ids = tokens.map(({ tokenId }) => tokenId)
  // Asked as ids it is what the ids say: with the blank that the tokenizer puts before a text.
  const said = await ask({ tokenIds: ids })
  expect(said.text).toBe(` ${TEXT}`)
  expect(said.tokens.map(({ tokenId }) => tokenId)).toEqual(ids)
  expect(await ask({ text: TEXT })).toEqual({ text, tokens })
})

const errorsSchema = z.object({ errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })) })

async function refused(question: string, variables: Record<string, string>) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: question, variables }),
  })
  return errorsSchema.parse(await response.json()).errors
}

const attributeOf = (more: string) => `attribute(input: { model: "demo", partition: { group: {} }, ${more} }) { key }`

it('is refused unread where it is longer than a question may be', async () => {
  const text = `${TEXT} `.repeat(5000)
  const [ofPrompt] = await refused(`query ($text: String!) { ${attributeOf('text: $text')} }`, { text })
  expect(ofPrompt).toMatchObject({ message: expect.stringMatching(/^The query would cost/), extensions: { code: 'TOO_LARGE' } })
  const target = 'target: { logit: { text: $text } }'
  const [ofTarget] = await refused(`query ($text: String!) { ${attributeOf(`text: "${TEXT}", ${target}`)} }`, { text })
  expect(ofTarget).toMatchObject({
    message: expect.stringMatching(/^The target has 125000 characters, more than any token/), extensions: { code: 'BAD_INPUT' },
  })
})

it('does not keep others waiting until all of a query is read', async () => {
  const text = `${TEXT} `.repeat(150)
  const order: string[] = []
  const fields = Array.from({ length: 9 }, (_, i) => `q${i}: ${attributeOf('text: $text')}`)
  const long = refused(`query ($text: String!) { ${fields.join(' ')} }`, { text }).then((errors) => {
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(9).fill('TOO_LARGE'))
    order.push('texts')
  })
  const other = fetch(`${server.url}/healthz`).then(({ status }) => order.push(String(status)))
  await Promise.all([long, other])
  expect(order).toEqual(['200', 'texts'])
})

it('is the own text of each who asks, when others asked for the same ids before', async () => {
  const { tokens } = await ask({ text: `${TEXT} Paris` })
  const tokenIds = tokens.map(({ tokenId }) => tokenId).slice(0, -2)
  const shorter = TEXT.slice(0, tokens.at(-3)?.end ?? 0)
  expect((await ask({ tokenIds })).text).toBe(` ${shorter}`)
  expect(await ask({ text: shorter })).toMatchObject({ text: shorter, tokens: tokenIds.map((tokenId) => ({ tokenId })) })
  // A blank before the text has the same ids, and is the other's own.
  const blank = await ask({ text: ` ${shorter}` })
  expect(blank.text).toBe(` ${shorter}`)
  expect(blank.tokens.map(({ tokenId }) => tokenId)).toEqual(tokenIds)
  expect(blank.tokens.at(-1)?.end).toBe(shorter.length + 1)
  const [count] = await store.query<{ n: number }>('SELECT count(*)::int AS n FROM sequence WHERE text = $1', [` ${shorter}`])
  expect(count?.n).toBe(1)
})
