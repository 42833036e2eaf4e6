/** What the database itself does for features: partitions, labels, votes, views. */
import { beforeAll, describe, expect, test } from 'vitest'
import { addModel } from '../../src/store/models.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { identity, ENGINE, item, request, result } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()
let modelId: number

beforeAll(async () => {
  modelId = (await addModel(store, { identity: identity(), config: {} })).model.id
})

const addSet = async (source: string, hash: string) => {
  const [set] = await store.query<{ id: number }>(
    `INSERT INTO feature_set (model_id, source, source_set, hash, format, layer, site, width, written_width, feature_count,
       activation, normalisation, claims, verdict, variance_explained, l0, silent, self_test)
     VALUES ($1, $2, 'res', $3, 'saelens', 1, '1.resid_post', 8, 8, 3, 'relu', 'none', '{}', 'ok', 0.9, 1, 0, '{}') RETURNING id`,
    [modelId, source, hash],
  )
  await store.query('INSERT INTO feature (set_id, index) SELECT $1, generate_series(0, 2)', [set!.id])
  return set!.id
}
const explain = async (set: number, index: number, description: string, score: number | null = null) => {
  const [row] = await store.query<{ id: string }>(
    `INSERT INTO feature_explanation (set_id, index, description, author, score, key)
     VALUES ($1, $2, $3, 'test', $4, encode(sha256($5), 'hex')) RETURNING id`,
    [set, index, description, score, Buffer.from(`${set}${index}${description}`)],
  )
  return row!.id
}
const labels = async (set: number) =>
  (await store.query<{ label: string | null }>('SELECT label FROM feature WHERE set_id = $1 ORDER BY index', [set])).map(({ label }) => label)

describe('the label of a feature is its best explanation', () => {
  test('by votes, then by score, then the first; and follows every change of them', async () => {
    const set = await addSet('1-labels', '1'.repeat(64))
    await explain(set, 1, 'first')
    const second = await explain(set, 1, 'second')
    expect(await labels(set)).toEqual([null, 'first', null])
    await store.query('UPDATE feature_explanation SET score = 0.5 WHERE set_id = $1 AND id = $2', [set, second])
    expect(await labels(set)).toEqual([null, 'second', null])
    const third = await explain(set, 1, 'third', 0.1)
    const vote = (voter: string, value: number) => store.query(
      `INSERT INTO feature_vote (set_id, explanation_id, voter, vote) VALUES ($1, $2, $3, $4)
       ON CONFLICT (set_id, explanation_id, voter) DO UPDATE SET vote = EXCLUDED.vote`,
      [set, third, voter, value])
    await Promise.all([vote('ann', 1), vote('bob', 1), vote('eve', -1)])
    expect(await labels(set)).toEqual([null, 'third', null])
    await vote('ann', -1)
    const [counted] = await store.query('SELECT votes FROM feature_explanation WHERE set_id = $1 AND id = $2', [set, third])
    expect(counted).toEqual({ votes: -1 })
    expect(await labels(set)).toEqual([null, 'second', null])
    await store.query('DELETE FROM feature_explanation WHERE set_id = $1 AND id = ANY($2)', [set, [second, third]])
    expect(await labels(set)).toEqual([null, 'first', null])
    expect(await store.query('SELECT 1 FROM feature_vote WHERE set_id = $1', [set])).toEqual([])
  })

  test('is found by its words in any form, and by parts of them', async () => {
    const set = await addSet('1-words', '2'.repeat(64))
    await explain(set, 0, 'names of the capitals')
    const found = (where: string, value: string) =>
      store.query(`SELECT index FROM feature_explanation WHERE set_id = ${set} AND ${where}`, [value])
    expect(await found(`words @@ websearch_to_tsquery('english', $1)`, 'capital name')).toEqual([{ index: 0 }])
    expect(await found('description ILIKE $1', '%apita%')).toEqual([{ index: 0 }])
  })
})

