/** Looking features up: one feature with everything of it, lists in order and in full pages, and how many statements that takes. */
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { DOES_KEY, FEATURES, seedFeatures, SOURCE, WHY_KEY } from './feature-seed.ts'
import { useGraphql } from './harness.ts'

const harness = useGraphql()
beforeAll(async () => {
  await seedFeatures(harness.database, harness.modelId)
})

const PAGE = `
  name label index decoderNorm
  set { name source featureCount layer site }
  explanations { description author score votes }
  topLogits { tokenId text logit } bottomLogits { text logit } logitHistogram { low high counts }
  neighbours { cosine feature { name label } }
  statistics {
    dataset tokens fired density mean max
    histogram { from to count }
    coFiring { share feature { index label } }
    strongest(first: 2) { value position token tokens tokenIds values first attributions { key } }
    intervals(first: 1) { from to fired examples { value token } }
  }
  attributions(first: 5) { totalCount nodes { key target { value } } }
  effects(first: 5) { score position attribution { key target { text } } }
`
const feature = (index: number, fields: string) => `{ feature(model: "tiny", source: "${SOURCE}", index: ${index}) { ${fields} } }`

describe('a feature', () => {
  it('has everything that is known of it', async () => {
    const { data, errors } = await harness.run(feature(2, PAGE))
    expect(errors).toEqual([])
    expect(data).toEqual({
      feature: {
        name: 'tiny/1-res/2', label: 'countries in Europe', index: 2, decoderNorm: 1.5,
        set: { name: 'tiny/1-res', source: SOURCE, featureCount: FEATURES, layer: 1, site: '1.resid_pre' },
        explanations: [{ description: 'countries in Europe', author: 'file', score: 0.5, votes: 0 }],
        topLogits: [{ tokenId: 302, text: ' word2', logit: 2.5 }, { tokenId: 7, text: ' the', logit: 1 }],
        bottomLogits: [{ text: ' not', logit: -1.5 }],
        logitHistogram: { low: -1.5, high: 2.5, counts: [1, 510, 1] },
        neighbours: [
          { cosine: 0.75, feature: { name: 'tiny/1-res/3', label: 'the verb to be' } },
          { cosine: 0.5, feature: { name: 'tiny/1-res/4', label: null } },
        ],
        statistics: {
          dataset: 'capitals', tokens: 15, fired: 3, density: 0.1875, mean: 3, max: 6,
          histogram: expect.arrayContaining([{ from: 1, to: 2 ** 0.25, count: 1 }]),
          coFiring: [{ share: 0.5, feature: { index: 5, label: null } }],
          strongest: [
            {
              value: 4, position: 3, token: ' France', tokens: [' capital', ' of', ' France', ' is'].slice(0, 4), tokenIds: expect.any(Array),
              values: [0, 0.5, 4, 0], first: 1, attributions: [{ key: WHY_KEY }],
            },
            expect.objectContaining({ value: 3, token: ' Italy', attributions: [] }),
          ],
          intervals: [
            { from: 4, to: 8, fired: 1, examples: [{ value: 4, token: ' France' }] },
            { from: 2, to: 4, fired: 1, examples: [{ value: 3, token: ' Italy' }] },
            { from: 1, to: 2, fired: 1, examples: [] },
          ],
        },
        attributions: { totalCount: 1, nodes: [{ key: WHY_KEY, target: { value: 4 } }] },
        effects: [{ score: 1.5, position: 3, attribution: { key: DOES_KEY, target: { text: ' Paris' } } }],
      },
    })
  })

  it('that never fired has statistics all the same', async () => {
    const { data } = await harness.run(feature(FEATURES - 1, 'label statistics { fired density mean max histogram { count } strongest { value } intervals { from } }'))
    expect(data).toEqual({
      feature: { label: null, statistics: { fired: 0, density: 0, mean: null, max: null, histogram: [], strongest: [], intervals: [] } },
    })
  })

  it('has no statistics of a dataset that its set was not swept over', async () => {
    const { data, errors } = await harness.run(feature(0, 'statistics(dataset: "other") { fired }'))
    expect([data, errors]).toEqual([{ feature: { statistics: null } }, []])
  })

  it.each([[feature(FEATURES, 'name')], [feature(-1, 'name')], ['{ feature(model: "no", source: "1-res", index: 0) { name } }']])(
    'that there is none of is null: %s', async (query) => {
      expect(await harness.run(query)).toMatchObject({ data: { feature: null }, errors: [] })
    })

  it('is found again by its global id, in the order asked', async () => {
    const ids = [3, 1].map((index) => Buffer.from(`Feature:tiny/1-res/${index}`).toString('base64'))
    const { data, errors } = await harness.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Feature { name } } }', { variables: { ids } })
    expect(errors).toEqual([])
    expect(data).toEqual({ nodes: [{ id: ids[0], name: 'tiny/1-res/3' }, { id: ids[1], name: 'tiny/1-res/1' }] })
  })

  it('may be asked for by name, many at once and in that order; null where there is none', async () => {
    const { data } = await harness.run('{ featuresByName(names: ["tiny/1-res/5", "tiny/1-res/99", "tiny/1-res/0"]) { name } }')
    expect(data).toEqual({ featuresByName: [{ name: 'tiny/1-res/5' }, null, { name: 'tiny/1-res/0' }] })
    const { errors } = await harness.run('{ featuresByName(names: ["1-res@5"]) { name } }')
    expect(errors[0]?.message).toBe('"1-res@5" is no feature; name it as model/source/index, like demo/2-res/17.')
  })

  it('is what a component of a split by feature leads to', async () => {
    const { data, errors } = await harness.run(
      `{ feature(model: "tiny", source: "1-res", index: 2) { effects { attribution { contributions { nodes { component { label ... on FeatureComponent { position lookup { name label } } } } } } } } }`)
    expect(errors).toEqual([])
    expect(data).toMatchObject({
      feature: { effects: [{ attribution: { contributions: { nodes: [
        { component: { position: 3, lookup: { name: 'tiny/1-res/2', label: 'countries in Europe' } } },
        { component: { position: 3, lookup: { name: 'tiny/1-res/5', label: null } } },
        { component: { position: 3, lookup: { name: 'tiny/1-res/6', label: null } } },
      ] } } }] },
    })
  })

  it('has its dataset, model and sweep behind it', async () => {
    const { data, errors } = await harness.run(
      '{ featureSets(model: "tiny") { totalCount nodes { verdict model { slug } sweeps { status dataset { slug } finishedAt } } } model(slug: "tiny") { featureSets { source } } }')
    expect(errors).toEqual([])
    expect(data).toEqual({
      featureSets: {
        totalCount: 1,
        nodes: [{ verdict: 'OK', model: { slug: 'tiny' }, sweeps: [{ status: 'DONE', dataset: { slug: 'capitals' }, finishedAt: '2026-01-02T03:04:05.000Z' }] }],
      },
      model: { featureSets: [{ source: SOURCE }] },
    })
  })
})

