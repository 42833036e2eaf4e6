/** A row per prompt of a run, as in the view `run_result`, with its tokens and all scores as lists. */
import { PART_NUMBERS } from '../part.ts'
import { column, type Column, type ExportKind, type Source } from '../table.ts'
import { ITEMS, methodColumns, NARROWER, NO_RESULTS, planRuns, resultColumns, shared, SHARED_SQL } from './run-parts.ts'

const sources: readonly Source[] = [
  {
    name: 'items',
    columns: {
      ...shared, start_layer: 'INTEGER', exclude_first: 'BOOLEAN', engine: 'VARCHAR', prompt: 'VARCHAR', subject: 'VARCHAR',
      answer: 'VARCHAR', extra: 'VARCHAR', target_type: 'VARCHAR', target_is_answer: 'BOOLEAN', target_layer: 'INTEGER',
      target_site: 'VARCHAR', target_feature: 'INTEGER', target_activation: 'DOUBLE', completeness_error: 'DOUBLE',
      component_count: 'INTEGER', partition_detail: 'VARCHAR', tokens: 'VARCHAR[]', scores: 'FLOAT[]', key: 'VARCHAR',
      created_at: 'TIMESTAMPTZ', expected: 'VARCHAR', predicted: 'VARCHAR', predicted_logit: 'DOUBLE',
      predicted_probability: 'DOUBLE', expected_rank: 'INTEGER', expected_logit: 'DOUBLE', expected_probability: 'DOUBLE',
      correct: 'BOOLEAN',
    },
    sql: `SELECT ${SHARED_SQL}, start_layer(r.partition, NULL, NULL, NULL, NULL, NULL), r.exclude_first, r.engine, p.text, p.subject,
        p.answer, p.extra, r.target_type,
        CASE WHEN r.target_type = 'logit' THEN r.target_token_id = ps.answer_token_id END, r.target_layer, r.target_site,
        r.target_feature, r.target_activation, r.completeness_error, r.component_count, r.partition,
        (SELECT json_agg(t.text ORDER BY t.index) FROM sequence_token t WHERE t.sequence_id = s.id),
        CASE WHEN r.scores_vector_hash IS NULL THEN (SELECT json_agg(c.score::real ORDER BY c.ordinal) FROM contribution c
          WHERE c.result_id = r.id AND c.model_id = r.model_id) END,
        r.key, r.created_at, ps.answer_text, r.predicted_text, r.predicted_logit, r.predicted_probability,
        CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_rank END,
        CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_logit END,
        CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_probability END,
        r.predicted_token_id = ps.answer_token_id
      FROM ${ITEMS}`,
  },
  {
    name: 'vectors',
    columns: { result_id: 'BIGINT', scores: 'FLOAT[]' },
    endsWithVector: true,
    sql: `SELECT r.id, encode(v.data, 'hex') FROM (SELECT DISTINCT unnest(ARRAY[$results]::bigint[]) AS id) a
      JOIN result r ON r.id = a.id JOIN vector v ON v.hash = r.scores_vector_hash`,
  },
]

const columns: readonly Column[] = [
  ...resultColumns,
  column('start_layer', 'int32', 'i.start_layer'),
  ...methodColumns,
  column('exclude_first', 'bool', 'i.exclude_first'),
  column('engine', 'text', 'i.engine'),
  column('prompt', 'text', 'i.prompt'),
  column('subject', 'text', 'i.subject'),
  column('answer', 'text', 'i.answer'),
  column('extra', 'text', 'i.extra'),
  column('target_type', 'text', 'i.target_type'),
  column('target_is_answer', 'bool', 'i.target_is_answer'),
  column('target_layer', 'int32', 'i.target_layer'),
  column('target_site', 'text', 'i.target_site'),
  column('target_feature', 'int32', 'i.target_feature'),
  column('target_activation', 'float64', 'i.target_activation'),
  column('completeness_error', 'float64', 'i.completeness_error'),
  column('component_count', 'int32', 'i.component_count'),
  column('partition_detail', 'text', 'i.partition_detail'),
  column('tokens', 'texts', 'i.tokens'),
  column('scores', 'floats', 'coalesce(v.scores, i.scores)'),
  column('key', 'text', 'i.key'),
  column('created_at', 'time', 'i.created_at'),
  column('expected', 'text', 'i.expected'),
  column('expected_rank', 'int32', 'i.expected_rank'),
  column('expected_logit', 'float64', 'i.expected_logit'),
  column('expected_probability', 'float64', 'i.expected_probability'),
  column('predicted', 'text', 'i.predicted'),
  column('predicted_logit', 'float64', 'i.predicted_logit'),
  column('predicted_probability', 'float64', 'i.predicted_probability'),
  column('correct', 'bool', 'i.correct'),
]


export const attributions: ExportKind = {
  tables: { attributions: { sources, columns, from: 'FROM items i LEFT JOIN vectors v ON v.result_id = i.result_id ORDER BY i.prompt_index' } },
  plan: (client, request) =>
    planRuns(client, request, { table: 'attributions', weight: ({ components }) => components, rows: () => 1, most: PART_NUMBERS }),
  nothing: NO_RESULTS,
  narrower: NARROWER,
}
