/** Exports hold what the views say, in every format, of one moment; what is interrupted goes on. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/duckdb/open.ts'
import { exportTo } from '../../src/export/export.ts'
import { type ExportQuestion, exportRequestSchema } from '../../src/export/request.ts'
import { useDatabase } from '../database.ts'
import { makeAnalystWorld, NEURONS } from '../store/analyst-world.ts'
import { openStore, type Store } from '../../src/store/store.ts'

const database = useDatabase()
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-export-test-'))
let store: Store
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await makeAnalystWorld(store)
})
afterAll(async () => {
  await store.close()
  fs.rmSync(home, { recursive: true, force: true })
})

let folders = 0
const newFolder = () => path.join(home, `out-${++folders}`)
const filesIn = (folder: string): string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /part-\d+\./.test(name)).sort()

async function exported(question: ExportQuestion, options = {}) {
  const folder = newFolder()
  const summary = await exportTo(database.url, folder, exportRequestSchema.parse(question), options)
  return { folder, summary, files: filesIn(folder).map((file) => path.join(folder, file)) }
}

/** Rows as another program reads them. */
async function read(files: readonly string[], sql: string): Promise<Record<string, unknown>[]> {
  const { connection, close } = await openDuckDb({ files })
  try {
    const list = `[${files.map((file) => `'${file}'`).join(', ')}]`
    return (await connection.runAndReadAll(sql.replaceAll('$files', list))).getRowObjectsJson() as Record<string, unknown>[]
  } finally {
    close()
  }
}

const VIEW = `SELECT run_id, prompt_index, ordinal, component, component_kind::text, start_layer, layer, component_index,
    component_position, token_start, token_end, score::real::float8 AS score, rank::int
  FROM attribution_readable ORDER BY run_id, prompt_index, ordinal`

test('contributions in Parquet are those of the views, of every run', async () => {
  const { files, summary, folder } = await exported({})
  expect(files.map((file) => path.relative(folder, file))).toEqual([1, 2, 3, 4, 5].map((run) => `model=tiny/run_id=${run}/part-0000.parquet`))
  const rows = await read(files, `SELECT run_id::INTEGER AS run_id, prompt_index, ordinal, component, component_kind, start_layer, layer,
      component_index, component_position, token_start, token_end, score::DOUBLE AS score, rank
    FROM read_parquet($files, hive_partitioning = true) ORDER BY run_id, prompt_index, ordinal`)
  expect(rows).toEqual(await store.query(VIEW))
  expect(summary).toMatchObject({ rows: rows.length, files: 5, kept: 0 })
  expect(JSON.parse(fs.readFileSync(path.join(folder, '_export.json'), 'utf8'))).toMatchObject({ files: expect.any(Array) as unknown })
  expect(fs.existsSync(path.join(folder, '.unfinished'))).toBe(false)
})

test('scores are float32, names are encoded as dictionaries, groups have their positions', async () => {
  const { files } = await exported({ runs: [4] })
  const columns = await read(files, 'SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet($files))')
  expect(Object.fromEntries(columns.map(({ column_name: name, column_type: type }) => [name, type]))).toMatchObject({
    score: 'FLOAT', share: 'FLOAT', target_value: 'DOUBLE', component: 'VARCHAR', positions: 'INTEGER[]', result_id: 'BIGINT', in_subject: 'BOOLEAN',
  })
  // As docs/export.md says: the database's float64, rounded.
  const stored = await store.query<{ score: number }>(
    'SELECT score FROM attribution_readable a JOIN run_item i ON i.result_id = a.result_id WHERE i.run_id = 4 ORDER BY score')
  const rounded = await read(files, 'SELECT score::DOUBLE AS score FROM read_parquet($files) ORDER BY score')
  expect(rounded).toEqual(stored.map(({ score }) => ({ score: Math.fround(score) })))
  const encodings = await read(files, `SELECT encodings FROM parquet_metadata('${files[0]}') WHERE path_in_schema = 'component_kind'`)
  expect(encodings[0]?.['encodings']).toContain('DICTIONARY')
  expect(await read(files, 'SELECT component, positions FROM read_parquet($files) WHERE prompt_index = 1 AND component_index = 3'))
    .toEqual([{ component: ' Italy', positions: [3] }])
})

test('attributions have a row per prompt, with the record, its tokens and all scores as lists', async () => {
  const { files } = await exported({ what: 'attributions', runs: [5] })
  const [row, ...others] = await read(files, 'SELECT prompt, answer, subject, extra, target_is_answer, tokens, len(scores)::INTEGER AS n, scores[9] AS strongest FROM read_parquet($files)')
  expect(others).toHaveLength(2)
  expect(row).toEqual({
    prompt: 'Paris is in France', answer: 'today', subject: 'Paris', extra: '{"relation": "P17"}', target_is_answer: true,
    tokens: ['Paris', ' is', ' in', ' France'], n: NEURONS + 2, strongest: -3,
  })
  // Kept as rows there, and as a vector here: the same scores.
  const rows = await exported({ what: 'attributions', runs: [3] })
  expect((await read(rows.files, 'SELECT scores FROM read_parquet($files) LIMIT 1'))[0]?.['scores']).toEqual([10.5, 1, -2, 0.5, 6, 0.5, 3, 0.5])
})

