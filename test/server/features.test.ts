/** The demo's feature set over HTTP, by REST and by GraphQL: a real model and a real worker; answers are as documented. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { modelFolder, saeFolder } from '../../demo/paths.ts'
import { addSet } from '../../ingest/features/add.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { addModel, createApiKey, openStore, type Store } from '../../src/store/index.ts'
import { createServer, type CreateServerOptions, type RunningServer } from '../../server/create-server.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { useDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'

const TEXT = 'The capital of France is'
const SOURCE = '2-res'
const database = useDatabase()
let store: Store
let worker: Worker
let engine: string
const servers: RunningServer[] = []

beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  const attributor = await openAttributor(modelFolder)
  engine = attributor.engine
  const { model } = await addModel(store, { identity: attributor.model, config: {}, slug: 'demo', location: { host: os.hostname(), path: modelFolder } })
  const set = await openFeatureSet(path.join(saeFolder, SOURCE))
  const context = { store, model, passes: attributor.passes!, tokenizer: attributor.tokenizer!, texts: ['France', 'Italy', 'Spain', 'Greece', 'Poland', 'Norway', 'Egypt', 'Chile'].map((name) => `The capital of ${name} is`), force: true, options: {}, signal: new AbortController().signal }
  await addSet(set, context)
  await attributor.close()
  await seedStatistics()
  worker = await startWorker({ databaseUrl: database.url, engine, passMemoryBytes: 2 ** 30, openAttributor: (dir) => openAttributor(dir), logger: silent })
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await worker?.stop()
  await store?.close()
})

/** What a sweep leaves, of one feature. */
async function seedStatistics(): Promise<void> {
  const { prisma } = store
  const set = await prisma.featureSet.findFirstOrThrow()
  const dataset = await prisma.dataset.create({ data: { slug: 'texts', title: 'Texts', format: 'jsonl', contentHash: 'e'.repeat(64), promptCount: 1 } })
  const sweep = await prisma.featureSweep.create({
    data: { setId: set.id, datasetId: dataset.id, status: 'done', prompts: 1, options: {}, engine, tokens: 100n, firings: 9n, finishedAt: new Date() },
  })
  const sequence = await prisma.sequence.create({
    data: { hash: 'd'.repeat(64), tokenizerHash: 'c'.repeat(64), tokenCount: 2, text: 'a b', tokens: { create: ['a', ' b'].map((text, index) => ({ index, tokenId: index, text })) } },
  })
  const of = { setId: set.id, sweepId: sweep.id, index: 5 }
  const histogram = Array.from({ length: 80 }, (_, bin) => (bin === 40 ? 9 : 0))
  await prisma.featureStatistics.create({ data: { ...of, fired: 9n, density: 0.09, mean: 4, max: 5, histogram, coFiring: [6], coFiringShare: [0.5], sampled: 9 } })
  const example = { ...of, interval: 10, sequenceId: sequence.id, position: 1, value: 5, first: 0, values: new Uint8Array(Float32Array.from([0, 5]).buffer) }
  await prisma.featureExample.createMany({ data: [{ ...example, kind: 'strongest', rank: 0 }, { ...example, kind: 'interval', rank: 0 }] })
  await prisma.feature.update({
    where: { setId_index: { setId: set.id, index: 5 } },
    data: { topTokens: [1], topTexts: [' b'], topLogits: [2], bottomTokens: [0], bottomTexts: ['a'], bottomLogits: [-1], logitBins: [1, 1], logitLow: -1, logitHigh: 2, neighbours: [7], cosines: [0.5] },
  })
  const explanation = { setId: set.id, author: 'file', method: 'human', explainer: null }
  await prisma.featureExplanation.createMany({
    data: Array.from({ length: 45 }, (_, i) => ({ ...explanation, index: i + 5, description: `capital number ${i}`, score: 0.5, key: String(i).padStart(64, '0') })),
  })
}

