/** Exports of features, examples and graphs hold what the views say, in every format; what changed meanwhile is told. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportInto } from '../../cli/actions/export.ts'
import { openDuckDb } from '../../src/duckdb/open.ts'
import { exportFile, exportTo } from '../../src/export/export.ts'
import { checkBelonging, type ExportQuestion, exportRequestSchema } from '../../src/export/request.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { recordedContext } from '../cli/context.ts'
import { useDatabase } from '../database.ts'
import { SOURCE } from '../graphql/feature-seed.ts'
import { GRAPH_KEYS, seedFeaturesAndGraphs } from './seed.ts'

const database = useDatabase()
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-export-features-'))
let store: Store
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await seedFeaturesAndGraphs(store)
})
afterAll(async () => {
  await store.close()
  fs.rmSync(home, { recursive: true, force: true })
})

let folders = 0
const newFolder = () => path.join(home, `out-${++folders}`)
const filesIn = (folder: string): string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /part-\d+\./.test(name)).sort()

async function exported(question: ExportQuestion) {
  const folder = newFolder()
  const summary = await exportTo(database.url, folder, exportRequestSchema.parse(question))
  return { folder, summary, names: filesIn(folder) }
}

async function read(folder: string, names: readonly string[], sql: string): Promise<Record<string, unknown>[]> {
  const files = names.map((name) => path.join(folder, name))
  const { connection, close } = await openDuckDb({ files })
  try {
    const list = `[${files.map((file) => `'${file}'`).join(', ')}]`
    return (await connection.runAndReadAll(sql.replaceAll('$files', list))).getRowObjectsJson() as Record<string, unknown>[]
  } finally {
    close()
  }
}

/** The columns of a view, with numbers as JSON has them. */
const FEATURE_COLUMNS = `feature, "index", label, dataset, density, mean, max, top_tokens, top_logits, bottom_tokens, bottom_logits, neighbours,
  cosines, co_firing, co_firing_share, histogram, decoder_norm, layer, site, set_id, sweep_id`
const EXAMPLE_COLUMNS = `feature, "index", label, dataset, at_least, value, token, "before", "after", position, prompt, "values", first,
  sequence_id, set_id, sweep_id`
const EDGE_COLUMNS = 'from_node, from_label, from_kind, to_node, to_label, to_kind, weight, share, to_value, to_influence'

const READERS = {
  parquet: 'read_parquet($files, hive_partitioning = true)',
  csv: 'read_csv($files, header = true)',
  jsonl: "read_json($files, format = 'newline_delimited')",
}

test('features in Parquet are those of the view, in a folder for each set', async () => {
  const { folder, names, summary } = await exported({ what: 'features' })
  expect(names).toEqual([`model=tiny/source=${SOURCE}/part-0000.parquet`])
  const rows = await read(folder, names, `SELECT model, source, ${FEATURE_COLUMNS}, tokens::INTEGER AS tokens, fired::INTEGER AS fired FROM ${READERS.parquet} ORDER BY "index"`)
  expect(rows).toEqual(await store.query(`SELECT model, source, ${FEATURE_COLUMNS}, tokens::int, fired::int FROM feature_readable ORDER BY "index"`))
  expect(rows).toHaveLength(12)
  expect(summary).toMatchObject({ rows: 12, files: 1 })
  expect(JSON.parse(fs.readFileSync(path.join(folder, '_export.json'), 'utf8'))).toMatchObject({ files: [{ table: 'features', source: SOURCE, features: 12 }] })
})

test('examples in Parquet are those of the view, with the tokens that the values belong to', async () => {
  const { folder, names } = await exported({ what: 'examples' })
  const select = (kind: string, rank: string) => `SELECT model, source, ${EXAMPLE_COLUMNS}, ${kind} AS kind, ${rank} AS rank`
  const rows = await read(folder, names, `${select('kind', 'rank')} FROM ${READERS.parquet} ORDER BY "index", kind, at_least, rank`)
  expect(rows).toEqual(await store.query(`${select('kind::text', 'rank::int')} FROM feature_example_readable ORDER BY "index", kind::text, at_least, rank`))
  expect(rows.length).toBeGreaterThan(50)
  const [first] = await read(folder, names, `SELECT tokens, "values", token FROM ${READERS.parquet} WHERE "index" = 2 AND kind = 'strongest' AND rank = 0`)
  expect(first).toEqual({ tokens: [' capital', ' of', ' France', ' is'], values: [0, 0.5, 4, 0], token: ' France' })
})

