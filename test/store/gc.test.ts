import { beforeAll, expect, test } from 'vitest'
import { collectGarbage, countGarbage } from '../../src/store/gc.ts'
import {
  addDataset, addModel, importGraph, type Model, pendingPrompts, planItems, saveResults, saveSequences, startRun,
} from '../../src/store/index.ts'
import { foreignFile } from '../graph/foreign-file.ts'
import { ENGINE, identity, item, request, result } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()
let model: Model
beforeAll(async () => {
  ;({ model } = await addModel(store, { identity: identity(), config: {} }))
})

const NOTHING = { results: 0, sequences: 0, vectors: 0, jobs: 0 }
const keep = { resultsOlderThanDays: null }
const save = (...items: ReturnType<typeof item>[]) => saveResults(store, { model, engine: ENGINE, items })
const age = (table: string, interval: string) => store.query(`UPDATE ${table} SET created_at = now() - interval '${interval}'`)
const left = async (table: string) => Number((await store.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n)
const direction = (id: number) =>
  request({ tokenIds: [id], target: { type: 'direction', layer: 1, vector: [id, 2] }, excludeFirst: false })
const subspace = (id: number) =>
  request({ tokenIds: [id], partition: { by: 'subspace', layer: 0, basis: [[id, 1]] }, excludeFirst: false })

test('what is needed stays, and what was stored a moment ago', async () => {
  await save(item(direction(1)), item(subspace(2)))
  await saveSequences(store, [item(request({ tokenIds: [3] })).sequence])
  expect(await countGarbage(store, keep)).toEqual(NOTHING)
  await age('sequence', '2 hours')
  await age('vector', '2 hours')
  // The sequence that nobody asked about in the end.
  expect(await countGarbage(store, keep)).toEqual({ ...NOTHING, sequences: 1 })
  expect(await collectGarbage(store, keep)).toEqual({ ...NOTHING, sequences: 1 })
  expect(await collectGarbage(store, keep)).toEqual(NOTHING)
  expect([await left('result'), await left('vector'), await left('sequence')]).toEqual([2, 2, 2])
})

test('old results go with what only they named, except those that a run asked for', async () => {
  const { dataset } = await addDataset(store, { slug: 'd', title: '', format: '', prompts: [{ text: 'x' }] })
  const { run } = await startRun(store, {
    modelId: model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: {},
  })
  const [prompt] = await pendingPrompts(store, run.id)
  const wanted = await save(item(direction(1)))
  await planItems(store, run.id, [{ promptId: prompt!.promptId, key: wanted[0]!.key }])
  await save(item(request({ tokenIds: [9, 9] }), result(request(), [1, 2])))
  await age('result', '10 days')
  await save(item(subspace(7)))
  await age('sequence', '10 days')
  await age('vector', '10 days')
  const before = await left('contribution')
  expect(await countGarbage(store, { resultsOlderThanDays: 30 })).toEqual(NOTHING)
  expect(await countGarbage(store, { resultsOlderThanDays: 9.5 })).toEqual({ ...NOTHING, results: 2 })
  expect(await collectGarbage(store, { resultsOlderThanDays: 9.5 })).toEqual({ results: 2, sequences: 2, vectors: 1, jobs: 0 })
  expect(await left('result')).toBe(2)
  // Three of the subspace's, two of the other.
  expect(await left('contribution')).toBe(before - 5)
})

test('a sequence that someone is just attributing is left alone', async () => {
  const asked = request({ tokenIds: [41] })
  await saveSequences(store, [item(asked).sequence])
  await age('sequence', '2 hours')
  const client = await store.connect()
  try {
    await client.query('BEGIN')
    // What a result that is being stored holds.
    await client.query('SELECT 1 FROM sequence FOR KEY SHARE')
    expect(await collectGarbage(store, keep)).toMatchObject({ sequences: 0 })
    await client.query('ROLLBACK')
  } finally {
    client.release()
  }
  expect(await collectGarbage(store, keep)).toMatchObject({ sequences: 1 })
})

test('a graph that came from a file stays whatever its age, since nobody could compute it again', async () => {
  await importGraph(store, foreignFile(), () => Promise.reject(new Error('no model is asked')))
  await age('attribution_graph', '10 days')
  expect(await collectGarbage(store, { resultsOlderThanDays: 1 })).toMatchObject({ results: 0 })
  expect(await left('graph_file')).toBe(1)
})
