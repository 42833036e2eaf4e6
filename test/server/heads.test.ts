/** Questions about heads over HTTP: what the command line says, and float64 reference values. */
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { loadModel } from '../../src/model/loaded.ts'
import { addModel } from '../../src/store/index.ts'
import { recordedContext } from '../cli/context.ts'
import { readExamples } from '../graphql/read-examples.ts'
import { DEMO_MODEL, useDemoServer } from './demo-server.ts'

const TEXT = 'Mary and John went to the shop. John gave a book to'
const CLOSES = 1e-5

const kit = useDemoServer()

const numbers = z.array(z.number())
const component = z.object({ kind: z.string(), layer: z.number().nullable(), index: z.number(), position: z.number().nullable(), label: z.string() })
const headSchema = z.object({
  query: z.number(), pattern: numbers, components: z.array(component), tokens: z.array(z.object({ text: z.string() })),
  keys: z.array(z.object({
    key: z.number(), attention: z.number(), score: z.number(), byQuery: numbers, byKey: numbers, pairs: z.array(numbers), completenessError: z.number(),
    strongest: z.array(z.object({ score: z.number(), query: z.object({ label: z.string() }), key: z.object({ label: z.string() }) })),
  })),
})

const QUERY = `query ($input: HeadAttentionInput!) { headAttention(input: $input) {
  query pattern tokens { text } components { kind layer index position label }
  keys { key attention score byQuery byKey pairs completenessError strongest(first: 3) { score query { label } key { label } } }
} }`
const PATTERN = 'query ($input: AttentionPatternInput!) { attentionPattern(input: $input) { tokens { text } layer head rows } }'
const patternSchema = z.object({ attentionPattern: z.object({ tokens: z.array(z.object({ text: z.string() })), layer: z.number(), head: z.number(), rows: z.array(numbers) }) })

async function ask(input: object) {
  const answer = await kit.ask(QUERY, { input })
  expect(answer.errors).toBeUndefined()
  return z.object({ headAttention: headSchema }).parse(answer.data).headAttention
}

async function patternOf(input: object) {
  const answer = await kit.ask(PATTERN, { input })
  expect(answer.errors).toBeUndefined()
  return patternSchema.parse(answer.data).attentionPattern
}

const documentSchema = z.object({
  query: z.number(), pattern: numbers,
  components: z.array(z.object({ kind: z.string(), layer: z.number().nullable(), index: z.number(), label: z.string() })),
  keys: z.array(z.object({ key: z.number(), attention: z.number(), score: z.number(), byQuery: numbers, byKey: numbers, pairs: numbers })),
})

async function onCommandLine(...flags: string[]) {
  const context = recordedContext()
  const status = await main(['attribute', '--model', DEMO_MODEL, '--threads', '1', '--text', TEXT, '--attention', '2.5', '--json', ...flags], context)
  expect(status).toBe(0)
  return documentSchema.parse(JSON.parse(context.printed))
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number) {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(tolerance))
}

