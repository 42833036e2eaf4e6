/** What analysts read of features: one feature and its examples in names, and a search by label. */
import { beforeAll, expect, test } from 'vitest'
import { seedFeatures, SOURCE } from '../graphql/feature-seed.ts'
import { seed } from '../graphql/seed.ts'
import { useStore } from './use-store.ts'

const store = useStore()
beforeAll(async () => {
  const { modelId } = await seed(store.prisma)
  await seedFeatures(store.prisma, modelId)
})

test('feature_readable has one row per feature and dataset, with numbers and names', async () => {
  const rows = await store.query(
    `SELECT feature, label, dataset, tokens::int, fired::int, density, max, top_tokens, top_logits, neighbours, cosines, co_firing, layer, site
     FROM feature_readable WHERE model = 'tiny' AND source = $1 AND index = 2`, [SOURCE])
  expect(rows).toEqual([{
    feature: 'tiny/1-res/2', label: 'countries in Europe', dataset: 'capitals', tokens: 15, fired: 3, density: 0.1875, max: 6,
    top_tokens: [' word2', ' the'], top_logits: [2.5, 1], neighbours: [3, 4], cosines: [0.75, 0.5], co_firing: [5], layer: 1, site: '1.resid_pre',
  }])
  const [count] = await store.query('SELECT count(*)::int AS n FROM feature_readable')
  expect(count).toEqual({ n: 12 })
})

test('feature_readable has features that nothing was swept over', async () => {
  await store.prisma.featureSet.create({
    data: {
      model: { connect: { slug: 'tiny' } }, source: '0-new', sourceSet: 'new', hash: '1'.repeat(64), format: 'saelens', layer: 0, site: '0.resid_pre', width: 8,
      writtenWidth: 8, featureCount: 1, activation: 'relu', normalisation: 'none', claims: {}, verdict: 'ok', varianceExplained: 1, l0: 1, silent: 0, selfTest: {},
      features: { create: { index: 0 } },
    },
  })
  expect(await store.query(`SELECT feature, dataset, density FROM feature_readable WHERE source = '0-new'`))
    .toEqual([{ feature: 'tiny/0-new/0', dataset: null, density: null }])
})

test('feature_example_readable shows where a feature fires, with the text around and the values', async () => {
  const rows = await store.query(
    `SELECT value, at_least, before, token, after, "values", first FROM feature_example_readable
     WHERE source = $1 AND index = 2 AND kind = 'strongest' ORDER BY rank`, [SOURCE])
  expect(rows).toHaveLength(3)
  expect(rows[0]).toEqual({ value: 4, at_least: 4, before: ' capital of', token: ' France', after: ' is', values: [0, 0.5, 4, 0], first: 1 })
})

test('search_explanations ranks what fits best first, and reads only the sets that it is given', async () => {
  const find = (wanted: string, sets = 'ARRAY(SELECT id FROM feature_set)') =>
    store.query(`SELECT f.label FROM search_explanations($1, ${sets}) s JOIN feature f ON f.set_id = s.set_id AND f.index = s.index ORDER BY s.rank DESC`, [wanted])
  expect(await find('countries europe')).toEqual([{ label: 'countries in Europe' }])
  expect(await find('countries europe', `ARRAY(SELECT id FROM feature_set WHERE source = '0-new')`)).toEqual([])
})
