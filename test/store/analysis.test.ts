/** The questions of docs/analysis.md, asked as they stand there; each answer is compared with what the world was made of. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { componentName, type NamedComponent } from '../../src/attribution/label.ts'
import { componentKinds } from '../../src/depass/partition/component.ts'
import { makeAnalystWorld, NEURONS, type AnalystWorld } from './analyst-world.ts'
import { useStore } from './use-store.ts'

const store = useStore()
let world: AnalystWorld
beforeAll(async () => {
  world = await makeAnalystWorld(store)
})

const page = readFileSync(path.join(import.meta.dirname, '../../docs/analysis.md'), 'utf8')
const questions = new Map(
  [...page.matchAll(/^## (\d+)\. [^\n]*\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(([, number, text]) => [Number(number), text ?? '']),
)
const statement = (number: number) => /^```sql\n([\s\S]*?)^```/m.exec(questions.get(number) ?? '')?.[1] ?? ''

/** Numbers as numbers: Postgres gives bigint and numeric as text. */
async function ask(number: number): Promise<Record<string, unknown>[]> {
  const rows = await store.query(statement(number))
  const plain = (value: unknown) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))
}

const mean = (...values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const close = (value: number) => expect.closeTo(value, 12) as number

test('the page has ten questions, each with a statement in SQL and one in Python', () => {
  expect([...questions.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  for (const text of questions.values()) expect(text).toMatch(/^```sql\n[\s\S]*^```py\n/m)
})

test('1: the mean by relative position is that of one run, not of two partitions', async () => {
  const row = (tenth: number, scores: number[], values: number[]) =>
    ({ tenth, tokens: 3, mean_score: close(mean(...scores)), mean_share: close(mean(...scores.map((score, i) => score / values[i]!))) })
  const values = [8, 4, 4]
  expect(await ask(1)).toEqual([
    row(0, [4, 2, -1], values), row(3, [1, 0, 3], values), row(6, [1, 0, 0], values), row(9, [2, 2, 2], values),
  ])
})

test('2: heads are ranked by the mean of what they contributed', async () => {
  expect(await ask(2)).toEqual([
    { component: 'L0.H1', prompts: 2, mean_score: -3, mean_magnitude: 3 },
    { component: 'L1.H1', prompts: 2, mean_score: 2, mean_magnitude: 2 },
    { component: 'L0.H0', prompts: 2, mean_score: 1.5, mean_magnitude: 1.5 },
    { component: 'L1.H0', prompts: 2, mean_score: 0.5, mean_magnitude: 0.5 },
  ])
})

test('3: the share of the subject is that of the tokens in its span, also behind characters of two units', async () => {
  expect(await ask(3)).toEqual([{ prompts: 3, mean_share: close(mean(4 / 8, 2 / 4, 3 / 4)) }])
})

test('4: a word beside the sum of its tokens', async () => {
  expect(await ask(4)).toEqual([
    { prompt_index: 0, text: 'Paris', as_word: 4.5, as_tokens: 4 },
    { prompt_index: 1, text: 'Roma', as_word: 2.5, as_tokens: 2 },
    { prompt_index: 2, text: '🦆', as_word: -0.5, as_tokens: -1 },
  ])
})

test('5: the probability of the answer counts every prompt once, whatever was run and attributed', async () => {
  const answers = [
    { dataset: 'facts', prompts: 3, p_right: close(mean(0.5, 0.25, 0.75)), share_right: close(2 / 3) },
    { dataset: 'ioi', prompts: 2, p_right: close(mean(0.9, 0.7)), share_right: 1 },
  ]
  expect(await ask(5)).toEqual(answers)
  await store.query("UPDATE result SET target_token_id = 97, target_text = ' other', target_probability = 0")
  try {
    expect(await ask(5)).toEqual(answers)
  } finally {
    await store.query(`UPDATE result SET target_token_id = expected_token_id, target_text = expected_text, target_probability = expected_probability`)
  }
})

test('6: the histogram of completeness counts every result once', async () => {
  const stored = await store.query<{ n: number }>('SELECT count(*)::int AS n FROM result')
  expect(stored).toEqual([{ n: 14 }])
  expect(await ask(6)).toEqual([
    { power_of_ten: -8, results: 4 }, { power_of_ten: -7, results: 5 }, { power_of_ten: -6, results: 5 },
  ])
})

test('7: prompts × heads', async () => {
  expect(await ask(7)).toEqual([
    { prompt_index: 0, 'L0.H0': 1, 'L0.H1': -2, 'L1.H0': 0.5, 'L1.H1': 3 },
    { prompt_index: 1, 'L0.H0': 2, 'L0.H1': -4, 'L1.H0': 0.5, 'L1.H1': 1 },
  ])
})

test('8: a run as rows', async () => {
  const rows = await ask(8)
  expect(rows).toHaveLength(8)
  expect(rows[1]).toEqual({ prompt_index: 0, component: 'L0.H1', start_layer: 0, score: -2 })
})

test('9: by a field of the records', async () => {
  expect(await ask(9)).toEqual([
    { relation: 'P106', prompts: 1, p_right: 0.75 },
    { relation: 'P17', prompts: 2, p_right: close(mean(0.5, 0.25)) },
  ])
})

test('10: every neuron of the vector, under its own name', async () => {
  expect(await ask(10)).toEqual([
    ...[0, 1, 2].map((prompt_index) => ({ component: 'L1.N7', prompt_index, score: -3 })),
    { component: 'L1.N299', prompt_index: 0, score: 299 / 1024 },
  ])
})

test("the README's statements tell partitions apart", async () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8')
  const [strongest = '', closing = ''] = [...readme.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, sql]) => sql ?? '')
  const here = (sql: string) => sql.replaceAll("'demo'", "'tiny'").replaceAll("'demo-ioi'", "'facts'")
  const rows = await store.query<{ token: string; times: string; mean_score: number }>(here(strongest))
  // Six tokens stand at rank 3 or above once; four more share a rank with others.
  expect(rows[0]).toEqual({ token: 'Paris', times: '1', mean_score: 4 })
  const all = await store.query<{ token: string; score: number }>(
    'SELECT token, score FROM token_scores WHERE run_id = 1 AND rank <= 3')
  expect(rows.reduce((sum, { times }) => sum + Number(times), 0)).toBe(all.length)
  expect(await store.query(here(closing))).toEqual([{ model: 'tiny', attributions: '14', worst: 2e-6 }])
})

