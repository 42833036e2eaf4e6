/** Arguments that cannot be meant: BAD_INPUT for their own field, and its neighbours in the same request have their answers. */
import { isNonNullType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { fakeAttributions } from './fake-ports.ts'
import { useGraphql } from './harness.ts'
import { keyOf } from './seed.ts'

const graphql = useGraphql()
const base64 = (text: string) => Buffer.from(text).toString('base64')
const keyset = (by: string, at: unknown[]) => Buffer.from(JSON.stringify({ by, at })).toString('base64url')
const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error))

const NUL = String.raw`\u0000`
const attribute = (model: string, partition: string) =>
  `bad: attribute(input: { model: "${model}", text: "a", partition: ${partition} }) { key }`

it.each([
  ['NUL in a name', `bad: model(slug: "a${NUL}") { slug }`],
  ['NUL in a name of a model to attribute', attribute(`tiny${NUL}`, '{ token: {} }')],
  ['NUL in a filter', `bad: attributions(where: { model: "${NUL}" }) { nodes { key } }`],
  ['NUL in a nested filter', `bad: datasets { nodes { prompts(containing: "${NUL}") { nodes { text } } } }`],
  ['NUL in a fragment', `bad: datasets { nodes { ...P } }`],
  ['NUL in a global id', `bad: node(id: "${base64('Model:\0')}") { id }`],
  ['a global id of __proto__', `bad: node(id: "${base64('__proto__:1')}") { id }`],
  ['a global id of constructor', `bad: node(id: "${base64('constructor:1')}") { id }`],
  ['a global id of a type that is no node', `bad: node(id: "${base64('Token:1')}") { id }`],
  ['a global id of no type', `bad: node(id: "${base64('1')}") { id }`],
  ['an empty global id', `bad: node(id: "") { id }`],
  ['a cursor of text', `bad: attributions(first: 1, after: "${base64('GPC:S:abc')}") { nodes { key } }`],
  ['a cursor beyond every integer', `bad: attributions(first: 1, after: "${base64(`GPC:N:${'9'.repeat(30)}`)}") { nodes { key } }`],
  ['a cursor of a date', `bad: models(first: 1, after: "${base64('GPC:D:1')}") { nodes { slug } }`],
  ['a cursor of an array', `bad: models(last: 1, before: "${base64('GPC:J:[1,2]')}") { nodes { slug } }`],
  ['no cursor at all', `bad: runs(after: "zzz") { nodes { status } }`],
  ['a keyset cursor beyond its column', `bad: datasets(first: 1) { nodes { prompts(first: 1, after: "${keyset('index asc', [2 ** 53 - 1])}") { nodes { text } } } }`],
  ['a keyset cursor below its column', `bad: runs(first: 1) { nodes { items(first: 1, after: "${keyset('promptId asc', [-3e9])}") { nodes { status } } } }`],
  ['a keyset cursor of text', `bad: runs(first: 1) { nodes { items(first: 1, after: "${keyset('promptId asc', ['1'])}") { nodes { status } } } }`],
  ['both directions of a page', 'bad: models(first: 1, last: 1) { nodes { slug } }'],
  ['both directions of a nested page', 'bad: datasets(first: 1) { nodes { prompts(first: 1, last: 1) { nodes { text } } } }'],
  ['a negative page', 'bad: models(first: -1) { nodes { slug } }'],
])('%s', async (_name, bad) => {
  const fragment = bad.includes('...P') ? `fragment P on Dataset { prompts(containing: "${NUL}") { nodes { text } } }` : ''
  const { data, errors } = await graphql.run(`{ good: models(first: 1) { nodes { slug } } ${bad} } ${fragment}`)
  expect(errors.map(({ original }) => codeOf(original))).toEqual(['BAD_INPUT'])
  expect(errors[0]?.message).not.toMatch(/prisma|invocation|\{$/i)
  expect(data).toEqual({ good: { nodes: [{ slug: 'tiny' }] }, bad: null })
})

it('variables are judged like literals, and half a surrogate pair like NUL', async () => {
  const source = 'query ($s: String!) { good: models { totalCount } bad: model(slug: $s) { slug } }'
  for (const s of ['a\0', 'a\ud800']) {
    const { data, errors } = await graphql.run(source, { variables: { s } })
    expect(errors.map(({ original }) => codeOf(original))).toEqual(['BAD_INPUT'])
    expect(data).toEqual({ good: { totalCount: 1 }, bad: null })
  }
})

it('a bad attribution does not spoil a good one beside it', async () => {
  const attributions = fakeAttributions(() => ({ state: 'stored', key: keyOf(0, 'token') }), keyOf(0, 'token'))
  const { data, errors } = await graphql.run(
    `{ good: attribute(input: { model: "tiny", text: "a", partition: { token: {} } }) { key } ${attribute(NUL, '{ token: {} }')} }`,
    { ports: { attributions } },
  )
  expect(errors).toHaveLength(1)
  expect(data).toEqual({ good: { key: keyOf(0, 'token') }, bad: null })
})

it('a prompt may hold any text: it goes to the tokenizer', async () => {
  const attributions = fakeAttributions(() => ({ state: 'stored', key: keyOf(0, 'token') }), keyOf(0, 'token'))
  await graphql.run(`{ attribute(input: { model: "tiny", text: "a${NUL}", partition: { token: {} } }) { key } }`, { ports: { attributions } })
  expect(attributions.questions[0]?.question.text).toBe('a\0')
})

it('what merely does not exist is null, however large its number', async () => {
  const ids = ['Prompt:99999999999', 'Prompt:2147483647', `Model:${'0'.repeat(64)}`, '']
  const { data, errors } = await graphql.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    variables: { ids: ids.filter(Boolean).map(base64) },
  })
  expect(errors).toEqual([])
  expect(data).toEqual({ nodes: [null, null, null] })
})

it('layers that no column can hold are in no page', async () => {
  const { data, errors } = await graphql.run(
    '{ attributions(first: 1) { nodes { contributions(where: { layers: [40000, 2147483647] }) { totalCount nodes { score } } } } }',
  )
  expect(errors).toEqual([])
  expect(data).toEqual({ attributions: { nodes: [{ contributions: { totalCount: 0, nodes: [] } }] } })
})

describe('containing', () => {
  const count = async (text: string) => {
    const { data } = await graphql.run('query ($t: String!) { dataset(slug: "capitals") { prompts(containing: $t) { totalCount nodes { text } } } }', {
      variables: { t: text },
    })
    return data
  }
  it.each(['%', '_', 'The%is', 'France_is', '\\', '\\%'])('takes %s literally', async (text) => {
    expect(await count(text)).toEqual({ dataset: { prompts: { totalCount: 0, nodes: [] } } })
  })
  it('finds what is there', async () => {
    expect(await count('France is')).toMatchObject({ dataset: { prompts: { totalCount: 1 } } })
  })
})

it('every field of a query may be null, so that one that fails leaves the others their answers', () => {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  expect(fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([])
})

it('scalars of our own say what specifies them', () => {
  for (const name of ['DateTime', 'JSON']) expect(schema.getType(name)).toMatchObject({ specifiedByURL: expect.stringMatching(/^https:/) })
})
