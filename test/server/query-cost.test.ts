/** What queries cost: prices follow what the database is asked. */
import { parse, getOperationAST } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../../schema/index.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { costOf } from '../../server/query-cost.ts'

function cost(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return costOf(schema, document, operation, variables).cost
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

it('counts every entry of a list, as often as it is asked', () => {
  const query = (aliases: number) =>
    `query ($i: [Int!]) { attributions(first: 1) { nodes { ${numbers(aliases)
      .map((n) => `c${n}: contributions(first: 1, where: { indexes: $i }) { nodes { score } }`)
      .join(' ')} } } }`
  const one = cost(query(1), { i: numbers(1000) }) - cost(query(1), { i: [] })
  expect(one).toBe(1000)
  expect(cost(query(20), { i: numbers(1000) }) - cost(query(20), { i: [] })).toBe(20 * one)
})

it('multiplies the entries of a list by the rows it is asked of', () => {
  const query = (first: number) =>
    `query ($i: [Int!]) { attributions(first: ${first}) { nodes { contributions(first: 1, where: { indexes: $i }) { nodes { score } } } } }`
  const of = (first: number) => cost(query(first), { i: numbers(100) }) - cost(query(first), { i: [] })
  expect(of(50)).toBe(50 * of(1))
})

it('refuses a list that is too long, with its length and the limit', () => {
  const query = 'query ($i: [Int!]) { attributions { nodes { contributions(where: { indexes: $i }) { nodes { score } } } } }'
  expect(() => cost(query, { i: numbers(1001) })).toThrow('indexes has 1001 entries, and the limit is 1000')
  expect(() => cost(`{ nodes(ids: [${'"x",'.repeat(1001)}]) { id } }`)).toThrow('ids has 1001 entries')
})

it('counts the ids of nodes, and what is asked of each', () => {
  const query = (count: number) => `{ nodes(ids: [${'"x",'.repeat(count)}]) { ... on Attribution { scores } } }`
  expect(cost(query(100)) - cost(query(50))).toBe(50 * (1 + 10))
})

it('lets the vectors of a computation through: they are compared with no row', () => {
  const query = 'query ($b: [[Float!]!]!) { attribute(input: { model: "m", text: "a", partition: { subspace: { layer: 1, basis: $b } } }) { key } }'
  const basis = numbers(8).map(() => numbers(4096))
  expect(cost(query, { b: basis })).toBeLessThan(DEFAULT_LIMITS.cost)
  expect(cost(query, { b: basis })).toBeGreaterThan(cost(query, { b: [numbers(4096)] }) + 2000)
})

it('counts long texts that are looked for', () => {
  const query = 'query ($t: String!) { datasets(first: 1) { nodes { prompts(containing: $t, first: 1) { nodes { text } } } } }'
  expect(cost(query, { t: 'x'.repeat(100_000) }) - cost(query, { t: 'x' })).toBe(1000)
})

it('counts only what runs', () => {
  const query = 'query ($yes: Boolean!) { models(first: 1) { nodes { slug attributions(first: 100) @include(if: $yes) { nodes { key } } } } }'
  expect(cost(query, { yes: true }) - cost(query, { yes: false })).toBe(101)
  expect(cost('{ models(first: 90) @skip(if: true) { nodes { slug } } __schema { types { name } } }')).toBe(0)
})

it('leaves arguments that do not fit to the field they are of', () => {
  expect(cost('{ node(id: {a: 1}) { id } models(first: 5) { nodes { slug } } }')).toBe(cost('{ models(first: 5) { nodes { slug } } }'))
})

it("lets a page of 100 prompts with their attributions' scores and tokens pass in one request", () => {
  const query = (attributions: string) => `{ dataset(slug: "d") { prompts(first: 100) { nodes {
    text answer tokenizations { answerTokenId sequence { tokens { index text } } }
    attributions${attributions} { scores completenessError target { text probability value } }
  } } } }`
  for (const asked of ['', '(where: { partition: TOKEN })', '(first: 3)']) expect(cost(query(asked))).toBeLessThan(DEFAULT_LIMITS.cost)
  expect(cost(query('(first: 1)'))).toBeLessThan(cost(query('(first: 20)')) / 2)
})

it('spreads a fragment in a thousand places in no time', () => {
  const fragments = numbers(40).map((n) => `fragment F${n} on Model { ...F${n + 1} ...F${n + 1} }`)
  expect(cost(`{ models(first: 1) { nodes { ...F0 } } } ${fragments.join(' ')} fragment F40 on Model { slug }`)).toBe(2)
})