test('the SQL function names components as the rest of the product does', async () => {
  const components: NamedComponent[] = componentKinds.flatMap((kind) => [
    { kind, index: 3, layer: 2 }, { kind, index: 3, layer: null }, { kind, index: 3, layer: 2, position: 4 },
  ])
  const named = components.filter(({ kind }) => kind !== 'token' && kind !== 'group')
  // Heads and neurons always have a layer, and are of no position.
  const real = named.filter(({ kind, layer, position }) => !['head', 'neuron'].includes(kind) || (layer !== null && position === undefined))
  const rows = await store.query<{ label: string }>(
    `SELECT component_label(kind::component_kind, layer::smallint, index, NULL, position) AS label
     FROM jsonb_to_recordset($1) AS c (kind text, layer int, index int, position int)`, [JSON.stringify(real)])
  expect(rows.map(({ label }) => label)).toEqual(real.map(componentName))
})

test('scores() gives every component in order, from rows and from vectors, and sums to the target', async () => {
  for (const [run, ids] of Object.entries(world.results)) {
    for (const id of ids) {
      const [sums] = await store.query<{ parts: string; starts: string; sum: number; value: number; count: number }>(
        `SELECT count(*) AS parts, count(DISTINCT s.start_layer) AS starts, sum(s.score) AS sum,
           r.target_value AS value, r.component_count AS count
         FROM result r, scores(r.id) s WHERE r.id = $1 GROUP BY r.id`, [id])
      expect(Number(sums?.parts), `components of run ${run}`).toBe(sums?.count)
      expect(sums?.sum).toBeCloseTo(sums!.value * Number(sums?.starts), 9)
    }
  }
  const neurons = await store.query('SELECT ordinal, start_layer, component_kind, component_index, component, score FROM scores($1)', [world.results[5]![0]])
  expect(neurons).toHaveLength(NEURONS + 2)
  expect(neurons[0]).toEqual({ ordinal: 0, start_layer: 1, component_kind: 'rest', component_index: 0, component: 'L1.REST', score: 1 })
  expect(neurons[8]).toEqual({ ordinal: 8, start_layer: 1, component_kind: 'neuron', component_index: 7, component: 'L1.N7', score: -3 })
  expect(neurons.at(-1)).toEqual({ ordinal: 301, start_layer: 1, component_kind: 'bias', component_index: 0, component: 'BIAS', score: 0.25 })
})