test('a graph is three tables: what it is, its nodes, and its edges as the view has them', async () => {
  const { folder, names } = await exported({ what: 'graph' })
  expect(names).toEqual(['edges', 'graphs', 'nodes'].map((table) => `${table}/model=tiny/part-0000.parquet`))
  const table = (name: string) => names.filter((file) => file.startsWith(name))
  const edges = await read(folder, table('edges'), `SELECT model, ${EDGE_COLUMNS} FROM ${READERS.parquet} ORDER BY graph_id, ordinal`)
  const view = await store.query(`SELECT model, ${EDGE_COLUMNS} FROM graph_edge_readable`)
  expect(edges).toHaveLength(6)
  expect(new Set(edges.map((edge) => JSON.stringify(edge)))).toEqual(new Set(view.map((edge) => JSON.stringify(edge))))
  expect(await read(folder, table('nodes'), `SELECT node, label, kind, layer, probability FROM ${READERS.parquet} WHERE graph_key = '${GRAPH_KEYS[1]}' ORDER BY ordinal`)).toEqual([
    { node: 'E_7_3', label: ' "a", b\n', kind: 'token', layer: null, probability: null },
    { node: '0_h1_4', label: 'L0.H1@4', kind: 'head', layer: 0, probability: null },
    { node: '3_300_4', label: ' Paris', kind: 'logit', layer: 2, probability: 0.75 },
  ])
  expect(await read(folder, table('graphs'), `SELECT graph_key, prompt, len(tokens)::INTEGER AS n, nodes_by, options->>'nodeThreshold' AS kept, node_count FROM ${READERS.parquet} ORDER BY graph_key`))
    .toEqual(GRAPH_KEYS.map((graph_key) => ({ graph_key, prompt: 'The capital of France is', n: 5, nodes_by: 'head', kept: '0.8', node_count: 3 })))
})

describe.each(['csv', 'jsonl'] as const)('as %s', (format) => {
  test('features, examples and nodes are the same, with their model and source as columns', async () => {
    const features = await exported({ what: 'features', format })
    expect(await read(features.folder, features.names, `SELECT model, source, "index"::INTEGER AS "index", label, to_json(top_tokens)->>'$[0]' AS top FROM ${READERS[format]} WHERE "index" IN (2, 11) ORDER BY "index"`.replace('to_json(top_tokens)', format === 'csv' ? 'top_tokens::JSON' : 'to_json(top_tokens)')))
      .toEqual([{ model: 'tiny', source: SOURCE, index: 2, label: 'countries in Europe', top: ' word2' }, { model: 'tiny', source: SOURCE, index: 11, label: null, top: ' word11' }])
    const examples = await exported({ what: 'examples', format })
    expect((await read(examples.folder, examples.names, `SELECT count(*)::INTEGER AS n, sum(value)::INTEGER AS total FROM ${READERS[format]}`))[0])
      .toEqual((await store.query('SELECT count(*)::int AS n, sum(value)::int AS total FROM feature_example_readable'))[0])
    const graph = await exported({ what: 'graph', format, graphs: [GRAPH_KEYS[1]!] })
    const labels = await read(graph.folder, graph.names.filter((name) => name.startsWith('nodes')), `SELECT model, label FROM ${READERS[format]} ORDER BY ordinal`)
    expect(labels).toEqual([' "a", b\n', 'L0.H1@4', ' Paris'].map((label) => ({ model: 'tiny', label })))
  })
})

test('as Arrow, lists are lists and what is not there is null', async () => {
  const { folder, names } = await exported({ what: 'features', format: 'arrow' })
  const table = tableFromIPC(fs.readFileSync(path.join(folder, names[0]!)))
  expect(Array.from((table.get(2)?.toJSON()['cosines'] ?? []) as Iterable<number>)).toEqual([0.75, 0.5])
  expect(table.get(11)?.toJSON()).toMatchObject({ model: 'tiny', source: SOURCE, label: null, max: null })
})

