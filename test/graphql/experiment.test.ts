/** Experiments over GraphQL: what was asked, how far it is, rows in pages, the report. */
import { beforeAll, expect, test } from 'vitest'
import { useGraphql } from './harness.ts'

const graphql = useGraphql()
const KEY = 'f'.repeat(64)
const report = {
  title: 'Curves', facts: [['seed', '3']],
  sections: [{ heading: 'Drop', text: ['Higher is better.'], figures: [{ title: 'Drop', svg: '<svg/>' }], tables: [{ title: 'Means', headings: ['method', 'mean'], rows: [['depass', 0.5], ['random', null]] }] }],
}

beforeAll(async () => {
  const dataset = await graphql.database.dataset.findFirstOrThrow()
  const { id } = await graphql.database.experiment.create({
    data: {
      key: KEY, name: 'token-faithfulness', modelId: graphql.modelId, datasetId: dataset.id, protocol: 'corrected', seed: 3, options: { methods: ['depass'] },
      engine: 'onnx-cpu-float32', recordCount: 3, recordsPerItem: 2, status: 'done', report,
    },
  })
  for (const index of [0, 1]) await graphql.database.experimentItem.create({ data: { experimentId: id, index, key: `${KEY} ${index}`, status: index === 0 ? 'done' : 'pending' } })
  await graphql.database.experimentRow.createMany({
    data: Array.from({ length: 5 }, (_, ordinal) => ({
      experimentId: id, item: 0, ordinal, record: 0, method: ordinal < 3 ? 'depass' : 'random', setting: 'patch-top', x: ordinal / 10, metric: 'drop', value: ordinal,
    })),
  })
})

test('experiments are listed with what was asked, progress and report', async () => {
  const { data, errors } = await graphql.run(`{ experiments(first: 1) { totalCount nodes {
    number name model { slug } dataset { slug } protocol seed options engine status total progress { pending done failed } error
    report { title facts { name value } sections { heading text figures { title svg } tables { title headings rows } } }
  } } }`)
  expect(errors).toEqual([])
  expect(data).toMatchObject({ experiments: { totalCount: 1, nodes: [{
    name: 'token-faithfulness', model: { slug: 'tiny' }, dataset: { slug: 'capitals' }, protocol: 'corrected', seed: 3, options: { methods: ['depass'] },
    status: 'DONE', total: 3, progress: { pending: 1, done: 2, failed: 0 }, error: null,
    report: { title: 'Curves', facts: [{ name: 'seed', value: '3' }], sections: report.sections },
  }] } })
})

test('rows come in pages, filtered before they are cut, and the page costs one query', async () => {
  const id = Buffer.from(`Experiment:${KEY}`).toString('base64')
  const page = (after: string | null) => graphql.run(
    `query ($id: ID!, $after: String) { experiment(id: $id) { rows(first: 2, after: $after, where: { method: "depass" }) {
      totalCount pageInfo { hasNextPage endCursor } nodes { promptIndex method x metric value } } } }`,
    { variables: { id, after } })
  const first = await page(null)
  expect(first.errors).toEqual([])
  const { rows } = (first.data as { experiment: { rows: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: { value: number }[] } } }).experiment
  expect(rows).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true }, nodes: [{ value: 0, x: 0, promptIndex: 0, method: 'depass', metric: 'drop' }, { value: 1 }] })
  expect((await page(rows.pageInfo.endCursor)).data).toMatchObject({ experiment: { rows: { pageInfo: { hasNextPage: false }, nodes: [{ value: 2 }] } } })
  // The experiment with its rows, and their number.
  expect(first.sql).toHaveLength(2)
})

test('an experiment is found by its number, too, and what names none is refused', async () => {
  const ask = (id: string) => graphql.run('query ($id: ID!) { experiment(id: $id) { number name } }', { variables: { id } })
  const { number } = ((await graphql.run('{ experiments(first: 1) { nodes { number } } }')).data as { experiments: { nodes: [{ number: number }] } }).experiments.nodes[0]
  expect((await ask(String(number))).data).toEqual({ experiment: { number, name: 'token-faithfulness' } })
  expect((await ask('7777')).data).toEqual({ experiment: null })
  const { errors } = await ask(Buffer.from(`Run:${KEY}`).toString('base64'))
  expect(errors[0]?.message).toMatch(/names no experiment; expected the global id of an experiment, or its number/)
})

test('an unknown experiment is null', async () => {
  const id = Buffer.from(`Experiment:${'0'.repeat(64)}`).toString('base64')
  expect((await graphql.run('query ($id: ID!) { experiment(id: $id) { name } }', { variables: { id } })).data).toEqual({ experiment: null })
})
