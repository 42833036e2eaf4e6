/** The common part of exports of feature sets: which sets and sweeps, and how their features are divided into files. */
import type pg from 'pg'
import { UserError } from '../../errors.ts'
import { cutBySize, type Part } from '../part.ts'
import type { ExportRequest } from '../request.ts'

export interface SetSweep {
  model: string
  source: string
  set: string
  /** null if the set was swept over no dataset that matches. */
  sweep: string | null
  /** F */
  features: number
  state: string
}

/**
 * Every matching set, once for each dataset whose statistics are stored. A set without statistics is listed once, if the
 * request names no dataset. Refuses (NOT_FOUND) sources that no model has.
 */
export async function setsOf(client: pg.ClientBase, request: ExportRequest): Promise<SetSweep[]> {
  const { model = null, dataset = null, sources = null } = request
  for (const source of sources ?? []) {
    const { rowCount } = await client.query('SELECT 1 FROM feature_set WHERE source = $1', [source])
    if (rowCount === 0) throw new UserError('NOT_FOUND', `There is no feature set ${source} in the database; see tributary sae list.`)
  }
  // Sweeps can grow and explanations can be added, which changes what is exported. Facts about decoders are added only
  // once.
  const { rows } = await client.query<SetSweep>(
    `SELECT m.slug AS model, fs.source, fs.id::text AS set, w.id::text AS sweep, fs.feature_count AS features,
        md5(concat_ws('|', fs.hash, w.id, w.finished_at, (SELECT string_agg(concat_ws('=', f."index", f.label, cardinality(f.top_tokens)), ';'
          ORDER BY f."index") FROM feature f WHERE f.set_id = fs.id))) AS state
      FROM feature_set fs JOIN model m ON m.id = fs.model_id
        LEFT JOIN (feature_sweep w JOIN dataset d ON d.id = w.dataset_id)
          ON w.set_id = fs.id AND ($2::text IS NULL OR d.slug = $2)
            AND EXISTS (SELECT 1 FROM feature_statistics s WHERE s.set_id = w.set_id AND s.sweep_id = w.id)
      WHERE ($1::text IS NULL OR m.slug = $1) AND ($2::text IS NULL OR w.id IS NOT NULL) AND ($3::text[] IS NULL OR fs.source = ANY($3))
      ORDER BY m.slug, fs.source, w.id`,
    [model, dataset, sources],
  )
  return rows
}

interface Cut {
  table: string
  /** The rows of each feature from `first` on, and its weight in a file; a file holds a weight of at most `most`. */
  of: (set: SetSweep, first: number, end: number) => Promise<{ rows: number; weight: number }[]>
  most: number
}

export async function planSets(client: pg.ClientBase, request: ExportRequest, { table, of, most }: Cut): Promise<Part[]> {
  const parts: Part[] = []
  for (const set of await setsOf(client, request)) {
    const first = request.from ?? 0
    const end = Math.min(set.features, (request.to ?? Infinity) + 1)
    if (first >= end) continue
    const features = await of(set, first, end)
    const before = parts.filter(({ model, folder }) => model === set.model && folder?.value === set.source).length
    for (const [i, piece] of cutBySize(features.map(({ weight }) => weight), most).entries()) {
      const rows = features.slice(piece.first, piece.end).reduce((sum, feature) => sum + feature.rows, 0)
      if (rows === 0) continue
      parts.push({
        table, model: set.model, folder: { column: 'source', value: set.source }, number: before + i,
        ids: {
          set: [set.set], sweep: set.sweep === null ? [] : [set.sweep], first: [String(first + piece.first)], last: [String(first + piece.end - 1)],
        },
        items: piece.end - piece.first, rows, state: set.state,
      })
    }
  }
  return parts
}
