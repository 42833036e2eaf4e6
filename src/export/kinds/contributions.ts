/** A row per component of every result of a run, as in the view `attribution_readable`. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import { componentName } from '../../attribution/label.ts'
import { componentKinds } from '../../depass/partition/component.ts'
import { PART_ROWS } from '../part.ts'
import { column, type Column, type ExportKind, type Source } from '../table.ts'
import { ITEMS, methodColumns, NARROWER, NO_RESULTS, planRuns, resultColumns, shared, SHARED_SQL } from './run-parts.ts'

/** Functions of SQL that are asked for every row take half of the time, so they are asked only where their answer is not plain. */
const sources: readonly Source[] = [
  {
    name: 'items',
    columns: { ...shared, sequence_id: 'INTEGER', split_layer: 'INTEGER', every_layer: 'BOOLEAN', subject_start: 'INTEGER', subject_end: 'INTEGER' },
    sql: `SELECT ${SHARED_SQL}, s.id, start_layer(r.partition, NULL, NULL, NULL, NULL, NULL), r.partition ->> 'layer' IS NOT DISTINCT FROM 'all',
        place.start, place.start + utf16_length(p.subject) FROM ${ITEMS}
      LEFT JOIN LATERAL (SELECT utf16_length(left(p.text, strpos(p.text, p.subject) - 1)) AS start
        WHERE p.subject <> '' AND strpos(p.text, p.subject) > 0) place ON true`,
  },
  {
    name: 'parts',
    columns: {
      result_id: 'BIGINT', ordinal: 'INTEGER', kind: 'VARCHAR', layer: 'INTEGER', component_index: 'INTEGER', score: 'DOUBLE',
      bias_start: 'INTEGER', feature_position: 'INTEGER',
    },
    sql: `WITH r AS MATERIALIZED (
        SELECT r.id, r.model_id, r.partition_kind, r.partition, r.feature_starts, m.heads, m.neurons,
          r.partition ->> 'layer' IS NOT DISTINCT FROM 'all' AS every_layer
        FROM (SELECT DISTINCT unnest(ARRAY[$results]::bigint[]) AS result_id) a
        JOIN result r ON r.id = a.result_id JOIN model m ON m.id = r.model_id)
      SELECT c.result_id, c.ordinal, c.kind, c.layer, c.component_index, c.score,
        CASE WHEN r.every_layer AND c.layer IS NULL THEN start_layer(r.partition, c.kind, c.layer, c.ordinal, r.heads, r.neurons) END,
        CASE WHEN r.partition_kind = 'feature' THEN component_position(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) END
      FROM r JOIN contribution c ON c.result_id = r.id AND c.model_id = r.model_id`,
  },
  {
    name: 'kinds',
    columns: { kind: 'VARCHAR', ranked: 'BOOLEAN' },
    sql: 'SELECT kind, is_ranked(kind) FROM unnest(enum_range(NULL::component_kind)) kind',
  },
  {
    name: 'tokens',
    columns: { sequence_id: 'INTEGER', position: 'INTEGER', text: 'VARCHAR' },
    sql: `SELECT t.sequence_id, t.index, t.text FROM (
        SELECT DISTINCT r.sequence_id FROM ${ITEMS} WHERE r.partition_kind = 'token') a JOIN sequence_token t ON t.sequence_id = a.sequence_id`,
  },
  {
    name: 'spans',
    columns: { prompt_id: 'INTEGER', spans: 'INTEGER[][]' },
    sql: `SELECT p.id, coalesce(ps.spans, CASE WHEN p.text = s.text THEN (
          SELECT jsonb_agg(CASE WHEN t.start IS NOT NULL THEN jsonb_build_array(t.start, t."end") END ORDER BY t.index)
          FROM sequence_token t WHERE t.sequence_id = s.id) END)
      FROM ${ITEMS} WHERE r.partition_kind = 'token'`,
  },
  {
    name: 'groups',
    columns: { result_id: 'BIGINT', number: 'INTEGER', text: 'VARCHAR', positions: 'INTEGER[]' },
    sql: `SELECT r.id, g.number - 1, (SELECT string_agg(t.text, '' ORDER BY t.index) FROM sequence_token t
        WHERE t.sequence_id = r.sequence_id AND g.positions @> to_jsonb(t.index)), g.positions
      FROM (SELECT DISTINCT unnest(ARRAY[$results]::bigint[]) AS result_id) a JOIN result r ON r.id = a.result_id
      CROSS JOIN LATERAL jsonb_array_elements(r.partition -> 'groups') WITH ORDINALITY AS g (positions, number)
      WHERE r.partition_kind = 'group'`,
  },
]

