-- The model's own answers and the weights of runs in the views that people read.

CREATE OR REPLACE VIEW "result_readable" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  s.text AS prompt,
  r.target_text AS target,
  r.minus_text AS minus,
  r.position,
  r.target_type,
  r.target_value,
  r.target_probability,
  r.target_layer,
  r.target_site,
  r.target_feature,
  r.target_activation,
  r.partition_kind AS partition,
  "start_layer"(r.partition, NULL, NULL, NULL, NULL, NULL) AS start_layer,
  r.mode,
  r.rule,
  r.temperature,
  r.exclude_first,
  r.engine,
  r.completeness_error,
  r.component_count,
  r.stored_count,
  r.tail_mass,
  r.milliseconds,
  r.created_at,
  r.key,
  r.partition AS partition_detail,
  s.token_count,
  r.sequence_id,
  r.model_id,
  asked.runs,
  asked.datasets,
  r.predicted_text AS predicted,
  r.predicted_logit,
  r.predicted_probability,
  r.expected_text AS expected,
  r.expected_rank,
  r.expected_logit,
  r.expected_probability,
  r.predicted_token_id = r.expected_token_id AS correct
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(DISTINCT i.run_id), '{}') AS runs, coalesce(array_agg(DISTINCT d.slug), '{}') AS datasets
  FROM "run_item" i JOIN "run" u ON u.id = i.run_id JOIN "dataset" d ON d.id = u.dataset_id
  WHERE i.result_id = r.id
) asked;
COMMENT ON COLUMN "result_readable"."predicted" IS 'The token that the model ranks first; null in results of earlier versions.';
COMMENT ON COLUMN "result_readable"."predicted_logit" IS 'Its logit.';
COMMENT ON COLUMN "result_readable"."predicted_probability" IS 'Its probability.';
COMMENT ON COLUMN "result_readable"."expected" IS
  'The first token of the answer for which it was computed, or else the target token; null where nothing was expected.';
COMMENT ON COLUMN "result_readable"."expected_rank" IS 'Its place among all tokens by logit, 1 for the first.';
COMMENT ON COLUMN "result_readable"."expected_logit" IS 'Its logit.';
COMMENT ON COLUMN "result_readable"."expected_probability" IS 'Its probability.';
COMMENT ON COLUMN "result_readable"."correct" IS 'Whether the model ranks the expected token first; null where it is not known.';

-- The record's own answer is what counts here: a result that was first computed for another record with the same tokens knows
-- the rank of that record's answer only.
CREATE OR REPLACE VIEW "run_result" AS
SELECT
  i.run_id,
  m.slug AS model,
  d.slug AS dataset,
  p.id AS prompt_id,
  p.index AS prompt_index,
  p.text AS prompt,
  p.subject,
  p.answer,
  p.extra,
  r.id AS result_id,
  r.target_text AS target,
  r.minus_text AS minus,
  r.position,
  r.target_type,
  CASE WHEN r.target_type = 'logit' THEN r.target_token_id = ps.answer_token_id END AS target_is_answer,
  r.target_value,
  r.target_probability,
  r.target_layer,
  r.target_site,
  r.target_feature,
  r.target_activation,
  r.partition_kind AS partition,
  "start_layer"(r.partition, NULL, NULL, NULL, NULL, NULL) AS start_layer,
  r.mode,
  r.rule,
  r.temperature,
  r.exclude_first,
  r.engine,
  r.completeness_error,
  r.component_count,
  r.stored_count,
  r.tail_mass,
  s.token_count,
  r.sequence_id,
  r.created_at,
  ps.answer_text AS expected,
  r.predicted_text AS predicted,
  r.predicted_logit,
  r.predicted_probability,
  CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_rank END AS expected_rank,
  CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_logit END AS expected_logit,
  CASE WHEN r.expected_token_id = ps.answer_token_id THEN r.expected_probability END AS expected_probability,
  r.predicted_token_id = ps.answer_token_id AS correct
FROM "run_item" i
JOIN "prompt" p ON p.id = i.prompt_id
JOIN "dataset" d ON d.id = p.dataset_id
JOIN "result" r ON r.id = i.result_id
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
LEFT JOIN "prompt_sequence" ps ON ps.prompt_id = p.id AND ps.tokenizer_hash = s.tokenizer_hash;
COMMENT ON COLUMN "run_result"."expected" IS 'The first token of the record''s answer as it follows the prompt; null without an answer.';
COMMENT ON COLUMN "run_result"."predicted" IS 'The token that the model ranks first; null in results of earlier versions.';
COMMENT ON COLUMN "run_result"."predicted_logit" IS 'Its logit.';
COMMENT ON COLUMN "run_result"."predicted_probability" IS 'Its probability.';
COMMENT ON COLUMN "run_result"."expected_rank" IS 'Place of the expected token among all by logit, 1 for the first; null where it is not known.';
COMMENT ON COLUMN "run_result"."expected_logit" IS 'Its logit; null where it is not known.';
COMMENT ON COLUMN "run_result"."expected_probability" IS 'Its probability; null where it is not known.';
COMMENT ON COLUMN "run_result"."correct" IS 'Whether the model ranks the expected token first; null without an answer, and in results of earlier versions.';

CREATE OR REPLACE VIEW "run_progress" AS
SELECT
  r.id AS run_id,
  m.slug AS model,
  d.slug AS dataset,
  r.partition_kind AS partition,
  r.options ->> 'layer' AS layer,
  r.mode,
  r.rule,
  (r.options ->> 'temperature')::float8 AS temperature,
  r.options ->> 'target' AS target,
  r.status,
  r.total,
  count(*) FILTER (WHERE i.status = 'done') AS done,
  count(*) FILTER (WHERE i.status = 'failed') AS failed,
  r.total - count(*) FILTER (WHERE i.status IN ('done', 'failed')) AS open,
  round(100.0 * count(*) FILTER (WHERE i.status IN ('done', 'failed')) / nullif(r.total, 0), 1) AS percent,
  r.error,
  r.created_at,
  r.started_at,
  r.finished_at,
  r.options,
  r.weight
FROM "run" r
JOIN "model" m ON m.id = r.model_id
JOIN "dataset" d ON d.id = r.dataset_id
LEFT JOIN "run_item" i ON i.run_id = r.id
GROUP BY r.id, m.slug, d.slug;
COMMENT ON COLUMN "run_progress"."weight" IS 'Its share of the workers beside other runs.';
COMMENT ON COLUMN "run_progress"."status" IS 'running, done, failed (some prompt failed), paused or cancelled.';
