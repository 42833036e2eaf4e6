/** What docs/export.md says of DuckDB and Citus, done with an export of the analyst's world. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb, sqlName } from '../../src/duckdb/open.ts'
import { exportTo } from '../../src/export/export.ts'
import { exportRequestSchema } from '../../src/export/request.ts'
import { openStore } from '../../src/store/store.ts'
import { testDatabase, useDatabase } from '../database.ts'
import { makeAnalystWorld } from '../store/analyst-world.ts'
import { seedFeaturesAndGraphs } from './seed.ts'

const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/export.md'), 'utf8')
const blocks = (head: string) =>
  [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, sql]) => sql ?? '').filter((sql) => sql.split('\n')[0] === `-- ${head}`)

const database = useDatabase()
const featureDatabase = useDatabase()
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-export-docs-'))
beforeAll(async () => {
  const store = openStore(database.url, { connections: 2 })
  await makeAnalystWorld(store).finally(() => store.close())
  await exportTo(database.url, path.join(home, 'heads'), exportRequestSchema.parse({ runs: [3] }))
  await exportTo(database.url, path.join(home, 'tokens'), exportRequestSchema.parse({ runs: [1, 2] }))
  const features = openStore(featureDatabase.url, { connections: 2 })
  await seedFeaturesAndGraphs(features).finally(() => features.close())
  for (const [folder, what] of [['features', 'features'], ['examples', 'examples'], ['graphs', 'graph']] as const)
    await exportTo(featureDatabase.url, path.join(home, folder), exportRequestSchema.parse({ what }))
})
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

const filesOf = (folder: string) =>
  fs.readdirSync(path.join(home, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('part-')).map((name) => path.join(home, folder, name))

/** DuckDB here opens no patterns: they are written out. */
async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const files: string[] = []
  const named = sql.replaceAll(/'([\w/]+?)(?:\/\*)+\.parquet'/g, (_, folder: string) => {
    files.push(...filesOf(folder))
    return `[${filesOf(folder).map((file) => `'${file}'`).join(', ')}]`
  })
  const { connection, close } = await openDuckDb({ files })
  try {
    return (await connection.runAndReadAll(named)).getRowObjectsJson() as Record<string, unknown>[]
  } finally {
    close()
  }
}

test('DuckDB gives the answers that the views give', async () => {
  expect((await ask(blocks('duckdb: heads by what they contribute')[0]!))[0]).toEqual({ component: 'L0.H1', prompts: '2', mean_score: -3, mean_magnitude: 3 })
  expect(await ask(blocks('duckdb: prompts × heads as a wide table')[0]!)).toEqual([
    { prompt_index: 0, 'L0.H0': 1, 'L0.H1': -2, 'L1.H0': 0.5, 'L1.H1': 3 },
    { prompt_index: 1, 'L0.H0': 2, 'L0.H1': -4, 'L1.H0': 0.5, 'L1.H1': 1 },
  ])
  expect(await ask(blocks('duckdb: the mean by where a token stands')[0]!)).toEqual(
    [[0, 5 / 3], [3, 4 / 3], [6, 1 / 3], [9, 2]].map(([tenth, mean]) => ({ tenth, tokens: '3', mean_score: expect.closeTo(mean!, 6) as number })))
})

test('DuckDB reads features, examples and graphs', async () => {
  expect(await ask(blocks('duckdb: features that raise a token, and how often they fire')[0]!)).toEqual(
    [
      { source: '1-res', index: 10, label: null, density: 0.4375, raises: 1 },
      { source: '1-res', index: 8, label: null, density: 0.375, raises: 1 },
      { source: '1-res', index: 9, label: null, density: 0.375, raises: 1 },
    ])
  expect(await ask(blocks('duckdb: where a feature fires most strongly')[0]!)).toMatchObject([{ value: 4, token: ' France' }])
  expect(await ask(blocks('duckdb: what leads into the logits, over all graphs')[0]!)).toEqual([
    { from_kind: 'head', from_label: 'L0.H1@4', graphs: '2', mean_weight: -2.25 },
    { from_kind: 'token', from_label: ' "a", b\n', graphs: '1', mean_weight: 0.75 },
    { from_kind: 'token', from_label: ' France', graphs: '1', mean_weight: 0.75 },
  ])
})

test('the tables for Citus take an export, in a PostgreSQL without it, and every key begins with the model', async () => {
  const ddl = blocks('citus')[0]!
  const keys = [...ddl.matchAll(/KEY \(([^)]*)\)/g)].map(([, columns]) => columns)
  expect(keys).toHaveLength(3)
  for (const key of keys) expect(key).toMatch(/^model, result_id/)
  const other = await testDatabase({ migrated: false })
  const client = new pg.Client({ connectionString: other.url })
  await client.connect()
  try {
    await client.query(ddl)
    for (const what of ['attributions', 'contributions'] as const) {
      const folder = path.join(home, `citus-${what}`)
      await exportTo(database.url, folder, exportRequestSchema.parse({ what, format: 'csv' }))
      const { rows } = await client.query<{ name: string }>(
        'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum', [what])
      for (const file of filesOf(`citus-${what}`)) {
        const cut = `${file}.cut`
        const { connection, close } = await openDuckDb({ files: [file, cut] })
        const columns = rows.map(({ name }) => sqlName(name)).join(', ')
        await connection.run(`COPY (SELECT ${columns} FROM read_csv('${file}', header = true, all_varchar = true)) TO '${cut}' (FORMAT csv, HEADER true, USE_TMP_FILE false)`)
        close()
        await pipeline(Readable.from(fs.readFileSync(cut)), client.query(copyFrom(`COPY ${what} FROM STDIN (FORMAT csv, HEADER match)`)))
      }
    }
    const { rows: counted } = await client.query(
      'SELECT run_id, count(*)::int AS n, count(DISTINCT prompt_id)::int AS prompts FROM contributions JOIN attributions USING (model, result_id, run_id, prompt_id) GROUP BY 1 ORDER BY 1')
    expect(counted.map(({ run_id: run, prompts }) => [run, prompts])).toEqual([[1, 3], [2, 3], [3, 2], [4, 3], [5, 3]])
  } finally {
    await client.end()
    await other.close()
  }
})
