/** Two runs to export: one dataset by token, one by head of every layer, as ingests leave them. */
import type { Model, Store } from '../../src/store/index.ts'

const TOKENS = 25
/** Of the model that is seeded: RESIDUAL, the heads and BIAS of each layer. */
export const SHAPE = { layers: 12, heads: 12 }

export interface SeededRun {
  run: number
  by: 'token' | 'head'
  prompts: number
  rows: number
}

interface Kind {
  by: 'token' | 'head'
  partition: object
  /** Rows of one prompt. */
  rows: number
  /** kind, component_index and layer of the row with the number `o`. */
  component: string
}

const KINDS: readonly Kind[] = [
  { by: 'token', partition: { by: 'token', layer: 0 }, rows: TOKENS, component: `'token'::component_kind, o, NULL::smallint` },
  {
    by: 'head', partition: { by: 'head', layer: 'all' }, rows: SHAPE.layers * (SHAPE.heads + 2),
    component: `(CASE o % ${SHAPE.heads + 2} WHEN 0 THEN 'residual' WHEN ${SHAPE.heads + 1} THEN 'bias' ELSE 'head' END)::component_kind,
      CASE WHEN o % ${SHAPE.heads + 2} IN (0, ${SHAPE.heads + 1}) THEN 0 ELSE o % ${SHAPE.heads + 2} - 1 END,
      CASE WHEN o % ${SHAPE.heads + 2} = ${SHAPE.heads + 1} THEN NULL ELSE o / ${SHAPE.heads + 2} END::smallint`,
  },
]

/** Half of the rows by token, half by head. */
export async function seedRuns(store: Store, model: Model, contributions: number): Promise<SeededRun[]> {
  const seeded: SeededRun[] = []
  for (const [k, kind] of KINDS.entries()) {
    const prompts = Math.ceil(contributions / 2 / kind.rows)
    const [dataset] = await store.query<{ id: number }>(
      `INSERT INTO dataset (slug, title, format, content_hash, prompt_count) VALUES ($1::text, $1::text, 'jsonl', encode(sha256($1::text::bytea), 'hex'), $2) RETURNING id`,
      [`export-${kind.by}`, prompts],
    )
    await store.query(
      `INSERT INTO prompt (dataset_id, index, text, answer, subject, extra)
       SELECT $1, i, (SELECT string_agg(' word' || (i * 7 + t * 13) % 5000, '') FROM generate_series(0, ${TOKENS - 1}) t), 'answer',
         'word' || (i * 7 + 13) % 5000, '{"relation": "P36"}' FROM generate_series(0, $2::int - 1) i`, [dataset!.id, prompts])
    const base = 1_000_000 * k
    await store.query(
      `INSERT INTO sequence (hash, tokenizer_hash, token_count, text)
       SELECT encode(sha256(('export' || ($3::int + index))::bytea), 'hex'), $1, ${TOKENS}, text FROM prompt WHERE dataset_id = $2 ORDER BY index`,
      [model.tokenizerHash, dataset!.id, base])
    await store.query(
      `CREATE UNLOGGED TABLE seeded AS SELECT p.id AS prompt, p.index, s.id AS sequence FROM prompt p
       JOIN sequence s ON s.hash = encode(sha256(('export' || (${base} + p.index))::bytea), 'hex') WHERE p.dataset_id = ${dataset!.id}`)
    await store.query(
      `INSERT INTO sequence_token (sequence_id, index, token_id, text, start, "end")
       SELECT sequence, t, (index * 7 + t * 13) % 5000, ' word' || (index * 7 + t * 13) % 5000, t * 9, t * 9 + 9
       FROM seeded, generate_series(0, ${TOKENS - 1}) t`)
    await store.query(
      `INSERT INTO prompt_sequence (prompt_id, tokenizer_hash, sequence_id, answer_token_id, answer_text, answer_tokens, spans)
       SELECT prompt, '${model.tokenizerHash}', sequence, 9, ' answer', 1,
         (SELECT jsonb_agg(jsonb_build_array(t * 9, t * 9 + 9) ORDER BY t) FROM generate_series(0, ${TOKENS - 1}) t) FROM seeded`)
    await store.query(
      `INSERT INTO result (key, model_id, sequence_id, position, partition_kind, partition, target_type, target_token_id, target_text, target_value,
         target_probability, mode, rule, temperature, exclude_first, engine, completeness_error, component_count, stored_count, tail_mass, milliseconds)
       SELECT encode(sha256(('export${kind.by}' || index)::bytea), 'hex'), ${model.id}, sequence, ${TOKENS - 1}, '${kind.by}', $1, 'logit', 9, ' answer',
         3.5, 0.25, 'corrected', 'softmax', 0.1, true, 'bench', 1e-7, ${kind.rows}, ${kind.rows}, 0, 1 FROM seeded ORDER BY index`,
      [JSON.stringify(kind.partition)])
    await store.query(
      `INSERT INTO contribution (result_id, score, ordinal, model_id, kind, component_index, layer)
       SELECT r.id, sin(r.id * 31 + o), o, ${model.id}, ${kind.component}
       FROM result r JOIN seeded ON seeded.sequence = r.sequence_id, generate_series(0, ${kind.rows - 1}) o ORDER BY r.id, o`)
    const [run] = await store.query<{ id: number }>(
      `INSERT INTO run (key, model_id, dataset_id, partition_kind, mode, rule, options, status, total)
       VALUES (encode(sha256($1::text::bytea), 'hex'), $2, $3, $4::partition_kind, 'corrected', 'softmax', '{}', 'done', $5) RETURNING id`,
      [`export-${kind.by}`, model.id, dataset!.id, kind.by, prompts])
    await store.query(
      `INSERT INTO run_item (run_id, prompt_id, status, result_key, result_id)
       SELECT $1, prompt, 'done', r.key, r.id FROM seeded JOIN result r ON r.sequence_id = seeded.sequence`, [run!.id])
    await store.query('DROP TABLE seeded')
    seeded.push({ run: run!.id, by: kind.by, prompts, rows: prompts * kind.rows })
  }
  return seeded
}
