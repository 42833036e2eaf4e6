/** Prompts of one dataset that have the same ids: each is shown as it was written, whichever was stored first. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStore } from '../../../src/store/index.ts'
import { useDatabase } from '../../database.ts'
import { command } from '../demo-data.ts'

const cases = join(import.meta.dirname, '../../fixtures/cases/same-ids-other-text')
const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-same-ids-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const pairs: [model: string, dataset: string, prompts: [string, string], spans: [[number, number], [number, number]]][] = [
  // ` in`, after a composed and a decomposed é.
  ['qwen_nfc', 'accents', ['The café in the city of Paris', 'The cafe\u0301 in the city of Paris'], [[8, 11], [9, 12]]],
  // `The`, with and without a blank before it that the tokenizer writes anyway.
  ['mistral_first', 'leading-blank', ['The capital of France', ' The capital of France'], [[0, 3], [0, 4]]],
  // The unknown token: another's characters must not be seen.
  ['unigram_unk', 'unknown-characters', ['The capital of 日本 is', 'The capital of 中国 is'], [[15, 17], [15, 17]]],
]

test.each(pairs)('%s reads two texts alike, and both keep their text and spans', async (model, dataset, prompts, spans) => {
  const environment = { DATABASE_URL: database.url, TRIBUTARY_HOME: home }
  const file = join(home, `${dataset}.jsonl`)
  writeFileSync(file, prompts.map((text) => `${JSON.stringify({ text })}\n`).join(''))
  for (const typed of [
    ['model', 'add', join(cases, model), '--id', model],
    ['dataset', 'add', file, '--id', dataset],
    ['ingest', '--model', model, '--dataset', dataset, '--by', 'token'],
  ]) expect(await command(environment, ...typed)).toMatchObject({ status: 0 })
  const store = openStore(database.url, { connections: 1 })
  try {
    const shown = await store.query<{ prompt: string; result_id: string }>(
      'SELECT prompt, result_id FROM run_result WHERE dataset = $1 ORDER BY prompt_index', [dataset])
    expect(shown.map(({ prompt }) => prompt)).toEqual(prompts)
    expect(new Set(shown.map(({ result_id }) => result_id)).size).toBe(1)
    const placed = await store.query<{ prompt_index: number; start: number; end: number }>(
      'SELECT prompt_index, "start", "end" FROM prompt_token WHERE dataset = $1', [dataset])
    for (const [index, [start, end]] of spans.entries()) expect(placed).toContainEqual({ prompt_index: index, start, end })
    const [{ text = '' } = {}] = await store.query<{ text: string }>(
      'SELECT s.text FROM sequence s JOIN result r ON r.sequence_id = s.id WHERE r.id = $1', [shown[0]!.result_id])
    if (dataset === 'unknown-characters') expect(text).not.toMatch(/[日本中国]/)
  } finally {
    await store.close()
  }
})