describe('why a head attends, over GraphQL', () => {
  it.each([
    ['by token', {}, []],
    ['by the heads of a layer', { partition: { head: { layer: 1 } }, key: 1 }, ['--by', 'head', '--layer', '1', '--key', '1']],
    ['by words', { partition: { group: { by: 'WORDS' } }, query: -3, keys: 2 }, ['--by', 'group', '--query', '-3', '--keys', '2']],
  ])('is what the command line says, split %s', async (_name, input, flags) => {
    const [found, printed] = [await ask({ model: 'demo', text: TEXT, layer: 2, head: 5, ...input }), await onCommandLine(...flags)]
    expect(found.query).toBe(printed.query)
    expectClose(found.pattern, printed.pattern, 1e-6)
    expect(found.components.map(({ kind, layer, index, label }) => ({ kind, layer, index, label }))).toEqual(
      printed.components.map(({ kind, layer, index, label }) => ({ kind: kind.toUpperCase(), layer, index, label })))
    expect(found.keys.map(({ key }) => key)).toEqual(printed.keys.map(({ key }) => key))
    for (const [k, { score, byQuery, byKey, pairs, strongest, completenessError }] of found.keys.entries()) {
      const expected = printed.keys[k]!
      const largest = Math.max(...expected.pairs.map(Math.abs), Math.abs(expected.score))
      expectClose([score, ...byQuery, ...byKey, ...pairs.flat()], [expected.score, ...expected.byQuery, ...expected.byKey, ...expected.pairs], CLOSES * largest)
      expect(completenessError).toBeLessThan(CLOSES)
      const sizes = pairs.flat().map(Math.abs).sort((a, b) => b - a)
      expect(strongest.map(({ score: pair }) => Math.abs(pair))).toEqual(sizes.slice(0, 3).filter((size) => size > 0))
    }
  })

  it('has the pattern of every query, whose row is what the explanation shows', async () => {
    const { tokens, rows } = await patternOf({ model: 'demo', text: TEXT, layer: 2, head: 5 })
    const N = tokens.length
    expect(rows).toHaveLength(N)
    for (const [query, row] of rows.entries()) {
      expect(row).toHaveLength(N)
      expect(row.slice(query + 1).every((value) => value === 0)).toBe(true)
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    }
    const { pattern } = await ask({ model: 'demo', text: TEXT, layer: 2, head: 5, query: 7, keys: 1 })
    expectClose(pattern, rows[7]!.slice(0, 8), 1e-6)
    const chosen = await kit.ask('query ($input: AttentionPatternInput!) { attentionPattern(input: $input) { rows(queries: [7]) } }', {
      input: { model: 'demo', text: TEXT, layer: 2, head: 5 },
    })
    expect(chosen.data).toEqual({ attentionPattern: { rows: [rows[7]] } })
    const { data } = await kit.ask('query ($input: AttentionPatternInput!) { attentionPattern(input: $input) { packedRows } }', {
      input: { model: 'demo', text: TEXT, layer: 2, head: 5 },
    })
    const bytes = Buffer.from(z.object({ attentionPattern: z.object({ packedRows: z.base64() }) }).parse(data).attentionPattern.packedRows, 'base64')
    expect(Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))).toEqual(rows.flat())
  })

  it('is the example beside the query page', async () => {
    const { query } = readExamples().find(({ name }) => name === 'head-attention')!
    const { data, errors } = await kit.ask(query, { model: 'demo' })
    expect(errors).toBeUndefined()
    const shown = z.object({ headAttention: z.object({ tokens: z.array(z.object({ text: z.string() })), keys: z.array(z.object({ key: z.number() })) }) }).parse(data)
    expect(shown.headAttention.tokens[shown.headAttention.keys[0]!.key]!.text).toBe('Mary')
  })

  it('is kept for a day: who asks again has the same answer, and no job', async () => {
    const input = { model: 'demo', text: `${TEXT} the`, layer: 1, head: 0 }
    const first = await ask(input)
    const jobs = () => kit.store.query<{ count: string }>("SELECT count(*) FROM pgboss.job WHERE data->>'kind' = 'attention'")
    const before = await jobs()
    expect(await ask(input)).toEqual(first)
    expect(await jobs()).toEqual(before)
  })

  it.each([
    ['a layer that is not there', { layer: 9 }, 'Layer 9 was asked for'],
    ['a head that is not there', { head: 99 }, 'Head 99 was asked for'],
    ['a key that is not there', { key: 99 }, 'The key 99 was asked for'],
    ['a key behind the query', { key: 3, query: 1 }, 'stands behind the query'],
    ['one key and a number of keys', { key: 1, keys: 2 }, 'One key was named, and a number of keys'],
    ['too many keys', { keys: 101 }, '101 keys were asked for'],
    ['heads of every layer at once', { partition: { head: {} } }, 'give the layer of the split instead of all'],
    ['a feature set that is not there', { partition: { feature: { source: '9-res' } } }, 'The model has no feature set'],
    ['too many pairs', { text: Array(8).fill(TEXT).join(' '), partition: { neuron: { layer: 1 } }, keys: 100 }, 'pairs for each of 100 keys'],
    ['no prompt', { text: undefined }, 'text'],
  ])('%s is refused with a sentence', async (_name, changes, message) => {
    const answer = await kit.ask(QUERY, { input: { model: 'demo', text: TEXT, layer: 2, head: 5, ...changes } })
    expect(answer.errors?.[0]?.message).toContain(message)
    expect(answer.errors?.[0]?.extensions['code']).toMatch(/^(BAD_INPUT|NOT_FOUND|TOO_LARGE)$/)
  })

  it.each([
    ['of a layer that is not there', { layer: 9 }, 'Layer 9 was asked for'],
    ['of a long prompt', { tokenIds: Array<number>(2001).fill(1), text: undefined }, '2001'],
  ])('a pattern %s is refused with a sentence', async (_name, changes, message) => {
    const answer = await kit.ask(PATTERN, { input: { model: 'demo', text: TEXT, layer: 2, head: 5, ...changes } })
    expect(answer.errors?.[0]?.message).toContain(message)
  })
})

const pairSchema = z.object({
  layer: z.number(), head: z.number(), query: z.number(), key: z.number(), pattern: z.number(), score: z.number(),
  by_query: numbers, by_key: numbers, pairs: z.array(numbers),
})
const goldenSchema = z.object({ prompts: z.array(z.object({ ids: numbers, qk: z.array(pairSchema) })) })

describe.each(['gpt2-random', 'qwen2-random'])('%s over GraphQL against float64 reference values', (name) => {
  beforeAll(async () => {
    const path = join(import.meta.dirname, '../fixtures/models', name)
    const { folder } = await loadModel(path)
    const config = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')))
    await addModel(kit.store, { identity: folder.identity, config, location: { host: os.hostname(), path }, slug: name })
  })

  it('every pair of components, both marginals, the score and the pattern', async () => {
    const { prompts } = goldenSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, `../golden/features/${name}.json`), 'utf8')))
    for (const { ids, qk } of prompts) {
      for (const { layer, head, query, key, pattern, score, by_query, by_key, pairs } of qk) {
        const input = { model: name, tokenIds: ids, layer, head }
        const { keys: [found] } = await ask({ ...input, query, key, excludeFirst: false })
        const tolerance = CLOSES * Math.max(...pairs.flat().map(Math.abs), Math.abs(score))
        expectClose([found!.score, ...found!.byQuery, ...found!.byKey], [score, ...by_query, ...by_key], tolerance)
        expectClose(found!.pairs.flat(), pairs.flat(), tolerance)
        expect((await patternOf(input)).rows[query]![key]).toBeCloseTo(pattern, 5)
      }
    }
  })
})
