/** A row per example of a feature, as in the view `feature_example_readable`, with the tokens around as a list. */
import type pg from 'pg'
import { PART_NUMBERS } from '../part.ts'
import { column, type Column, type ExportKind, type Source } from '../table.ts'
import { planSets, type SetSweep } from './feature-parts.ts'

const FITS = 'e.set_id = $set AND e.sweep_id = ANY(ARRAY[$sweep]::int[]) AND e."index" BETWEEN $first AND $last'

const sources: readonly Source[] = [
  {
    name: 'examples',
    columns: {
      index: 'INTEGER', kind: 'VARCHAR', interval: 'INTEGER', rank: 'INTEGER', sequence_id: 'INTEGER', position: 'INTEGER', value: 'FLOAT',
      first: 'INTEGER', set_id: 'INTEGER', sweep_id: 'INTEGER', values: 'FLOAT[]',
    },
    endsWithVector: true,
    sql: `SELECT e."index", e.kind, e."interval", e.rank, e.sequence_id, e.position, e.value, e.first, e.set_id, e.sweep_id,
        encode(e."values", 'hex')
      FROM feature_example e WHERE ${FITS}`,
  },
  {
    name: 'features',
    columns: { index: 'INTEGER', feature: 'VARCHAR', label: 'VARCHAR' },
    sql: `SELECT f."index", m.slug || '/' || fs.source || '/' || f."index", f.label
      FROM feature f JOIN feature_set fs ON fs.id = f.set_id JOIN model m ON m.id = fs.model_id
      WHERE f.set_id = $set AND f."index" BETWEEN $first AND $last`,
  },
  {
    name: 'sweeps',
    columns: { id: 'INTEGER', dataset: 'VARCHAR' },
    sql: 'SELECT w.id, d.slug FROM feature_sweep w JOIN dataset d ON d.id = w.dataset_id WHERE w.id = ANY(ARRAY[$sweep]::int[])',
  },
  {
    name: 'sequences',
    columns: { id: 'INTEGER', text: 'VARCHAR', tokens: 'VARCHAR[]' },
    sql: `SELECT q.id, q.text, (SELECT json_agg(t.text ORDER BY t.index) FROM sequence_token t WHERE t.sequence_id = q.id)
      FROM sequence q WHERE q.id IN (SELECT e.sequence_id FROM feature_example e WHERE ${FITS})`,
  },
]

/** DuckDB counts from 1 and includes both ends. */
const END = 'e.first + len(e."values")'

const columns: readonly Column[] = [
  column('feature', 'text', 'f.feature'),
  column('index', 'int32', 'e."index"'),
  column('label', 'text', 'f.label'),
  column('dataset', 'text', 'w.dataset'),
  column('kind', 'text', 'e.kind'),
  column('at_least', 'float64', '2::DOUBLE ** (e."interval" - 8)'),
  column('rank', 'int32', 'e.rank'),
  column('value', 'float32', 'e.value'),
  column('token', 'text', 'q.tokens[e.position + 1]'),
  column('position', 'int32', 'e.position'),
  column('before', 'text', `CASE WHEN e.position > e.first THEN array_to_string(q.tokens[e.first + 1 : e.position], '') END`),
  column('after', 'text', `CASE WHEN ${END} > e.position + 1 THEN array_to_string(q.tokens[e.position + 2 : ${END}], '') END`),
  column('first', 'int32', 'e.first'),
  column('tokens', 'texts', `q.tokens[e.first + 1 : ${END}]`),
  column('values', 'floats', 'e."values"'),
  column('prompt', 'text', 'q.text'),
  column('sequence_id', 'int32', 'e.sequence_id'),
  column('set_id', 'int32', 'e.set_id'),
  column('sweep_id', 'int32', 'e.sweep_id'),
]

/** The strongest first, then the intervals, the strongest interval first. */
const from = `FROM examples e JOIN features f ON f."index" = e."index" JOIN sweeps w ON w.id = e.sweep_id JOIN sequences q ON q.id = e.sequence_id
  ORDER BY e."index", e.kind DESC, CASE WHEN e.kind = 'interval' THEN -e."interval" END, e.rank`

/** How many columns a row has besides an example's values and tokens. */
const NUMBERS_OF_ONE = 16

async function countExamples(client: pg.ClientBase, { set, sweep }: SetSweep, first: number, end: number): Promise<{ rows: number; weight: number }[]> {
  const counts = Array.from({ length: end - first }, () => ({ rows: 0, weight: 0 }))
  const { rows } = await client.query<{ index: number; rows: number; values: number }>(
    `SELECT "index", count(*)::int AS rows, sum(octet_length("values") / 4)::int AS values FROM feature_example
     WHERE set_id = $1 AND sweep_id = $2 AND "index" >= $3 AND "index" < $4 GROUP BY "index"`,
    [set, sweep, first, end],
  )
  for (const { index, rows: n, values } of rows) counts[index - first] = { rows: n, weight: NUMBERS_OF_ONE * n + 2 * values }
  return counts
}

export const examples: ExportKind = {
  tables: { examples: { sources, columns, from } },
  plan: (client, request) =>
    planSets(client, request, { table: 'examples', most: PART_NUMBERS, of: (set, first, end) => countExamples(client, set, first, end) }),
  nothing: 'No feature that fits has examples yet; tributary ingest --sae sweeps feature sets, and tributary sae list shows over what.',
  narrower: 'name a set (source), its dataset, and a range of features (from, to)',
}
