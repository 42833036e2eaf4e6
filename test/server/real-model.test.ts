/** From a question over HTTP to reference values, with a real model, worker, queue and database. */
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openAttributor } from '../../src/attribution/open.ts'
import { readExamples } from '../graphql/read-examples.ts'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { addModel, openStore, type Store } from '../../src/store/index.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'
import { silent } from '../workers/use-workers.ts'

/** Float32 against float64, relative to the largest score (golden/README.md). */
const TOLERANCE = 1e-5

const numbers = z.array(z.number())
const goldenSchema = z.object({
  prompts: z.array(
    z.object({
      ids: z.array(z.int()),
      target: z.int(),
      logit: z.number(),
      corrected: z.object({ by_token_exclude_first: numbers, by_head: z.record(z.string(), numbers) }),
    }),
  ),
})

const answerSchema = z.object({
  data: z.object({
    attribute: z.object({
      scores: numbers,
      completenessError: z.number(),
      target: z.object({ tokenId: z.int(), value: z.number() }),
    }),
  }),
})

const decodedSchema = z.object({
  data: z.object({
    attribute: z.object({
      scores: numbers,
      target: z.object({ tokenId: z.int() }),
      decoded: z.array(z.object({ tokens: z.array(z.object({ tokenId: z.int(), text: z.string(), logit: z.number() })) })),
    }),
  }),
})

describe.skipIf(!hasShared)(`stories260k (skipped where ${reason})`, () => {
  const folder = sharedPath('models/stories260k')
  let database: TestDatabase
  let store: Store
  let worker: Worker
  let server: RunningServer

  beforeAll(async () => {
    database = await testDatabase()
    store = openStore(database.url)
    const attributor = await openAttributor(folder)
    const { model: identity, engine } = attributor
    await attributor.close()
    await addModel(store, { identity, config: {}, slug: 'stories260k', location: { host: os.hostname(), path: folder } })
    worker = await startWorker({ databaseUrl: database.url, engine: 'onnx-cpu-float32', passMemoryBytes: 2 ** 30, openAttributor: (dir) => openAttributor(dir), logger: silent, pollSeconds: 0.5 })
    server = await createServer({ databaseUrl: database.url, port: 0, engine })
  })
  afterAll(async () => {
    await server?.close()
    await worker?.stop()
    await store?.close()
    await database?.close()
  })

  async function post(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    return response.json()
  }

  const attribute = async (tokenIds: number[], partition: object) => {
    const query = `query ($input: AttributeInput!) {
      attribute(input: $input) { scores completenessError target { tokenId value } }
    }`
    const answer = await post(query, { input: { model: 'stories260k', tokenIds, partition } })
    return answerSchema.parse(answer).data.attribute
  }

  function expectClose(scores: readonly number[], expected: readonly number[]) {
    const largest = Math.max(...expected.map(Math.abs))
    expect(scores).toHaveLength(expected.length)
    expect(Math.max(...scores.map((score, i) => Math.abs(score - (expected[i] ?? NaN))))).toBeLessThan(TOLERANCE * largest)
  }

  const golden = hasShared ? goldenSchema.parse(JSON.parse(readFileSync(sharedPath('golden/stories260k.json'), 'utf8'))) : null

  it.each(golden?.prompts.map((prompt, i) => [i, prompt] as const) ?? [])('prompt %i by token', async (_i, prompt) => {
    const { scores, target, completenessError } = await attribute(prompt.ids, { token: {} })
    expect(target.tokenId).toBe(prompt.target)
    expect(Math.abs(target.value - prompt.logit)).toBeLessThan(TOLERANCE * Math.abs(prompt.logit))
    expectClose(scores, prompt.corrected.by_token_exclude_first)
    expect(completenessError).toBeLessThan(TOLERANCE)
  })

  it('by the heads of one layer', async () => {
    const prompt = golden?.prompts[0]
    if (!prompt) throw new Error('no golden prompt')
    const { scores } = await attribute(prompt.ids, { head: { layer: 2 } })
    expectClose(scores, prompt.corrected.by_head['2'] ?? [])
  })

  it('decoded, each component says what it would say alone', async () => {
    const query = `query ($input: AttributeInput!) {
      attribute(input: $input) { scores target { tokenId } decoded { component { label } tokens { tokenId text logit } } }
    }`
    const text = 'Once upon a time, there was a little girl named'
    const { attribute } = decodedSchema.parse(await post(query, { input: { model: 'stories260k', text, partition: { token: {} }, decode: 100 } })).data
    expect(attribute.decoded).toHaveLength(attribute.scores.length)
    // A score is the logit of the target among them.
    for (const [i, { tokens }] of attribute.decoded.entries()) {
      const target = tokens.find(({ tokenId }) => tokenId === attribute.target.tokenId)
      if (target) expect(Math.abs(target.logit - (attribute.scores[i] ?? NaN))).toBeLessThan(TOLERANCE * 20)
    }
    expect(attribute.decoded.at(-1)?.tokens[0]).toMatchObject({ tokenId: attribute.target.tokenId, text: ' Lily' })
  })

  // Features are asked of the bundled model, which has sets; this one has none.
  const askable = readExamples().filter(({ name }) => !name.startsWith('feature'))
  it.each(askable.map(({ name, query }) => [name, query] as const))('the example %s', async (_name, query) => {
    const answer = await post(query, query.includes('$model') ? { model: 'stories260k' } : {})
    expect(answer).not.toHaveProperty('errors')
  })
})