async function serve(options: Partial<CreateServerOptions> = {}): Promise<string> {
  const server = await createServer({ databaseUrl: database.url, port: 0, engine, ...options })
  servers.push(server)
  return server.url
}
let url: string
let judge: (place: string, status: number, body: unknown) => string | null
beforeAll(async () => {
  url = await serve()
  judge = judgeBy(await (await fetch(`${url}/api/openapi.json`)).json())
})

const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: z.looseObject({}) }) }) })) }))),
})

/** Validates answers by the very document that the server hands out. */
function judgeBy(served: unknown) {
  const document = documentSchema.parse(served)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addSchema(document, 'openapi')
  const pointer = (...parts: string[]) => parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')
  return (place: string, status: number, body: unknown): string | null => {
    const [method = '', route = ''] = place.split(' ')
    const responses = document.paths[route]?.[method]?.responses
    if (!responses) return `${place} is not documented`
    const answer = String(status) in responses ? String(status) : 'default'
    const validate = ajv.compile({ $ref: `openapi#${pointer('paths', route, method, 'responses', answer, 'content', 'application/json', 'schema')}` })
    return validate(body) ? null : ajv.errorsText(validate.errors)
  }
}

async function ask(place: string, body?: unknown, { address = url, headers = {}, at = place.split(' ')[1]! }: { address?: string; headers?: Record<string, string>; at?: string } = {}) {
  const response = await fetch(`${address}${at}`, body === undefined ? { headers } : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const answer: unknown = await response.json()
  expect(judge(place, response.status, answer)).toBeNull()
  return { status: response.status, answer, headers: response.headers }
}
const FEATURE = 'get /api/feature/{model}/{source}/{index}'
const feature = (name: string, options = {}) => ask(FEATURE, undefined, { at: `/api/feature/${name}`, ...options })

async function graphql(query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
  return z.object({ data: z.unknown() }).parse(await response.json()).data
}

const sentence = (answer: unknown) => z.object({ errors: z.tuple([z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })]) }).parse(answer).errors[0]

describe('GET /api/feature', () => {
  it('has what Neuronpedia has, under its names', async () => {
    const { status, answer } = await feature('demo/2-res/5')
    expect(status).toBe(200)
    expect(answer).toMatchObject({
      modelId: 'demo', layer: '2-res', index: '5', sourceSetName: 'res', maxActApprox: 5, frac_nonzero: 0.09,
      pos_str: [' b'], pos_values: [2], neg_str: ['a'], neg_values: [-1], freq_hist_data_bar_heights: [9], freq_hist_data_bar_values: [4],
      logits_hist_data_bar_heights: [1, 1], logits_hist_data_bar_values: [-1, 0.5], topkCosSimIndices: [7], topkCosSimValues: [0.5],
      explanations: [{ description: 'capital number 0', authorName: 'file', typeName: 'human', scores: [{ value: 0.5, explanationScoreTypeName: null }] }],
      activations: [
        { tokens: ['a', ' b'], values: [0, 5], maxValue: 5, maxValueTokenIndex: 1, minValue: 0, dataSource: 'texts', binMin: null },
        { tokens: ['a', ' b'], binMin: 4, binMax: 8, binContains: 1 },
      ],
    })
  })

  it('of a feature that nothing is known of has nothing', async () => {
    expect((await feature('demo/2-res/500')).answer).toMatchObject({ maxActApprox: null, frac_nonzero: null, activations: [], explanations: [], pos_str: [] })
  })

  it.each([
    ['demo/2-res/512', 404, 'NOT_FOUND', 'There is no feature demo/2-res/512 here.'],
    ['demo/9-x/1', 404, 'NOT_FOUND', 'There is no feature demo/9-x/1 here.'],
    ['demo/2-res/one', 400, 'BAD_INPUT', /^index: .*number.* \(got "one"\)$/],
    ['demo/2-res/-1', 400, 'BAD_INPUT', /^index: /],
    ['%00/2-res/1', 400, 'BAD_INPUT', /U\+0000/],
  ])('%s is answered with %i in one sentence', async (name, status, code, message) => {
    const found = await feature(name)
    expect([found.status, sentence(found.answer)]).toEqual([status, { message: typeof message === 'string' ? message : expect.stringMatching(message), extensions: expect.objectContaining({ code }) }])
  })
})