const columns: readonly Column[] = [
  ...resultColumns,
  column('start_layer', 'int32', 'c.start_layer'),
  ...methodColumns,
  column('ordinal', 'int32', 'c.ordinal'),
  column('component_kind', 'text', 'c.kind'),
  column('layer', 'int32', 'c.layer'),
  column('component_index', 'int32', 'c.component_index'),
  column('component_position', 'int32', 'coalesce(c.token_key, c.feature_position)'),
  column('component', 'text', 'coalesce(t.text, g.text, n.name)'),
  column('positions', 'ints', 'g.positions'),
  column('token_start', 'int32', 'x.token_start'),
  column('token_end', 'int32', 'x.token_end'),
  column('in_subject', 'bool', `CASE WHEN c.kind = 'token' AND i.subject_start IS NOT NULL THEN
    coalesce(x.token_start < i.subject_end AND x.token_end > i.subject_start, false) END`),
  column('score', 'float32', 'c.score::FLOAT'),
  column('share', 'float32', '(c.score / nullif(i.target_value, 0))::FLOAT'),
  column('rank', 'int32', 'c.rank::INTEGER'),
]

/** As `start_layer` of SQL says it: what has a layer began there, and the biases of a target's feature set began nowhere. */
const START = `CASE WHEN NOT s.every_layer THEN s.split_layer WHEN p.layer IS NULL THEN p.bias_start WHEN p.kind <> 'sae_bias' THEN p.layer END`

const from = `FROM (
      SELECT *, CASE WHEN ranked THEN rank() OVER (PARTITION BY result_id, start_layer, ranked ORDER BY abs(score) DESC) END AS rank,
        CASE WHEN kind = 'token' THEN component_index END AS token_key, CASE WHEN kind = 'group' THEN component_index END AS group_key,
        coalesce(layer, -1) AS layer_key, coalesce(feature_position, -1) AS position_key
      FROM (
        SELECT p.*, ${START} AS start_layer, k.ranked FROM parts p JOIN kinds k ON k.kind = p.kind
          JOIN (SELECT DISTINCT result_id, every_layer, split_layer FROM items) s ON s.result_id = p.result_id
      )
    ) c
    JOIN items i ON i.result_id = c.result_id
    LEFT JOIN tokens t ON t.sequence_id = i.sequence_id AND t.position = c.token_key
    LEFT JOIN token_spans x ON x.prompt_id = i.prompt_id AND x.position = c.token_key
    LEFT JOIN groups g ON g.result_id = c.result_id AND g.number = c.group_key
    LEFT JOIN names n ON n.kind = c.kind AND n.component_index = c.component_index AND n.layer = c.layer_key AND n.position = c.position_key
    ORDER BY i.prompt_index, c.ordinal`

const distinctSchema = z.tuple([z.enum(componentKinds), z.number().nullable(), z.number(), z.number().nullable()])

async function prepare(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TEMP TABLE token_spans AS SELECT prompt_id, position, span[1] AS token_start, span[2] AS token_end
    FROM (SELECT prompt_id, unnest(range(len(spans)))::INTEGER AS position, unnest(spans) AS span FROM spans)`)
  await nameComponents(connection)
}

/** Names come from the one place that makes them, once for each component that occurs. */
async function nameComponents(connection: DuckDBConnection): Promise<void> {
  await connection.run('CREATE TEMP TABLE names (kind VARCHAR, layer INTEGER, component_index INTEGER, position INTEGER, name VARCHAR)')
  const found = await connection.runAndReadAll(
    "SELECT DISTINCT kind, layer, component_index, feature_position FROM parts WHERE kind NOT IN ('token', 'group')",
  )
  const appender = await connection.createAppender('names')
  for (const row of found.getRows()) {
    const [kind, layer, index, position] = distinctSchema.parse(row)
    appender.appendVarchar(kind)
    for (const key of [layer ?? -1, index, position ?? -1]) appender.appendInteger(key)
    appender.appendVarchar(componentName({ kind, index, layer, position }))
    appender.endRow()
  }
  appender.closeSync()
}

export const contributions: ExportKind = {
  tables: { contributions: { sources, columns, from, prepare } },
  plan: (client, request) =>
    planRuns(client, request, { table: 'contributions', weight: ({ stored }) => stored, rows: ({ stored }) => stored, most: PART_ROWS }),
  nothing: NO_RESULTS,
  narrower: NARROWER,
}
