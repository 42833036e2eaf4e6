/** Datasets that are stored while they are read: all of one or nothing, however it ends. */
import { expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { readJson } from '../../src/json/read.ts'
import { addDataset, datasetContents, type NewPrompt } from '../../src/store/datasets.ts'
import { useStore } from './use-store.ts'

const store = useStore()
const page = (from: number, count: number): NewPrompt[] =>
  Array.from({ length: count }, (_, i) => ({ text: `prompt ${from + i}`, answer: 'x', extra: { i: from + i } }))

async function* pages(count: number, size = 500) {
  for (let i = 0; i < count; i++) yield page(i * size, size)
}

const stored = async () => {
  const [row] = await store.query<{ datasets: number; prompts: number }>('SELECT (SELECT count(*)::int FROM dataset) AS datasets, (SELECT count(*)::int FROM prompt) AS prompts')
  return row
}

test('pages become one dataset, the same as all at once', async () => {
  const first = await addDataset(store, { slug: 'pages', title: 'P', format: 'jsonl', prompts: () => pages(40) })
  expect(first).toMatchObject({ added: true, dataset: { slug: 'pages', promptCount: 20_000, title: 'P' } })
  const again = await addDataset(store, { slug: 'whole', title: 'W', format: 'jsonl', prompts: page(0, 20_000) })
  expect(again).toEqual({ added: false, dataset: first.dataset })
  const [row] = await store.query('SELECT count(*)::int AS n, count(DISTINCT index)::int AS places, sum((extra->>\'i\')::int - index)::int AS off FROM prompt')
  expect(row).toEqual({ n: 20_000, places: 20_000, off: 0 })
  expect(await datasetContents(store, first.dataset.id)).toEqual({ prompts: 20_000, runs: 0, results: 0 })
})

test('what breaks in the middle leaves nothing, and is thrown as it is', async () => {
  const before = await stored()
  const broken = new UserError('BAD_DATASET', 'broken in the middle')
  async function* breaking() {
    yield* pages(30)
    throw broken
  }
  await expect(addDataset(store, { slug: 'broken', title: '', format: '', prompts: breaking })).rejects.toBe(broken)
  await expect(addDataset(store, { slug: 'broken', title: '', format: '', prompts: [{ text: 'a' }, { text: '\ud800' }] })).rejects.toThrow('Prompt 1 cannot be stored: it holds half of a surrogate pair')
  expect(await stored()).toEqual(before)
})

test('two that add the same at once find one, and of two with one id the later is refused', async () => {
  const same = await Promise.all(['one', 'two'].map((slug) => addDataset(store, { slug, title: '', format: '', prompts: () => pages(5, 77) })))
  expect(same.map(({ added }) => added).sort()).toEqual([false, true])
  expect(new Set(same.map(({ dataset }) => dataset.id)).size).toBe(1)
  const one = (text: string) => addDataset(store, { slug: 'mine', title: '', format: '', prompts: [{ text }] })
  const outcomes = await Promise.allSettled([one('a'), one('b')])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: expect.stringContaining('another dataset with the id mine already') as string } })
})

test('numbers that were kept as text go in as numbers, and are part of what a dataset is', async () => {
  const read = (json: string) => {
    const found = readJson(json)
    if ('reason' in found) throw new Error(found.reason)
    return { n: found.value }
  }
  const add = (slug: string, json: string) => addDataset(store, { slug, title: '', format: '', prompts: [{ text: 'n', extra: read(json) }] })
  expect((await add('n7', '1533947986218845197')).added).toBe(true)
  expect((await add('n9', '1533947986218845199')).added).toBe(true)
  expect((await add('n7-again', '1533947986218845197')).added).toBe(false)
  const rows = await store.query("SELECT jsonb_typeof(extra->'n') AS type, extra->>'n' AS n FROM prompt WHERE text = 'n' ORDER BY id")
  expect(rows).toEqual([{ type: 'number', n: '1533947986218845197' }, { type: 'number', n: '1533947986218845199' }])
})

test('the hash of a dataset is that of earlier versions', async () => {
  const { dataset } = await addDataset(store, {
    slug: 'pinned', title: '', format: '', prompts: [{ text: 'naïve', answer: null, extra: { b: [1, { d: 'x', c: null }], '10': 1.5, '9': true } }, { text: 'b', answer: 'c', subject: 'd' }],
  })
  expect(dataset.contentHash).toBe('0f616bff0c79e07177b922f69fb6bad7a82331c1a931b39a51b3aa007ceef794')
})
