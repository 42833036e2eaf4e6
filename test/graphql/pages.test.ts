/** Connections below the root: pages together are the whole list in its order, whichever way one walks. */
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { useGraphql } from './harness.ts'
import { keyOf, TOKEN_SCORES } from './seed.ts'

const harness = useGraphql()

interface Page {
  totalCount: number
  nodes: { score: number }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

const ATTRIBUTION = Buffer.from(`Attribution:${keyOf(0, 'token')}`).toString('base64')

async function contributions(args: string) {
  const { data, errors } = await harness.run(`{
    node(id: "${ATTRIBUTION}") { ... on Attribution { contributions(${args}) {
      totalCount nodes { score } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }
  }`)
  // The query's own shape, checked by the schema.
  const page = (data as { node: { contributions: Page } | null } | null)?.node?.contributions
  return { page, errors }
}

async function pageOf(args: string): Promise<Page> {
  const { page, errors } = await contributions(args)
  expect(errors).toEqual([])
  if (!page) throw new Error('no page')
  return page
}

const scoresOf = ({ nodes }: Page) => nodes.map(({ score }) => score)
const by = (key: (score: number) => number, direction: 'ASC' | 'DESC') =>
  [...TOKEN_SCORES].sort((a, b) => (direction === 'ASC' ? key(a) - key(b) : key(b) - key(a)))

const orders: [string, number[]][] = [
  ['{ by: ORDINAL, direction: ASC }', TOKEN_SCORES],
  ['{ by: ORDINAL, direction: DESC }', [...TOKEN_SCORES].reverse()],
  ['{ by: SCORE, direction: ASC }', by((score) => score, 'ASC')],
  ['{ by: SCORE, direction: DESC }', by((score) => score, 'DESC')],
  ['{ by: MAGNITUDE, direction: DESC }', by(Math.abs, 'DESC')],
  ['{ by: MAGNITUDE, direction: ASC }', by(Math.abs, 'ASC')],
]

describe.each(orders)('contributions ordered %s', (orderBy, expected) => {
  it.each([1, 2, 5, 7])('come complete forwards, %i at a time', async (size) => {
    const seen: number[] = []
    let after = ''
    for (;;) {
      const page = await pageOf(`first: ${size}, orderBy: ${orderBy}${after}`)
      seen.push(...scoresOf(page))
      expect(page.totalCount).toBe(expected.length)
      expect(page.pageInfo.hasNextPage).toBe(seen.length < expected.length)
      expect(page.pageInfo.hasPreviousPage).toBe(after !== '')
      if (!page.pageInfo.hasNextPage) break
      after = `, after: "${page.pageInfo.endCursor}"`
    }
    expect(seen).toEqual(expected)
  })

  it.each([1, 2, 7])('come complete backwards, %i at a time', async (size) => {
    const seen: number[] = []
    let before = ''
    for (;;) {
      const page = await pageOf(`last: ${size}, orderBy: ${orderBy}${before}`)
      seen.unshift(...scoresOf(page))
      expect(page.pageInfo.hasNextPage).toBe(before !== '')
      if (!page.pageInfo.hasPreviousPage) break
      before = `, before: "${page.pageInfo.startCursor}"`
    }
    expect(seen).toEqual(expected)
  })
})

describe('filters', () => {
  const filters: [string, (score: number) => boolean][] = [
    ['{ minMagnitude: 0.75 }', (score) => Math.abs(score) >= 0.75],
    ['{ minScore: 0.5 }', (score) => score >= 0.5],
    ['{ maxScore: 0.25 }', (score) => score <= 0.25],
    ['{ minScore: 0.25, maxScore: 1 }', (score) => score >= 0.25 && score <= 1],
    ['{ kinds: [TOKEN] }', () => true],
    ['{ kinds: [HEAD] }', () => false],
    ['{ layers: [0] }', () => false],
    ['{ indexes: [1, 3] }', (score) => score === -0.75 || score === 3],
  ]
  it.each(filters)('%s', async (where, holds) => {
    const expected = TOKEN_SCORES.filter(holds)
    const page = await pageOf(`where: ${where}`)
    expect(scoresOf(page)).toEqual(expected)
    expect(page.totalCount).toBe(expected.length)
  })

  it('come before pages are cut', async () => {
    const page = await pageOf('first: 2, where: { minMagnitude: 0.5 }, orderBy: { by: SCORE, direction: ASC }')
    expect(scoresOf(page)).toEqual([-0.75, 0.5])
    expect(page.pageInfo.hasNextPage).toBe(true)
    const next = await pageOf(
      `first: 2, where: { minMagnitude: 0.5 }, orderBy: { by: SCORE, direction: ASC }, after: "${page.pageInfo.endCursor}"`,
    )
    expect(scoresOf(next)).toEqual([1, 3])
    expect(next.pageInfo.hasNextPage).toBe(false)
  })
})

describe('refusals', () => {
  const refused = async (args: string) => {
    const { errors } = await contributions(args)
    const original = errors[0]?.original
    if (!(original instanceof UserError)) throw new Error(`not refused: ${JSON.stringify(errors)}`)
    return `${original.code}: ${original.message}`
  }
  const cursor = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')

  it('name the page that was too large', async () => {
    expect(await refused('first: 1001')).toBe('TOO_LARGE: A page of 1001 was asked for, and the largest here is 1000.')
    expect(await refused('first: -1')).toBe('BAD_INPUT: A page of -1 was asked for; it has at least 0 places.')
  })

  it('name arguments that contradict each other', async () => {
    expect(await refused('first: 1, last: 1')).toMatch(/^BAD_INPUT: Pages go forward/)
    expect(await refused('first: 1, before: "x"')).toMatch(/^BAD_INPUT: Pages go forward/)
  })

  it.each([
    ['no base64 at all', '%%%'],
    ['base64 of no JSON', Buffer.from('hello').toString('base64url')],
    ['JSON of another shape', cursor([1, 2])],
    ['text where a number belongs', cursor({ by: 'ordinal asc', at: ["1'; DROP TABLE result"] })],
    ['a fraction where a whole number belongs', cursor({ by: 'ordinal asc', at: [1.5] })],
    ['too few values', cursor({ by: 'ordinal asc', at: [] })],
  ])('of a cursor that is %s', async (_name, forged) => {
    expect(await refused(`after: "${forged}"`)).toMatch(/^BAD_INPUT: .* is no cursor of this list/)
  })

  it('of a cursor from another order', async () => {
    const { pageInfo } = await pageOf('first: 1, orderBy: { by: SCORE }')
    expect(await refused(`first: 1, after: "${pageInfo.endCursor}"`)).toBe(
      'BAD_INPUT: The cursor is of a list ordered by score desc, ordinal asc; this one is ordered by ordinal asc.',
    )
  })

  it('of a page at the root that is too large', async () => {
    const { errors } = await harness.run('{ attributions(first: 101) { nodes { key } } }')
    expect(errors[0]?.message).toBe('A page of 101 was asked for, and the largest here is 100.')
  })
})

describe('whatever part of a connection is asked for', () => {
  const paths = [
    'attributions(first: 1) { nodes { contributions(first: 1) { # } } }',
    'attributions(first: 1) { nodes { sequence { attributions(first: 1) { # } } } }',
    'models { nodes { attributions(first: 1) { # } } }',
    'datasets { nodes { prompts(first: 1) { # } } }',
    'runs { nodes { items(first: 1) { # } } }',
  ]
  const parts = [
    '__typename',
    'totalCount',
    'pageInfo { hasNextPage }',
    'edges { cursor }',
    'edges { node { __typename } }',
    'nodes { __typename }',
    'nodes { __typename } edges { node { __typename } }',
    'a: nodes { __typename } b: nodes { __typename }',
  ]
  it.each(paths)('%s', async (path) => {
    for (const part of parts) {
      const { errors, data } = await harness.run(`{ ${path.replace('#', part)} }`)
      expect({ part, errors: errors.map(({ message }) => message) }).toEqual({ part, errors: [] })
      expect({ part, data: JSON.stringify(data) }).not.toMatchObject({ data: expect.stringMatching(/null|undefined/) })
    }
  })
})

describe('an empty page', () => {
  it('has no cursors and says so', async () => {
    const page = await pageOf('first: 0')
    expect(page.nodes).toEqual([])
    expect(page.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null })
  })
})