describe.each(['csv', 'jsonl'] as const)('as %s', (format) => {
  test('rows are the same, with model and run as columns', async () => {
    const { files } = await exported({ format, runs: [1, 4] })
    const reader = format === 'csv' ? 'read_csv($files, header = true)' : "read_json($files, format = 'newline_delimited')"
    const rows = await read(files, `SELECT model, run_id, prompt_index, component, score FROM ${reader} ORDER BY run_id, prompt_index, ordinal`)
    const view = await store.query<{ run_id: number }>(
      'SELECT model, run_id, prompt_index, component, score::real::float8 AS score FROM attribution_readable WHERE run_id IN (1, 4) ORDER BY run_id, prompt_index, ordinal')
    expect(rows.map(({ run_id: run, prompt_index: index, ...row }) => ({ ...row, run_id: Number(run), prompt_index: Number(index) }))).toEqual(view)
  })
})

test('as Arrow, texts are dictionaries and lists are lists', async () => {
  const { files } = await exported({ format: 'arrow', runs: [4] })
  const table = tableFromIPC(fs.readFileSync(files[0]!))
  expect(table.numRows).toBe(12)
  expect(String(table.schema.fields.find(({ name }) => name === 'component')?.type)).toBe('Dictionary<Int32, Utf8>')
  const row = table.get(7)?.toJSON()
  expect(row).toMatchObject({ model: 'tiny', run_id: 4, prompt_index: 1, component: ' Italy', score: 2, rank: 2 })
  expect(Array.from((row?.['positions'] ?? []) as Iterable<number>)).toEqual([3])
  const attributions = await exported({ format: 'arrow', what: 'attributions', runs: [5] })
  const prompts = tableFromIPC(fs.readFileSync(attributions.files[0]!))
  expect(prompts.getChild('scores')?.get(0)?.length).toBe(NEURONS + 2)
})

test('an export that was interrupted goes on with the results that it began with', async () => {
  const folder = newFolder()
  const request = exportRequestSchema.parse({ runs: [1, 2, 3] })
  const stopping = new AbortController()
  const interrupted = exportTo(database.url, folder, request, {
    signal: stopping.signal, onProgress: ({ rows }) => rows > 0 && stopping.abort(),
  })
  await expect(interrupted).rejects.toThrow()
  const first = filesIn(folder)
  expect(first.length).toBeGreaterThan(0)
  expect(first.length).toBeLessThan(3)
  const before = fs.statSync(path.join(folder, first[0]!)).mtimeMs

  await expect(exportTo(database.url, folder, exportRequestSchema.parse({ runs: [1] }))).rejects.toThrow('unfinished export of something else')
  const summary = await exportTo(database.url, folder, request)
  expect(summary).toMatchObject({ files: 3, kept: first.length })
  expect(fs.statSync(path.join(folder, first[0]!)).mtimeMs).toBe(before)
  await expect(exportTo(database.url, folder, request)).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('results that were removed since the export was begun are told', async () => {
  const folder = newFolder()
  const request = exportRequestSchema.parse({ runs: [2] })
  fs.mkdirSync(path.join(folder, '.unfinished'), { recursive: true })
  const [item] = await store.query<{ prompt: number; result: string }>(
    'SELECT prompt_id AS prompt, result_id AS result FROM run_item WHERE run_id = 2 LIMIT 1')
  const part = {
    table: 'contributions', model: 'tiny', folder: { column: 'run_id', value: '2' }, number: 0, items: 1, rows: 5, state: null,
    ids: { prompts: [String(item!.prompt)], results: ['999999'] },
  }
  fs.writeFileSync(path.join(folder, '.unfinished', 'plan.json'), JSON.stringify({ format: 'tributary-export-plan-2', request, takenAt: '', parts: [part] }))
  await expect(exportTo(database.url, folder, request)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('was removed from the database') as string })
})

test('what is not there is named, and a folder with something in it is left alone', async () => {
  await expect(exported({ model: 'gone' })).rejects.toThrow('no model gone')
  await expect(exported({ runs: [99] })).rejects.toThrow('no run 99')
  await expect(exported({ from: 50 })).rejects.toThrow('No run that fits')
  const folder = newFolder()
  fs.mkdirSync(folder)
  fs.writeFileSync(path.join(folder, 'thesis.tex'), '')
  await expect(exportTo(database.url, folder, exportRequestSchema.parse({}))).rejects.toThrow('holds thesis.tex')
  expect(fs.readdirSync(folder)).toEqual(['thesis.tex'])
})
