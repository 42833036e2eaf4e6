import { beforeAll, expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { addDataset } from '../../src/store/datasets.ts'
import { addModel } from '../../src/store/models.ts'
import { planItems, pendingPrompts, startRun } from '../../src/store/runs.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { ENGINE, identity, item, request, result } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()

beforeAll(async () => {
  const { model } = await addModel(store, { identity: identity(), config: {} })
  const { dataset } = await addDataset(store, {
    slug: 'facts',
    title: 'Facts',
    format: 'known',
    prompts: [{ text: 'a b c', answer: 'd' }, { text: 'e f', answer: 'g' }],
  })
  const { run: stored } = await startRun(store, {
    modelId: model.id,
    datasetId: dataset.id,
    partitionKind: 'token',
    mode: 'corrected',
    rule: 'softmax',
    options: {},
  })
  const [prompt] = await pendingPrompts(store, stored.id)
  const asked = request({ tokenIds: [1, 2, 3] })
  await planItems(store, stored.id, [{ promptId: prompt!.promptId, key: resultKey(model, ENGINE, asked) }])
  const grouped = request({ tokenIds: [1, 2, 3], partition: { by: 'group', layer: 0, groups: [[0, 2], [1]] } })
  const heads = request({ tokenIds: [1, 2, 3], partition: { by: 'head', layer: 1 } })
  const headResult = result(heads, [2, 1])
  headResult.contributions = [
    { component: { kind: 'residual', index: 0, layer: 1, label: '' }, score: 2 },
    { component: { kind: 'head', index: 1, layer: 1, label: '' }, score: 1 },
  ]
  const groupResult = result(grouped, [1, 2])
  for (const each of groupResult.contributions) each.component.kind = 'group'
  await saveResults(store, {
    model,
    engine: ENGINE,
    items: [item(asked, result(asked, [0.5, -2, 3.5])), item(grouped, groupResult), item(heads, headResult)],
  })
})

test('token_scores says in words which token contributed how much', async () => {
  const rows = await store.query(
    `SELECT model, dataset, prompt_index, prompt, target, position, token, score, share, rank::int
     FROM token_scores ORDER BY position`,
  )
  const common = { model: 'tiny', dataset: 'facts', prompt_index: 0, prompt: 'a b c', target: ' t9' }
  expect(rows).toEqual([
    { ...common, position: 0, token: ' t1', score: 0.5, share: 0.25, rank: 3 },
    { ...common, position: 1, token: ' t2', score: -2, share: -1, rank: 2 },
    { ...common, position: 2, token: ' t3', score: 3.5, share: 1.75, rank: 1 },
  ])
})

test('attribution_readable names every component', async () => {
  const rows = await store.query<{ component: string }>(
    `SELECT component FROM attribution_readable WHERE partition <> 'token' ORDER BY partition, ordinal`,
  )
  expect(rows.map(({ component }) => component)).toEqual([' t1 t3', ' t2', 'L1.RESIDUAL', 'L1.H1'])
  expect(await store.query('SELECT layer, head, score FROM head_scores')).toEqual([{ layer: 1, head: 1, score: 1 }])
})

test('ranking reads no more than the result that is asked for', async () => {
  const rows = await store.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT * FROM attribution_readable WHERE result_id = 1`,
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(/Index Cond: \(id = 1\)/)
  expect(plan).toMatch(/Index Cond: \(\(result_id = r.id\)/)
})

test('run_progress counts from the prompts', async () => {
  const rows = await store.query(
    'SELECT model, dataset, status, total, done::int, failed::int, open::int, percent FROM run_progress',
  )
  expect(rows).toEqual([
    { model: 'tiny', dataset: 'facts', status: 'running', total: 2, done: 1, failed: 0, open: 1, percent: '50.0' },
  ])
})
