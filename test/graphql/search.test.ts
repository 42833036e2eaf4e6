/** Finding what is stored: orders of attributions, texts in capitals or not, the prompts behind an attribution. */
import { describe, expect, it } from 'vitest'
import { fakeAttributions } from './fake-ports.ts'
import { useGraphql } from './harness.ts'

const harness = useGraphql()

async function answer(source: string): Promise<unknown> {
  const { data, errors } = await harness.run(source)
  expect(errors).toEqual([])
  return data
}

const globalId = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64')
const RUN = globalId('Run', 'f'.repeat(64))

/** Three probabilities that differ; the fourth attribution has none. */
async function spread(): Promise<void> {
  const probabilities = [0.3, null, 0.9, 0.1]
  for (const [at, targetProbability] of probabilities.entries()) {
    const id = harness.resultIds[at] ?? 0n
    await harness.database.result.update({ where: { id }, data: { targetProbability, targetValue: at, completenessError: 1 / (at + 1) } })
  }
}

describe('attributions in an order', () => {
  it('come by probability in pages that together are the whole list, without those that have none', async () => {
    await spread()
    const seen: (number | null)[] = []
    let after = ''
    for (let page = 0; page < 10; page++) {
      const data = await answer(`{ attributions(first: 2, orderBy: { by: PROBABILITY }${after}) {
        totalCount nodes { target { probability } } pageInfo { hasNextPage endCursor } } }`)
      const { attributions } = data as { attributions: Page }
      expect(attributions.totalCount).toBe(5)
      seen.push(...attributions.nodes.map(({ target }) => target.probability))
      if (!attributions.pageInfo.hasNextPage) break
      after = `, after: "${attributions.pageInfo.endCursor}"`
    }
    expect(seen).toEqual([0.9, 0.5, 0.5, 0.3, 0.1])
  })

  it.each([
    ['{ by: VALUE, direction: ASC }', [0, 1]],
    ['{ by: COMPLETENESS_ERROR }', [0, 1]],
    ['{ by: CREATED, direction: ASC }', [0, 1]],
  ])('by %s', async (orderBy, values) => {
    await spread()
    const data = await answer(`{ attributions(first: 2, orderBy: ${orderBy}) { nodes { target { value } } } }`)
    expect(data).toEqual({ attributions: { nodes: values.map((value) => ({ target: { value } })) } })
  })

  it('refuse the id of something else as their run', async () => {
    const { errors } = await harness.run(`{ attributions(where: { run: "${globalId('Model', 'a'.repeat(64))}" }) { totalCount } }`)
    expect(errors).toMatchObject([{ message: expect.stringContaining('names no run; expected the global id of a run, or its number.') }])
  })

  it('of one run, of prompts that contain a text', async () => {
    const data = await answer(`{
      all: attributions(where: { run: "${RUN}" }) { totalCount }
      italy: attributions(where: { run: "${RUN}", dataset: "capitals", containing: "ITALY" }) { nodes { prompts { text dataset { slug } } } }
    }`)
    expect(data).toEqual({
      all: { totalCount: 2 },
      italy: { nodes: [{ prompts: [{ text: 'The capital of Italy is', dataset: { slug: 'capitals' } }] }] },
    })
  })
})

interface Page {
  totalCount: number
  nodes: { target: { probability: number | null } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

describe('prompts that contain a text', () => {
  it('are found in all datasets, in capitals or not, with every sign as it is', async () => {
    const data = await answer(`{
      found: prompts(containing: "OF f") { totalCount nodes { text } }
      sign: prompts(containing: "o_ F") { totalCount }
    }`)
    expect(data).toEqual({
      found: { totalCount: 1, nodes: [{ text: 'The capital of France is' }] }, sign: { totalCount: 0 },
    })
  })

  it('are found in one dataset as written, unless capitals are to be ignored', async () => {
    const data = await answer(`{ dataset(slug: "capitals") {
      written: prompts(containing: "france") { totalCount }
      ignoring: prompts(containing: "france", ignoreCase: true) { totalCount nodes { text } }
    } }`)
    expect(data).toEqual({
      dataset: { written: { totalCount: 0 }, ignoring: { totalCount: 1, nodes: [{ text: 'The capital of France is' }] } },
    })
  })
})

describe('a text as a model reads it', () => {
  it('has its tokens with their places, and stores nothing', async () => {
    const before = await harness.database.sequence.count()
    const source = '{ tokenize(input: { model: "tiny", text: "a \\u0000" }) { index tokenId text start end } }'
    const { data, errors } = await harness.run(source, { ports: { attributions: fakeAttributions(() => { throw new Error('no') }) } })
    expect(errors).toEqual([])
    expect(data).toEqual({ tokenize: [{ index: 0, tokenId: 1, text: 'a \u0000', start: 0, end: 3 }] })
    expect(await harness.database.sequence.count()).toBe(before)
  })

  it('is refused for a model that is not there', async () => {
    const { errors } = await harness.run('{ tokenize(input: { model: "none", text: "a" }) { index } }')
    expect(errors).toMatchObject([{ message: expect.stringContaining('There is no model "none" here') }])
  })
})

describe('candidates of an attribution', () => {
  it('are null where nothing was decoded, else the best first', async () => {
    const id = harness.resultIds[5] ?? 0n
    const candidates = [{ id: 9, text: ' Madrid', logit: 2.5, probability: 0.75 }]
    await harness.database.result.update({ where: { id }, data: { candidates } })
    const data = await answer('{ attributions(first: 2) { nodes { candidates { tokenId text logit probability } } } }')
    const [{ id: tokenId, ...candidate } = { id: 0 }] = candidates
    expect(data).toEqual({ attributions: { nodes: [{ candidates: [{ tokenId, ...candidate }] }, { candidates: null }] } })
  })
})