describe('activations', () => {
  const NEW = 'post /api/activation/new'
  const row = z.object({ tokens: z.array(z.string()), values: z.array(z.number()), maxValue: z.number(), maxValueTokenIndex: z.int() })
  const all = z.object({ tokens: z.array(z.string()), result: z.array(z.object({ layer: z.string(), index: z.string(), values: z.array(z.number()), maxValue: z.number(), maxValueIndex: z.int() })) })
  const top = (more = {}) => ask('post /api/search-all', { modelId: 'demo', sourceSet: 'res', text: TEXT, ...more })

  it('of a text are the same by every route, and by GraphQL', async () => {
    const { tokens, result } = all.parse((await top({ numResults: 5 })).answer)
    expect(result).toHaveLength(5)
    expect(result.map(({ maxValue }) => maxValue)).toEqual(result.map(({ maxValue }) => maxValue).sort((a, b) => b - a))
    const [strongest] = result
    // The number of a feature as text, as Neuronpedia's own clients send it.
    const one = row.parse((await ask(NEW, { feature: { modelId: 'demo', source: SOURCE, index: strongest!.index }, customText: TEXT })).answer)
    expect(one).toEqual({ tokens, values: strongest!.values, maxValue: strongest!.maxValue, maxValueTokenIndex: strongest!.maxValueIndex })
    expect(one.values[one.maxValueTokenIndex]).toBe(one.maxValue)
    const { answer } = await ask('post /api/search-topk-by-token', { modelId: 'demo', source: SOURCE, text: TEXT, numResults: 3 })
    const { results } = z.object({ results: z.array(z.object({ position: z.int(), token: z.string(), topFeatures: z.array(z.object({ featureIndex: z.int(), activationValue: z.number() })) })) }).parse(answer)
    expect(results.map(({ token }) => token)).toEqual(tokens)
    expect(results[0]?.topFeatures).toEqual([])
    expect(results[one.maxValueTokenIndex]?.topFeatures[0]).toEqual({ featureIndex: Number(strongest!.index), activationValue: one.maxValue })
    expect(await graphql(`{ activations(input: { model: "demo", text: "${TEXT}", sourceSet: "res" }) { top(first: 1) { feature { index } values } } }`))
      .toEqual({ activations: { top: [{ feature: { index: Number(strongest!.index) }, values: one.values }] } })
  })

  it('are ranked at the tokens that were chosen', async () => {
    const { tokens, result } = all.parse((await top({ sortIndexes: [2], selectedLayers: [SOURCE], numResults: 100 })).answer)
    expect(tokens[2]).toBe(' capital')
    const at = result.map(({ values }) => values[2]!)
    expect(at).toEqual([...at].sort((a, b) => b - a))
    expect(at.at(-1)).toBeGreaterThan(0)
  })

  it.each([
    [NEW, { customText: TEXT }, 400, /^feature: /],
    [NEW, { feature: { modelId: 'demo', index: 1 }, customText: TEXT }, 400, 'feature.source: Required; it names the feature set.'],
    [NEW, { feature: { modelId: 'demo', source: SOURCE, index: 512 }, customText: TEXT }, 404, 'There is no feature demo/2-res/512 among the sets that were asked for.'],
    [NEW, { feature: { modelId: 'nobody', source: SOURCE, index: 1 }, customText: TEXT }, 404, /^There is no model "nobody"/],
    ['post /api/search-all', { modelId: 'demo', sourceSet: 'x', text: TEXT }, 404, 'There is no feature set "demo/x" here; `featureSets` lists those there are.'],
    ['post /api/search-all', { modelId: 'demo', sourceSet: 'res', text: TEXT, numResults: 101 }, 400, /^numResults is 101; expected at most \d+\.?$/],
    ['post /api/search-topk-by-token', { modelId: 'demo', text: TEXT }, 400, 'source: Required; it names the feature set.'],
  ])('%s %j is refused in one sentence', async (place, body, status, message) => {
    const found = await ask(place, body)
    expect([found.status, sentence(found.answer).message]).toEqual([status, typeof message === 'string' ? message : expect.stringMatching(message)])
  })

  it('are not computed for a page of another site', async () => {
    const response = await fetch(`${url}/api/search-all`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ modelId: 'demo', sourceSet: 'res', text: TEXT }) })
    expect([response.status, sentence(await response.json()).message]).toEqual([400, 'There is no body; send JSON with content-type: application/json.'])
  })

  it('of another direction, and of two features, are there in GraphQL', async () => {
    const { nearestFeatures } = z.object({ nearestFeatures: z.array(z.object({ cosine: z.number(), feature: z.object({ name: z.string() }) })) }).parse(await graphql(
      `{ nearestFeatures(model: "demo", source: "${SOURCE}", to: { feature: "demo/2-res/7" }, first: 2) { cosine feature { name } } }`))
    expect(nearestFeatures[0]).toEqual({ cosine: expect.closeTo(1, 4), feature: { name: 'demo/2-res/7' } })
    expect(await graphql(`{ compareFeatures(a: "demo/2-res/7", b: "${nearestFeatures[1]!.feature.name}") { decoderCosine encoderCosine } }`))
      .toEqual({ compareFeatures: { decoderCosine: expect.closeTo(nearestFeatures[1]!.cosine, 4), encoderCosine: expect.any(Number) } })
  })
})

