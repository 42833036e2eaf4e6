/** The common part of exports of runs: their parts, and the columns of a result. */
import type pg from 'pg'
import { cutBySize, type Part, requireNamed } from '../part.ts'
import type { ExportRequest } from '../request.ts'
import { column, type Column } from '../table.ts'

export const ITEMS = `unnest(ARRAY[$prompts]::int[], ARRAY[$results]::bigint[]) AS a (prompt_id, result_id)
  JOIN result r ON r.id = a.result_id JOIN prompt p ON p.id = a.prompt_id JOIN dataset d ON d.id = p.dataset_id
  JOIN sequence s ON s.id = r.sequence_id
  LEFT JOIN prompt_sequence ps ON ps.prompt_id = p.id AND ps.tokenizer_hash = s.tokenizer_hash`

export const shared = {
  result_id: 'BIGINT', prompt_id: 'INTEGER', prompt_index: 'INTEGER', dataset: 'VARCHAR', target: 'VARCHAR', minus: 'VARCHAR',
  target_position: 'INTEGER', target_value: 'DOUBLE', target_probability: 'DOUBLE', partition: 'VARCHAR', mode: 'VARCHAR',
  rule: 'VARCHAR', temperature: 'DOUBLE',
}
export const SHARED_SQL = `r.id, p.id, p.index, d.slug, r.target_text, r.minus_text, r.position, r.target_value, r.target_probability,
  r.partition_kind, r.mode, r.rule, r.temperature`

export const resultColumns: Column[] = [
  column('dataset', 'text', 'i.dataset'),
  column('prompt_id', 'int32', 'i.prompt_id'),
  column('prompt_index', 'int32', 'i.prompt_index'),
  column('result_id', 'int64', 'i.result_id'),
  column('target', 'text', 'i.target'),
  column('minus', 'text', 'i.minus'),
  column('target_position', 'int32', 'i.target_position'),
  column('target_value', 'float64', 'i.target_value'),
  column('target_probability', 'float64', 'i.target_probability'),
  column('partition', 'text', 'i.partition'),
]
export const methodColumns: Column[] = [
  column('mode', 'text', 'i.mode'),
  column('rule', 'text', 'i.rule'),
  column('temperature', 'float64', 'i.temperature'),
]


interface Item {
  model: string
  run: number
  prompt: number
  result: string
  /** Contributions that are stored as rows, and components in total. */
  stored: number
  components: number
}

interface Cut {
  table: string
  /** The weight of an item in a file, which holds a weight of at most `most`. */
  weight: (item: Item) => number
  rows: (item: Item) => number
  most: number
}

/** Planned in one statement, so that everything is from the same moment. */
export async function planRuns(client: pg.ClientBase, request: ExportRequest, { table, weight, rows: rowsOf, most }: Cut): Promise<Part[]> {
  const { model = null, dataset = null, runs = null, from = null, to = null } = request
  for (const run of runs ?? []) await requireNamed(client, 'run', 'id', run)
  const { rows } = await client.query<[string, number, number, string, number, number]>({
    text: `SELECT m.slug, i.run_id, i.prompt_id, i.result_id::text, r.stored_count, r.component_count
      FROM run_item i JOIN run u ON u.id = i.run_id JOIN model m ON m.id = u.model_id JOIN dataset d ON d.id = u.dataset_id
        JOIN result r ON r.id = i.result_id JOIN prompt p ON p.id = i.prompt_id
      WHERE ($1::text IS NULL OR m.slug = $1) AND ($2::text IS NULL OR d.slug = $2) AND ($3::int[] IS NULL OR i.run_id = ANY($3))
        AND ($4::int IS NULL OR p.index >= $4) AND ($5::int IS NULL OR p.index <= $5)
      ORDER BY i.run_id, p.index`,
    values: [model, dataset, runs, from, to],
    rowMode: 'array',
  })
  const items = rows.map(([slug, run, prompt, result, stored, components]): Item => ({ model: slug, run, prompt, result, stored, components }))
  const byRun = new Map<number, Item[]>()
  for (const item of items) {
    const known = byRun.get(item.run)
    if (known) known.push(item)
    else byRun.set(item.run, [item])
  }
  return [...byRun].flatMap(([run, all]) =>
    cutBySize(all.map(weight), most).map(({ first, end }, number): Part => {
      const mine = all.slice(first, end)
      return {
        table, model: mine[0]!.model, folder: { column: 'run_id', value: String(run) }, number,
        ids: { prompts: mine.map(({ prompt }) => String(prompt)), results: mine.map(({ result }) => result) },
        items: mine.length, rows: mine.reduce((sum, item) => sum + rowsOf(item), 0), state: null,
      }
    }))
}

export const NO_RESULTS = 'No run that fits has a result yet; tributary run list shows the runs and how far they are.'
export const NARROWER = 'name a run and a range of prompts (from, to)'