const pageSchema = z.object({
  features: z.object({
    totalCount: z.int().optional(),
    nodes: z.array(z.object({ index: z.int() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean(), endCursor: z.string().nullable(), startCursor: z.string().nullable() }),
  }),
})

async function page(args: string) {
  const { data, errors } = await harness.run(
    `{ features(model: "tiny", source: "${SOURCE}", ${args}) { totalCount nodes { index } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`)
  expect(errors).toEqual([])
  const { features } = pageSchema.parse(data)
  return { ...features, indexes: features.nodes.map(({ index }) => index) }
}

/** All pages, forward. */
async function walk(size: number, args = ''): Promise<number[][]> {
  const pages: number[][] = []
  for (let after = ''; ;) {
    const { indexes, pageInfo } = await page(`first: ${size}, ${args} ${after}`)
    pages.push(indexes)
    if (!pageInfo.hasNextPage) return pages
    after = `, after: "${pageInfo.endCursor}"`
  }
}

describe('a list of features', () => {
  it.each([1, 3, 4, 5, 12])('comes in full pages of %i, with another page only where there is one', async (size) => {
    const pages = await walk(size)
    expect(pages.flat()).toEqual(Array.from({ length: FEATURES }, (_, i) => i))
    expect(pages.map(({ length }) => length)).toEqual(
      Array.from({ length: Math.ceil(FEATURES / size) }, (_, i) => Math.min(size, FEATURES - i * size)))
  })

  it('keeps equal ones apart where a page ends between them', async () => {
    const order = 'orderBy: { by: DENSITY, direction: DESC }'
    expect((await walk(1, order)).flat()).toEqual([10, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 11])
    expect((await walk(100, order)).flat()).toEqual([10, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1, 11])
  })

  it('goes backward to where it came from', async () => {
    const order = 'orderBy: { by: MAX, direction: ASC }'
    const first = await page(`first: 5, ${order}`)
    expect(first.indexes).toEqual([11, 0, 1, 2, 3])
    const second = await page(`first: 5, ${order}, after: "${first.pageInfo.endCursor}"`)
    const back = await page(`last: 5, ${order}, before: "${second.pageInfo.startCursor}"`)
    expect([back.indexes, back.pageInfo.hasPreviousPage, back.pageInfo.hasNextPage]).toEqual([first.indexes, false, true])
  })

  it('keeps the order that was asked for, also over pages', async () => {
    const asked = [7, 2, 11, 0, 5]
    expect((await walk(2, `where: { indexes: [${asked}] }`)).flat()).toEqual(asked)
    const beyond = await page('where: { indexes: [3, 99, 1] }')
    expect([beyond.indexes, beyond.totalCount, beyond.pageInfo.hasNextPage]).toEqual([[3, 1], 2, false])
  })

  it.each([
    ['labelled: true', [0, 1, 2, 3]],
    ['labelContains: "CAPITAL"', [0, 1]],
    ['fires: false', [11]],
    ['minDensity: 0.375', [8, 9, 10]],
    ['maxDensity: 0.125', [0, 1, 11]],
    ['minMax: 13', [9, 10]],
    ['raises: " word4"', [4]],
    ['lowers: " nothing"', []],
    ['labelled: false, fires: true, maxDensity: 0.25', [4, 5]],
  ])('is filtered before it is cut: %s', async (where, expected) => {
    const { indexes, totalCount, pageInfo } = await page(`first: 100, where: { ${where} }`)
    expect([indexes, totalCount, pageInfo.hasNextPage]).toEqual([expected, expected.length, false])
    if (expected.length > 1) expect((await walk(1, `where: { ${where} }`)).flat()).toEqual(expected)
  })

  it.each([
    ['first: 101', 'A page of 101 was asked for, and the largest here is 100.'],
    ['dataset: "other"', 'tiny/1-res was not swept over "other"; `sweeps` lists its datasets.'],
    ['after: "x"', '"x" is no cursor of this list; take one from its edges or pageInfo.'],
  ])('is refused in words: %s', async (args, message) => {
    const { errors } = await harness.run(`{ features(model: "tiny", source: "${SOURCE}", ${args}) { nodes { index } } }`)
    expect(errors.map((error) => error.message)).toEqual([message])
  })

  it('of a set that is not here says which are', async () => {
    const { errors } = await harness.run('{ features(model: "tiny", source: "9-x") { nodes { index } } }')
    expect(errors[0]?.message).toBe('There is no feature set "tiny/9-x" here; `featureSets` lists those there are.')
  })
})

describe('SQL', () => {
  it.each([
    ['of a feature with everything', feature(2, PAGE)],
    ['of a page of features by density', `{ features(model: "tiny", source: "${SOURCE}", first: 3, orderBy: { by: DENSITY }) {
      totalCount nodes { label statistics { density strongest(first: 1) { token } } } } }`],
  ])('%s', async (_name, query) => {
    const { errors, sql } = await harness.run(query)
    expect(errors).toEqual([])
    expect([...sql].sort().join('\n\n')).toMatchSnapshot()
  })

  it('has as many statements for many features as for one', async () => {
    const query = (first: number) => `{ features(model: "tiny", source: "${SOURCE}", first: ${first}) { nodes { ${PAGE} } } }`
    const [one, many] = [await harness.run(query(1)), await harness.run(query(FEATURES))]
    expect(many.errors).toEqual([])
    // The first feature has no attributions to read.
    expect(many.sql.length).toBeLessThanOrEqual(one.sql.length + 1)
  })
})

it('an attribution says when its named features may fire at more places than were split out', async () => {
  const ask = async () => (await harness.run('query ($id: ID!) { node(id: $id) { ... on Attribution { warnings } } }', {
    variables: { id: Buffer.from(`Attribution:${DOES_KEY}`).toString('base64') },
  })).data
  expect(await ask()).toEqual({ node: { warnings: [] } })
  const { partition } = await harness.database.result.findUniqueOrThrow({ where: { key: DOES_KEY }, select: { partition: true } })
  const write = (features: object) => harness.database.result.update({ where: { key: DOES_KEY }, data: { partition: features } })
  await write({ by: 'feature', set: 'a'.repeat(64), per: 'position', budget: 3, features: [1, 2] })
  expect(await ask()).toEqual({ node: { warnings: [expect.stringMatching(/^The named features are split out at the 3 places where they fire most strongly/)] } })
  await write({ by: 'feature', set: 'a'.repeat(64), per: 'position', budget: 4, features: [1, 2] })
  expect(await ask()).toEqual({ node: { warnings: [] } })
  const perFeature = (budget: number, features: number[]) => write({ by: 'feature', set: 'a'.repeat(64), per: 'feature', budget, features })
  await perFeature(3, [1, 2, 3, 4])
  expect(await ask()).toEqual({ node: { warnings: [expect.stringMatching(/^Of the 4 named features, the 3 strongest that fire are split out/)] } })
  await perFeature(3, [1, 2, 3])
  expect(await ask()).toEqual({ node: { warnings: [] } })
  // Three fire, so there was room for all of them.
  await perFeature(4, [1, 2, 3, 4, 5])
  expect(await ask()).toEqual({ node: { warnings: [] } })
  await write(Object(partition))
})
