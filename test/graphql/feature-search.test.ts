/** Features are found by their labels and by the text they fire in, and explained by those who look at them. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { seedFeatures, SET_HASH, SOURCE } from './feature-seed.ts'
import { useGraphql } from './harness.ts'

const harness = useGraphql()
let setId: number
beforeAll(async () => {
  setId = (await seedFeatures(harness.database, harness.modelId)).setId
})

const labels = async (args: string) => {
  const { data, errors } = await harness.run(
    `{ searchFeatures(${args}) { totalCount nodes { rank feature { index } explanation { description } } pageInfo { hasNextPage endCursor } } }`)
  expect(errors).toEqual([])
  return z.object({ searchFeatures: z.object({
    totalCount: z.int(),
    nodes: z.array(z.object({ rank: z.number(), feature: z.object({ index: z.int() }), explanation: z.object({ description: z.string() }) })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }) }).parse(data).searchFeatures
}

describe('features by label', () => {
  it.each([
    ['capital', ['names of capitals', 'capital letters at the start']],
    ['country', ['countries in Europe']],
    ['capital -letter', ['names of capitals']],
    ['"letters at"', ['capital letters at the start']],
    // Half a word, and one with a letter wrong.
    ['europ', ['countries in Europe']],
    ['capitels', ['names of capitals', 'capital letters at the start']],
    ['captals', ['names of capitals']],
    ['zebra', []],
  ])('%s', async (text, expected) => {
    const { nodes, totalCount } = await labels(`text: ${JSON.stringify(text)}`)
    expect(nodes.map(({ explanation }) => explanation.description).sort()).toEqual([...expected].sort())
    expect(totalCount).toBe(expected.length)
    expect(nodes.map(({ rank }) => rank)).toEqual(nodes.map(({ rank }) => rank).sort((a, b) => b - a))
  })

  it('come the best first, and each once however many explanations fit', async () => {
    await harness.database.featureExplanation.create({
      data: { setId, index: 1, description: 'capital', author: 'ann', key: '6'.repeat(64) },
    })
    const { nodes } = await labels('text: "capital"')
    expect(nodes.map(({ feature, explanation }) => [feature.index, explanation.description])).toEqual([[1, 'capital'], [0, 'names of capitals']])
    await harness.database.featureExplanation.deleteMany({ where: { author: 'ann', description: 'capital' } })
  })

  it('come in full pages, with another only where there is one', async () => {
    const first = await labels('text: "capital", first: 1')
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([1, true])
    const second = await labels(`text: "capital", first: 1, after: "${first.pageInfo.endCursor}"`)
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([1, false])
    expect(second.nodes[0]?.feature.index).not.toBe(first.nodes[0]?.feature.index)
  })

  it('are looked for where it was said', async () => {
    expect((await labels(`text: "capital", in: { model: "tiny", sources: ["${SOURCE}"], sourceSet: "res" }`)).totalCount).toBe(2)
    expect((await labels('text: "capital", in: { model: "other" }')).totalCount).toBe(0)
  })

  it.each([['""', 'BAD_INPUT'], ['"   "', 'BAD_INPUT'], [JSON.stringify('x'.repeat(201)), 'TOO_LARGE']])('are not looked for by %s', async (text, code) => {
    const { errors } = await harness.run(`{ searchFeatures(text: ${text}) { nodes { rank } } }`)
    expect(errors[0]?.original).toMatchObject({ code })
  })
})

describe('features by example', () => {
  const examples = async (text: string, more = '') => {
    const { data, errors } = await harness.run(
      `{ searchExamples(text: ${JSON.stringify(text)}${more}) { totalCount nodes { matches rank feature { index } example { value tokens } } pageInfo { hasNextPage } } }`)
    expect(errors).toEqual([])
    return z.object({ searchExamples: z.object({
      totalCount: z.int(), pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: z.array(z.object({ matches: z.int(), rank: z.number(), feature: z.object({ index: z.int() }), example: z.object({ value: z.number(), tokens: z.array(z.string()) }) })),
    }) }).parse(data).searchExamples
  }

  it('are those that fire in the text, strongest share first', async () => {
    const { nodes, totalCount } = await examples('of FRANCE', ', first: 3')
    expect(totalCount).toBe(11)
    // The same place counts once, though it is among the strongest and in an interval.
    expect(nodes.map(({ feature, matches, rank }) => [feature.index, matches, rank])).toEqual([[0, 1, 1], [1, 1, Math.fround(4 / 5)], [2, 1, Math.fround(4 / 6)]]
      .map(([index, matches, rank]) => [index, matches, expect.closeTo(rank!, 6)]))
    expect(nodes[0]?.example).toEqual({ value: 4, tokens: [' capital', ' of', ' France', ' is'] })
  })

  it('are not those whose window ends before the text', async () => {
    // It stands in the sequence, at its very beginning.
    expect((await examples('The capital')).totalCount).toBe(0)
    expect((await examples('capital of')).nodes[0]?.matches).toBe(3)
  })

  it('are found by signs as they stand', async () => {
    expect((await examples('%')).totalCount).toBe(0)
    expect((await examples('_')).totalCount).toBe(0)
  })
})

describe('explanations', () => {
  const input = (description: string, more = '') => `input: { model: "tiny", source: "${SOURCE}", index: 4, description: ${JSON.stringify(description)}${more} }`
  const added = z.object({ addExplanation: z.object({ id: z.string(), author: z.string(), feature: z.object({ label: z.string().nullable() }) }) })
  const add = async (description: string) => {
    const { data, errors } = await harness.run(`mutation { addExplanation(${input(description)}) { id author feature { label } } }`)
    expect(errors).toEqual([])
    return added.parse(data).addExplanation
  }
  beforeEach(() => harness.database.featureExplanation.deleteMany({ where: { setId, index: 4 } }))

  it('are added in the name of the key, once, and label the feature', async () => {
    const first = await add('words of four letters')
    expect(first).toEqual({ id: expect.any(String), author: 'ann', feature: { label: 'words of four letters' } })
    expect((await add(' words of four letters ')).id).toBe(first.id)
    expect(await harness.database.featureExplanation.count({ where: { setId, index: 4 } })).toBe(1)
    const { data } = await harness.run('query ($id: ID!) { node(id: $id) { ... on FeatureExplanation { description votes score } } }', { variables: { id: first.id } })
    expect(data).toEqual({ node: { description: 'words of four letters', votes: 0, score: null } })
  })

  it('are scored and voted on, which decides about the label', async () => {
    const [first, second] = [await add('the first'), await add('the second')]
    const label = async () => (await harness.database.feature.findUniqueOrThrow({ where: { setId_index: { setId, index: 4 } } })).label
    const scored = await harness.run(`mutation { scoreExplanation(id: "${second.id}", score: 0.75, method: "recall_alt") { score scoreMethod } }`)
    expect(scored.data).toEqual({ scoreExplanation: { score: 0.75, scoreMethod: 'recall_alt' } })
    expect(await label()).toBe('the second')
    const vote = (id: string, vote: string) => harness.run(`mutation { voteExplanation(id: "${id}", vote: ${vote}) { votes } }`)
    expect((await vote(first.id, 'UP')).data).toEqual({ voteExplanation: { votes: 1 } })
    // One voter, one vote.
    expect((await vote(first.id, 'UP')).data).toEqual({ voteExplanation: { votes: 1 } })
    expect(await label()).toBe('the first')
    expect((await vote(first.id, 'DOWN')).data).toEqual({ voteExplanation: { votes: -1 } })
    expect((await vote(first.id, 'NONE')).data).toEqual({ voteExplanation: { votes: 0 } })
    expect(await label()).toBe('the second')
    const remove = () => harness.run(`mutation { removeExplanation(id: "${second.id}") }`)
    expect([(await remove()).data, (await remove()).data]).toEqual([{ removeExplanation: true }, { removeExplanation: false }])
    expect(await label()).toBe('the first')
  })

  it.each([
    [input(''), 'input.description: must not be blank (got "").'],
    [input('x'.repeat(2001)), /^input\.description: must have at most 2000 characters/],
    [input('x', ', method: " "'), 'input.method: must not be blank (got " ").'],
    [input('x').replace('index: 4', 'index: 99'), 'There is no feature tiny/1-res/99 here; `featureSets` lists the sets there are.'],
  ])('are refused in words: %s', async (args, message) => {
    const { errors } = await harness.run(`mutation { addExplanation(${args}) { id } }`)
    expect(errors.map((error) => error.message)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)])
  })

  it('that are gone are told to be', async () => {
    const id = Buffer.from(`FeatureExplanation:tiny/1-res/${SET_HASH}`).toString('base64')
    const { errors } = await harness.run(`mutation { voteExplanation(id: "${id}", vote: UP) { votes } }`)
    expect(errors[0]?.message).toBe('There is no such explanation (any more).')
  })
})

describe('SQL', () => {
  it.each([
    ['of a search by label', '{ searchFeatures(text: "capital", first: 2) { totalCount nodes { rank feature { name label } explanation { votes } } } }'],
    ['of a search by example', '{ searchExamples(text: "of Italy", first: 2) { totalCount nodes { matches feature { name label } example { tokens values } } } }'],
  ])('%s', async (_name, query) => {
    const { errors, sql } = await harness.run(query)
    expect(errors).toEqual([])
    expect([...sql].sort().join('\n\n')).toMatchSnapshot()
  })
})
