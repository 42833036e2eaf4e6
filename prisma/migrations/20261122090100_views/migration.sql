-- What an analyst reads: one row per component of every attribution, with words instead of numbers to join.
-- A result belongs to every prompt of every run that asked for it, so the views have its rows once per run and prompt;
-- filter by run, or by dataset, before summing.

CREATE FUNCTION "component_label"("kind" "component_kind", "layer" smallint, "component_index" integer, "text" text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE kind
  WHEN 'token' THEN text
  WHEN 'group' THEN text
  WHEN 'head' THEN 'L' || layer || '.H' || component_index
  WHEN 'neuron' THEN 'L' || layer || '.N' || component_index
  ELSE coalesce('L' || layer || '.', '') || upper(kind::text)
END;
COMMENT ON FUNCTION "component_label" IS
  'What a person calls a component: the text of a token or group, L3.H5 for a head, L3.N17 for a neuron, L3.RESIDUAL, BIAS.';

CREATE VIEW "result_readable" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  d.slug AS dataset,
  p.index AS prompt_index,
  i.run_id,
  s.text AS prompt,
  p.answer,
  r.target_text AS target,
  r.minus_text AS minus,
  r.position,
  r.target_value,
  r.target_probability,
  r.partition_kind AS partition,
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
  r.key
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
LEFT JOIN "run_item" i ON i.result_id = r.id
LEFT JOIN "prompt" p ON p.id = i.prompt_id
LEFT JOIN "dataset" d ON d.id = p.dataset_id;

COMMENT ON VIEW "result_readable" IS
  'One row per attribution (and per run and prompt that asked for it): what was attributed, how, and how well it sums.';
COMMENT ON COLUMN "result_readable"."result_id" IS 'result.id';
COMMENT ON COLUMN "result_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "result_readable"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "result_readable"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "result_readable"."run_id" IS 'The run that asked for it; null for questions asked one by one.';
COMMENT ON COLUMN "result_readable"."prompt" IS 'The text; null when token ids were given.';
COMMENT ON COLUMN "result_readable"."answer" IS 'What the benchmark expects as continuation.';
COMMENT ON COLUMN "result_readable"."target" IS 'The token whose logit is split; null for a direction.';
COMMENT ON COLUMN "result_readable"."minus" IS 'The token whose logit is subtracted, for a difference.';
COMMENT ON COLUMN "result_readable"."position" IS 'Position where the target is read.';
COMMENT ON COLUMN "result_readable"."target_value" IS 'The number that is split: a logit, a difference, a projection.';
COMMENT ON COLUMN "result_readable"."target_probability" IS 'Probability the model gives the target token.';
COMMENT ON COLUMN "result_readable"."partition" IS 'What the components are: token, group, head, neuron, module, subspace.';
COMMENT ON COLUMN "result_readable"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "result_readable"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "result_readable"."temperature" IS 'Temperature of the softmax rule.';
COMMENT ON COLUMN "result_readable"."exclude_first" IS 'The first token takes no share of MLP outputs, except at itself.';
COMMENT ON COLUMN "result_readable"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "result_readable"."completeness_error" IS 'How far the scores'' sum is from target_value, relative to it.';
COMMENT ON COLUMN "result_readable"."component_count" IS 'Components of the partition.';
COMMENT ON COLUMN "result_readable"."stored_count" IS 'Components that have a row in attribution.';
COMMENT ON COLUMN "result_readable"."tail_mass" IS 'Sum of the scores of the others.';
COMMENT ON COLUMN "result_readable"."milliseconds" IS 'Time of the computation.';
COMMENT ON COLUMN "result_readable"."created_at" IS 'When it was stored.';
COMMENT ON COLUMN "result_readable"."key" IS 'Content address of the result.';

-- The rank's window is partitioned by the columns people filter on, so that Postgres can filter before ranking.
CREATE VIEW "attribution_readable" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  d.slug AS dataset,
  p.index AS prompt_index,
  i.run_id,
  s.text AS prompt,
  p.answer,
  r.target_text AS target,
  r.target_value,
  r.target_probability,
  r.partition_kind AS partition,
  r.mode,
  r.rule,
  c.kind AS component_kind,
  c.layer,
  c.component_index,
  "component_label"(c.kind, c.layer, c.component_index, coalesce(t.text, g.text)) AS component,
  c.score,
  c.score / nullif(r.target_value, 0) AS share,
  rank() OVER (PARTITION BY r.id, m.slug, d.slug, p.index, i.run_id, r.partition_kind ORDER BY c.magnitude DESC) AS rank
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
JOIN "contribution" c ON c.result_id = r.id AND c.model_id = r.model_id
LEFT JOIN "run_item" i ON i.result_id = r.id
LEFT JOIN "prompt" p ON p.id = i.prompt_id
LEFT JOIN "dataset" d ON d.id = p.dataset_id
LEFT JOIN "sequence_token" t
  ON c.kind = 'token' AND t.sequence_id = r.sequence_id AND t.index = c.component_index
LEFT JOIN LATERAL (
  SELECT string_agg(gt.text, '' ORDER BY gt.index) AS text
  FROM "sequence_token" gt
  WHERE c.kind = 'group' AND gt.sequence_id = r.sequence_id
    AND r.partition -> 'groups' -> c.component_index @> to_jsonb(gt.index)
) g ON true;

COMMENT ON VIEW "attribution_readable" IS
  'One row per component of an attribution (and per run and prompt that asked for it): who contributed how much to what.';
COMMENT ON COLUMN "attribution_readable"."result_id" IS 'result.id';
COMMENT ON COLUMN "attribution_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "attribution_readable"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "attribution_readable"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "attribution_readable"."run_id" IS 'The run that asked for it; null for questions asked one by one.';
COMMENT ON COLUMN "attribution_readable"."prompt" IS 'The text; null when token ids were given.';
COMMENT ON COLUMN "attribution_readable"."answer" IS 'What the benchmark expects as continuation.';
COMMENT ON COLUMN "attribution_readable"."target" IS 'The token whose logit is split; null for a direction.';
COMMENT ON COLUMN "attribution_readable"."target_value" IS 'The number that is split.';
COMMENT ON COLUMN "attribution_readable"."target_probability" IS 'Probability the model gives the target token.';
COMMENT ON COLUMN "attribution_readable"."partition" IS 'What the components are: token, group, head, neuron, module, subspace.';
COMMENT ON COLUMN "attribution_readable"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "attribution_readable"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "attribution_readable"."component_kind" IS
  'What this component is: that of the partition, or what remains beside it (residual, rest, bias).';
COMMENT ON COLUMN "attribution_readable"."layer" IS 'Its layer; null for tokens and groups at the embedding.';
COMMENT ON COLUMN "attribution_readable"."component_index" IS 'Position, group number, head or neuron number.';
COMMENT ON COLUMN "attribution_readable"."component" IS 'Its name: the text of a token or group, L3.H5 for a head, L3.N17 for a neuron.';
COMMENT ON COLUMN "attribution_readable"."score" IS 'Its contribution, in the unit of target_value.';
COMMENT ON COLUMN "attribution_readable"."share" IS 'score divided by target_value; null when that is 0.';
COMMENT ON COLUMN "attribution_readable"."rank" IS '1 for the largest by absolute value within the attribution.';

CREATE VIEW "token_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, mode, rule,
  component_index AS position, component AS token, score, share, rank
FROM "attribution_readable" WHERE component_kind = 'token';
COMMENT ON VIEW "token_scores" IS 'attribution_readable for tokens: what every token of a prompt contributed.';
COMMENT ON COLUMN "token_scores"."result_id" IS 'result.id';
COMMENT ON COLUMN "token_scores"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "token_scores"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "token_scores"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "token_scores"."run_id" IS 'The run that asked for it.';
COMMENT ON COLUMN "token_scores"."prompt" IS 'The text.';
COMMENT ON COLUMN "token_scores"."target" IS 'The token whose logit is split.';
COMMENT ON COLUMN "token_scores"."target_value" IS 'The number that is split.';
COMMENT ON COLUMN "token_scores"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "token_scores"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "token_scores"."position" IS 'Position of the token in the sequence, from 0.';
COMMENT ON COLUMN "token_scores"."token" IS 'Text of the token.';
COMMENT ON COLUMN "token_scores"."score" IS 'Its contribution, in the unit of target_value.';
COMMENT ON COLUMN "token_scores"."share" IS 'score divided by target_value.';
COMMENT ON COLUMN "token_scores"."rank" IS '1 for the largest by absolute value within the attribution.';

CREATE VIEW "head_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, mode, rule,
  layer, component_index AS head, score, share, rank
FROM "attribution_readable" WHERE component_kind = 'head';
COMMENT ON VIEW "head_scores" IS 'attribution_readable for attention heads.';
COMMENT ON COLUMN "head_scores"."result_id" IS 'result.id';
COMMENT ON COLUMN "head_scores"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "head_scores"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "head_scores"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "head_scores"."run_id" IS 'The run that asked for it.';
COMMENT ON COLUMN "head_scores"."prompt" IS 'The text.';
COMMENT ON COLUMN "head_scores"."target" IS 'The token whose logit is split.';
COMMENT ON COLUMN "head_scores"."target_value" IS 'The number that is split, once per layer.';
COMMENT ON COLUMN "head_scores"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "head_scores"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "head_scores"."layer" IS 'Layer of the head, from 0.';
COMMENT ON COLUMN "head_scores"."head" IS 'Number of the head within its layer, from 0.';
COMMENT ON COLUMN "head_scores"."score" IS 'Its contribution, in the unit of target_value.';
COMMENT ON COLUMN "head_scores"."share" IS 'score divided by target_value.';
COMMENT ON COLUMN "head_scores"."rank" IS '1 for the largest by absolute value within the attribution.';

CREATE VIEW "neuron_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, mode, rule,
  layer, component_index AS neuron, score, share, rank
FROM "attribution_readable" WHERE component_kind = 'neuron';
COMMENT ON VIEW "neuron_scores" IS
  'attribution_readable for MLP neurons: the largest ones of each attribution; the others are in result.tail_mass.';
COMMENT ON COLUMN "neuron_scores"."result_id" IS 'result.id';
COMMENT ON COLUMN "neuron_scores"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "neuron_scores"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "neuron_scores"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "neuron_scores"."run_id" IS 'The run that asked for it.';
COMMENT ON COLUMN "neuron_scores"."prompt" IS 'The text.';
COMMENT ON COLUMN "neuron_scores"."target" IS 'The token whose logit is split.';
COMMENT ON COLUMN "neuron_scores"."target_value" IS 'The number that is split, once per layer.';
COMMENT ON COLUMN "neuron_scores"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "neuron_scores"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "neuron_scores"."layer" IS 'Layer of the neuron, from 0.';
COMMENT ON COLUMN "neuron_scores"."neuron" IS 'Number of the neuron within its layer, from 0.';
COMMENT ON COLUMN "neuron_scores"."score" IS 'Its contribution, in the unit of target_value.';
COMMENT ON COLUMN "neuron_scores"."share" IS 'score divided by target_value.';
COMMENT ON COLUMN "neuron_scores"."rank" IS '1 for the largest by absolute value within the attribution.';

CREATE VIEW "run_progress" AS
SELECT
  r.id AS run_id,
  m.slug AS model,
  d.slug AS dataset,
  r.partition_kind AS partition,
  r.mode,
  r.rule,
  r.status,
  r.total,
  count(*) FILTER (WHERE i.status = 'done') AS done,
  count(*) FILTER (WHERE i.status = 'failed') AS failed,
  r.total - count(*) FILTER (WHERE i.status IN ('done', 'failed')) AS open,
  round(100.0 * count(*) FILTER (WHERE i.status IN ('done', 'failed')) / nullif(r.total, 0), 1) AS percent,
  r.error,
  r.created_at,
  r.started_at,
  r.finished_at
FROM "run" r
JOIN "model" m ON m.id = r.model_id
JOIN "dataset" d ON d.id = r.dataset_id
LEFT JOIN "run_item" i ON i.run_id = r.id
GROUP BY r.id, m.slug, d.slug;
COMMENT ON VIEW "run_progress" IS 'How far every run is, counted from its prompts.';
COMMENT ON COLUMN "run_progress"."run_id" IS 'run.id';
COMMENT ON COLUMN "run_progress"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "run_progress"."dataset" IS 'Short name of the dataset.';
COMMENT ON COLUMN "run_progress"."partition" IS 'What the components are.';
COMMENT ON COLUMN "run_progress"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "run_progress"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "run_progress"."status" IS 'running, done, failed (some prompt failed) or cancelled.';
COMMENT ON COLUMN "run_progress"."total" IS 'Prompts in all.';
COMMENT ON COLUMN "run_progress"."done" IS 'Prompts whose attribution is stored.';
COMMENT ON COLUMN "run_progress"."failed" IS 'Prompts that cannot be attributed; run_item.error says why.';
COMMENT ON COLUMN "run_progress"."open" IS 'Prompts still to do.';
COMMENT ON COLUMN "run_progress"."percent" IS 'Done and failed, of the total.';
COMMENT ON COLUMN "run_progress"."error" IS 'Why the run as a whole stopped.';
COMMENT ON COLUMN "run_progress"."created_at" IS 'When it was first started.';
COMMENT ON COLUMN "run_progress"."started_at" IS 'When it was last started or resumed.';
COMMENT ON COLUMN "run_progress"."finished_at" IS 'When the last prompt was done.';