describe('POST /api/explanation/search', () => {
  const SEARCH = 'post /api/explanation/search'
  const page = async (more = {}) => z.object({ resultsCount: z.int(), hasMore: z.boolean(), nextOffset: z.int().nullable(), results: z.array(z.object({ index: z.string(), description: z.string() })) })
    .parse((await ask(SEARCH, { modelId: 'demo', layers: [SOURCE], query: 'capital', ...more })).answer)

  it('gives full pages, each feature once, and says rightly whether there is more', async () => {
    const pages = [await page()]
    while (pages.at(-1)!.hasMore) pages.push(await page({ offset: pages.at(-1)!.nextOffset }))
    expect(pages.map(({ results }) => results.length)).toEqual([20, 20, 5])
    expect(pages.map(({ resultsCount, nextOffset }) => [resultsCount, nextOffset])).toEqual([[45, 20], [45, 40], [45, null]])
    expect(new Set(pages.flatMap(({ results }) => results.map(({ index }) => index))).size).toBe(45)
  })

  it('finds nothing where there is nothing', async () => {
    expect(await page({ query: 'zebra' })).toEqual({ resultsCount: 0, hasMore: false, nextOffset: null, results: [] })
    expect((await page({ layers: ['9-x'] })).resultsCount).toBe(0)
  })
})

describe('a server that needs keys', () => {
  it('lets everyone read, and compute with a key that may', async () => {
    const address = await serve({ requireKeys: true })
    expect((await feature('demo/2-res/5', { address })).status).toBe(200)
    const body = { modelId: 'demo', sourceSet: 'res', text: TEXT }
    const refused = await ask('post /api/search-all', body, { address })
    expect([refused.status, sentence(refused.answer).extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    const { secret } = await createApiKey(store, { name: 'notebook', scopes: ['compute'], expiresAt: null })
    expect((await ask('post /api/search-all', body, { address, headers: { 'x-api-key': secret } })).status).toBe(200)
    const wrong = await ask('post /api/search-all', body, { address, headers: { 'x-api-key': 'no key' } })
    expect(wrong.status).toBe(401)
  })

  it('counts what is asked by REST as what is asked by GraphQL', async () => {
    const address = await serve({ requireKeys: true, limits: { costPerMinute: 200 } })
    const first = await feature('demo/2-res/5', { address })
    const statuses = [first.status]
    let last = first
    for (let i = 0; i < 5 && last.status === 200; i++) statuses.push((last = await feature('demo/2-res/5', { address })).status)
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(sentence(last.answer)).toMatchObject({ message: expect.stringMatching(/^The query would cost \d+, more than is left of 200 a minute/), extensions: { code: 'RATE_LIMITED' } })
  })
})
