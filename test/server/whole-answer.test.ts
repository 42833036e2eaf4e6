/** A whole answer as target, from a question over HTTP to what is stored, read back and computed anew. */
import os from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { collectGarbage } from '../../src/store/gc.ts'
import { addModel, openStore, type Store } from '../../src/store/index.ts'
import { verifySums } from '../../src/store/verify-sums.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { compareSample } from '../../workers/recompute.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'

const numbers = z.array(z.number())
const answerSchema = z.object({
  data: z.object({
    attribute: z.object({
      key: z.string(),
      scores: numbers,
      sequence: z.object({ text: z.string().nullable() }),
      target: z.object({ type: z.literal('ANSWER'), text: z.string(), value: z.number(), probability: z.number() }),
      answer: z.array(z.object({
        tokenId: z.int(), text: z.string(), position: z.int(), logit: z.number(), probability: z.number(), scores: numbers,
      })),
    }),
  }),
})

const folder = new URL('../../demo/model', import.meta.url).pathname
let database: TestDatabase
let store: Store
let worker: Worker
let server: RunningServer

beforeAll(async () => {
  database = await testDatabase()
  store = openStore(database.url)
  const attributor = await openAttributor(folder)
  const { model: identity, engine, config } = attributor
  await attributor.close()
  await addModel(store, { identity, config: { ...config }, slug: 'demo', location: { host: os.hostname(), path: folder } })
  worker = await startWorker({ databaseUrl: database.url, engine: 'onnx-cpu-float32', passMemoryBytes: 2 ** 30, openAttributor: (dir) => openAttributor(dir), logger: silent, pollSeconds: 0.5 })
  server = await createServer({ databaseUrl: database.url, port: 0, engine })
})
afterAll(async () => {
  await server?.close()
  await worker?.stop()
  await store?.close()
  await database?.close()
})

async function ask() {
  const query = `{ attribute(input: {
    model: "demo", text: "The Eiffel Tower is in", partition: { token: {} }, target: { answer: { text: "the city of Paris" } } }) {
      key scores sequence { text } target { type text value probability }
      answer { tokenId text position logit probability scores } } }`
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }),
  })
  return answerSchema.parse(await response.json()).data.attribute
}

it('is computed, stored, read back and found the same when it is computed anew', async () => {
  const { scores, target, answer, sequence } = await ask()
  expect(target.text).toBe(' the city of Paris')
  expect(answer.map(({ text }) => text)).toEqual([' the', ' city', ' of', ' Paris'])
  expect(answer.map(({ position }) => position)).toEqual([11, 12, 13, 14])
  expect(sequence.text).toBe('The Eiffel Tower is in the city of')
  expect(answer.reduce((sum, { logit }) => sum + logit, 0)).toBeCloseTo(target.value, 6)
  expect(answer.reduce((product, { probability }) => product * probability, 1) / target.probability).toBeCloseTo(1, 6)
  for (const [m, score] of scores.entries()) {
    // Tokens' scores are stored as float32.
    expect(answer.reduce((sum, token) => sum + token.scores[m]!, 0)).toBeCloseTo(score, 4)
  }
  expect(await ask()).toEqual(await ask())

  const differences: string[] = []
  const onDifference = ({ what }: { what: string }) => void differences.push(what)
  await verifySums(store, { onDifference })
  const report = await compareSample(store, { size: 10, openAttributor: (dir) => openAttributor(dir), onDifference, signal: new AbortController().signal })
  expect(report).toMatchObject({ compared: 1 })
  expect(differences).toEqual([])
})

it('keeps the scores of its tokens when garbage is collected, and verify notices when they change', async () => {
  await store.query(`UPDATE vector SET created_at = now() - interval '2 hours'`)
  expect(await collectGarbage(store, { resultsOlderThanDays: null })).toMatchObject({ vectors: 0 })
  await store.query(`UPDATE vector SET data = set_byte(data, 3, 70)`)
  const differences: string[] = []
  await compareSample(store, { size: 10, openAttributor: (dir) => openAttributor(dir), onDifference: ({ what }) => differences.push(what), signal: new AbortController().signal })
  expect(differences).toEqual(['1 of the 4 tokens of its answer differ from those computed anew'])
})