test('a range of features, one dataset, and sets that were not swept', async () => {
  const few = await exported({ what: 'features', sources: [SOURCE], dataset: 'capitals', from: 3, to: 5 })
  expect(await read(few.folder, few.names, `SELECT "index" FROM ${READERS.parquet} ORDER BY 1`)).toEqual([3, 4, 5].map((index) => ({ index })))
  await expect(exported({ what: 'features', sources: ['9-none'] })).rejects.toThrow('There is no feature set 9-none')
  await expect(exported({ what: 'examples', from: 500 })).rejects.toThrow('No feature that fits has examples yet')
  await expect(exported({ what: 'graph', graphs: ['9'.repeat(64)] })).rejects.toThrow('There is no graph 999')
  await store.prisma.featureSet.create({
    data: {
      model: { connect: { slug: 'tiny' } }, source: '0-new', sourceSet: 'new', hash: '1'.repeat(64), format: 'saelens', layer: 0, site: '0.resid_pre', width: 8,
      writtenWidth: 8, featureCount: 1, activation: 'relu', normalisation: 'none', claims: {}, verdict: 'ok', varianceExplained: 1, l0: 1, silent: 0, selfTest: {},
      features: { create: { index: 0 } },
    },
  })
  const { folder, names } = await exported({ what: 'features', sources: ['0-new'] })
  expect(await read(folder, names, `SELECT feature, dataset, density FROM ${READERS.parquet}`)).toEqual([{ feature: 'tiny/0-new/0', dataset: null, density: null }])
})

test('one table comes as one file, and a graph has to say which', async () => {
  const file = (table?: string) => exportFile(database.url, exportRequestSchema.parse({ what: 'graph', graphs: [GRAPH_KEYS[0]!], format: 'jsonl' }), {
    temporary: fs.mkdtempSync(path.join(home, 'one-')), ...(table !== undefined && { table }),
  })
  expect(fs.readFileSync(await file('edges'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { weight: number }).weight)).toEqual([1.5, -2.25, 0.75])
  await expect(file()).rejects.toThrow('graph has graphs, nodes, edges; name one with table=graphs')
  await expect(file('weights')).rejects.toMatchObject({ code: 'BAD_INPUT' })
})

test('what would be without effect is refused', () => {
  const check = (question: ExportQuestion) => () => checkBelonging(exportRequestSchema.parse(question), { runs: '--run' })
  expect(check({ what: 'features', runs: [3] })).toThrow(
    '--run says nothing of features, which is chosen by model, dataset, sources, from, to; leave it out, or export contributions or attributions.')
  expect(check({ what: 'contributions', sources: ['1-res'] })).toThrow('or export features or examples.')
  expect(check({ what: 'graph', from: 3 })).toThrow('from says nothing of graph, which is chosen by model, dataset, graphs')
  expect(check({ what: 'examples', sources: ['1-res'], from: 1 })).not.toThrow()
})

test('an export of features goes on when it was interrupted, and not when they were labelled anew since', async () => {
  const folder = newFolder()
  const request = exportRequestSchema.parse({ what: 'features' })
  const stopping = new AbortController()
  stopping.abort()
  await expect(exportTo(database.url, folder, request, { signal: stopping.signal })).rejects.toThrow()
  expect(fs.existsSync(path.join(folder, '.unfinished/plan.json'))).toBe(true)
  const { id: setId } = await store.prisma.featureSet.findFirstOrThrow({ where: { source: SOURCE } })
  await store.prisma.featureExplanation.create({ data: { setId, index: 9, description: 'late', author: 'ann', key: '5'.repeat(64) } })
  await expect(exportTo(database.url, folder, request)).rejects.toThrow(`tiny/${SOURCE} was swept or labelled anew since this export was begun`)
  await store.prisma.featureExplanation.deleteMany({ where: { setId, index: 9 } })
  expect(await exportTo(database.url, folder, request)).toMatchObject({ rows: 13, kept: 0 })
})

test('the command names its flags where they say nothing, and keys that are none', async () => {
  const refused = (flags: Parameters<typeof exportInto>[1]) => exportInto(newFolder(), flags, recordedContext())
  await expect(refused({ what: 'graph', run: [3] })).rejects.toThrow('--run says nothing of graph, which is chosen by --model, --dataset, --graph;')
  await expect(refused({ what: 'graph', graph: ['12'] })).rejects.toThrow('graphs[0]: expected the key of a graph')
})