describe('a set', () => {
  test('has partitions of its own, which go with it and with its model', async () => {
    const partitions = async (set: number) =>
      (await store.query(`SELECT relname FROM pg_class WHERE relname ~ '^feature.*_${set}$' AND relkind = 'r'`)).length
    const set = await addSet('1-gone', '3'.repeat(64))
    expect(await partitions(set)).toBe(6)
    await store.query('DELETE FROM feature_set WHERE id = $1', [set])
    expect(await partitions(set)).toBe(0)
    const { model } = await addModel(store, { identity: identity({ hash: 'c'.repeat(64) }), config: {} })
    const [other] = await store.query<{ id: number }>(
      `INSERT INTO feature_set (model_id, source, source_set, hash, format, layer, site, width, written_width, feature_count,
         activation, normalisation, claims, verdict, variance_explained, l0, silent, self_test)
       SELECT $1, source, source_set, hash, format, layer, site, width, written_width, feature_count, activation,
         normalisation, claims, verdict, variance_explained, l0, silent, self_test FROM feature_set LIMIT 1 RETURNING id`, [model.id])
    expect(await partitions(other!.id)).toBe(6)
    await store.query('DELETE FROM model WHERE id = $1', [model.id])
    expect(await partitions(other!.id)).toBe(0)
  })

  test('that was refused is stored only where someone forced it', async () => {
    await expect(store.query(`UPDATE feature_set SET verdict = 'refused'`)).rejects.toThrow('feature_set_refused_is_forced')
  })
})

test('bytes of float32 are read as the numbers they are', async () => {
  const numbers = [0, 1, -1, 0.1, 3.4e38, 1.5e-45, -2.25, 1e-40, 123456.789]
  const [row] = await store.query<{ values: number[] }>('SELECT float32_values($1) AS values', [Buffer.from(Float32Array.from(numbers).buffer)])
  expect(row!.values.map(Math.fround)).toEqual(numbers.map(Math.fround))
})

test('attribution_readable and feature_source_scores name features with their positions and labels', async () => {
  const hash = '4'.repeat(64)
  const set = await addSet('1-source', hash)
  await explain(set, 2, 'the second')
  const asked = request({ partition: { by: 'feature', set: hash, site: { layer: 1, name: 'resid_post' }, per: 'position', budget: 5 }, excludeFirst: false })
  const answer = result(asked, [1, 2, 3, 4])
  const component = (kind: 'feature' | 'error' | 'sae_bias', index: number, position?: number) =>
    ({ kind, index, layer: 1, ...(position !== undefined && { position }), label: '' })
  answer.contributions = [
    { component: component('feature', 2, 0), score: 1 },
    { component: component('feature', 0, 2), score: 2 },
    { component: component('feature', 2, 2), score: 4 },
    { component: component('error', 1, 1), score: 3 },
    { component: component('sae_bias', 0), score: -1 },
  ]
  const model = await store.prisma.model.findFirstOrThrow({ where: { id: modelId } })
  await saveResults(store, { model, engine: ENGINE, items: [item(asked, answer)] })
  expect(await store.query(`SELECT component FROM attribution_readable WHERE partition = 'feature' ORDER BY rank`)).toEqual(
    ['L1.F2@2', 'L1.ERROR@1', 'L1.F0@2', 'L1.F2@0', 'L1.SAE_BIAS'].map((name) => ({ component: name })))
  expect(await store.query('SELECT source, index, label, position, token, score, rank::int FROM feature_source_scores ORDER BY rank')).toEqual([
    { source: '1-source', index: 2, label: 'the second', position: 2, token: ' t7', score: 4, rank: 1 },
    { source: '1-source', index: 0, label: null, position: 2, token: ' t7', score: 2, rank: 2 },
    { source: '1-source', index: 2, label: 'the second', position: 0, token: ' t1', score: 1, rank: 3 },
  ])
})