test('float32_values reads every finite float32', async () => {
  const values = [0, -0, 1, -1.5, 3.4028234663852886e38, 1.401298464324817e-45, -1.1754943508222875e-38, 0.1].map(Math.fround)
  const bytes = Buffer.from(new Float32Array(values).buffer)
  const [row] = await store.query<{ values: number[]; none: number[] }>("SELECT float32_values($1) AS values, float32_values('') AS none", [bytes])
  expect(row?.values.map(Math.fround)).toEqual(values)
  expect(row?.none).toEqual([])
})

test('ranks are within a start and leave out what was there before', async () => {
  const rows = await store.query<{ component: string; start_layer: number; rank: string | null }>(
    'SELECT component, start_layer, rank FROM attribution_readable WHERE run_id = 3 AND prompt_index = 0 ORDER BY ordinal')
  expect(rows.map(({ component, start_layer, rank }) => [component, start_layer, rank === null ? null : Number(rank)])).toEqual([
    ['L0.RESIDUAL', 0, null], ['L0.H0', 0, 2], ['L0.H1', 0, 1], ['BIAS', 0, 3],
    ['L1.RESIDUAL', 1, null], ['L1.H0', 1, 2], ['L1.H1', 1, 1], ['BIAS', 1, 2],
  ])
})

const OF_ATTRIBUTIONS = [
  'result_readable', 'run_result', 'attribution_readable', 'token_scores', 'group_scores', 'head_scores', 'neuron_scores',
  'component_means', 'position_means', 'run_progress',
]

test('every view of attributions says which partition a row belongs to', async () => {
  const rows = await store.query<{ view: string; columns: string[] }>(
    `SELECT c.relname AS view, array_agg(a.attname::text) AS columns FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND c.relname = ANY($1) GROUP BY 1`, [OF_ATTRIBUTIONS])
  expect(rows).toHaveLength(OF_ATTRIBUTIONS.length)
  for (const { view, columns } of rows) {
    const run = view === 'result_readable' ? 'runs' : 'run_id'
    const layer = view === 'run_progress' ? 'layer' : 'start_layer'
    expect(columns, view).toEqual(expect.arrayContaining(['model', 'mode', 'rule', 'temperature', run, layer]))
  }
})

test('every view and each of its columns has a comment', async () => {
  expect(await store.query(
    `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL`,
  )).toEqual([])
})

test('a result that two runs asked for is one row of result_readable and names both', async () => {
  await store.query(
    `INSERT INTO run (key, model_id, dataset_id, partition_kind, mode, rule, options, total)
     SELECT repeat('9', 64), model_id, dataset_id, partition_kind, mode, rule, '{}', total FROM run WHERE id = 1`)
  try {
    await store.query(
      `INSERT INTO run_item (run_id, prompt_id, status, result_key, result_id)
       SELECT 6, prompt_id, status, result_key, result_id FROM run_item WHERE run_id = 1`)
    const rows = await store.query<{ runs: number[]; datasets: string[] }>('SELECT runs, datasets FROM result_readable WHERE result_id = $1', [world.results[1]![0]])
    expect(rows).toEqual([{ runs: [1, 6], datasets: ['facts'] }])
    expect(await store.query('SELECT run_id FROM run_result WHERE result_id = $1 ORDER BY 1', [world.results[1]![0]]))
      .toEqual([{ run_id: 1 }, { run_id: 6 }])
  } finally {
    await store.query('DELETE FROM run WHERE id = 6')
  }
})
