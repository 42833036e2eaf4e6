-- Views that cannot mislead. Until now their rows did not say which partition they belonged to (a dataset ingested at two
-- layers was averaged over both), `result_readable` had a result once for every run that asked for it, and ranks went over
-- all layers at once, with what merely enters a layer among what the layer adds. Names stay; what moved is in the CHANGELOG.

DROP VIEW IF EXISTS "token_scores", "head_scores", "neuron_scores";
DROP VIEW "attribution_readable", "result_readable", "prompt_token", "run_progress";

CREATE OR REPLACE FUNCTION "component_position"(
  "partition" "partition_kind", "kind" "component_kind", "ordinal" integer, "component_index" integer, "feature_starts" integer[]
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN "partition" <> 'feature' THEN NULL
  WHEN kind = 'feature' AND cardinality(feature_starts) > 0 THEN width_bucket(ordinal, feature_starts) - 1
  WHEN kind IN ('rest', 'error', 'skip') THEN component_index
END;
COMMENT ON FUNCTION "component_position" IS
  'The position of a component of a split by feature; null for components of all positions, and for other splits.';

CREATE OR REPLACE FUNCTION "component_label"(
  "kind" "component_kind", "layer" smallint, "component_index" integer, "text" text, "position" integer
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE kind
  WHEN 'token' THEN text
  WHEN 'group' THEN text
  WHEN 'head' THEN 'L' || layer || '.H' || component_index
  WHEN 'neuron' THEN 'L' || layer || '.N' || component_index
  ELSE coalesce('L' || layer || '.', '') || CASE kind WHEN 'feature' THEN 'F' || component_index ELSE upper(kind::text) END
    || coalesce('@' || "position", '')
END;
COMMENT ON FUNCTION "component_label"("component_kind", smallint, integer, text, integer) IS
  'What a person calls a component: the text of a token or group, L3.H5 for a head, L3.N17 for a neuron, L2.F320@4 for a feature at a position, L3.RESIDUAL, BIAS.';
DROP FUNCTION IF EXISTS "component_label"("component_kind", smallint, integer, text);

-- BIAS has no layer, and a split of all layers has one in every start: which, follows from its place, since all starts of
-- one result have the same number of components. The biases of a target's feature set (SAE_BIAS 1) are of no start.
CREATE FUNCTION "start_layer"(
  "partition" jsonb, "kind" "component_kind", "layer" smallint, "ordinal" integer, "heads" integer, "neurons" integer
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN "partition" ->> 'layer' IS DISTINCT FROM 'all' THEN
    coalesce(("partition" ->> 'layer')::integer, ("partition" -> 'site' ->> 'layer')::integer)
  WHEN kind = 'sae_bias' THEN NULL
  WHEN layer IS NOT NULL THEN layer
  ELSE ordinal / CASE "partition" ->> 'by'
    WHEN 'head' THEN heads + 2
    WHEN 'module' THEN 3
    WHEN 'neuron' THEN coalesce(jsonb_array_length("partition" -> 'neurons'), neurons) + 2
  END
END;
COMMENT ON FUNCTION "start_layer" IS 'The layer at which the split was made that a component belongs to.';

-- What is only handed on takes no part in a ranking of what adds something.
CREATE FUNCTION "is_ranked"("kind" "component_kind") RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN kind NOT IN ('residual', 'rest', 'stream');
COMMENT ON FUNCTION "is_ranked" IS 'Whether a component is ranked: RESIDUAL, REST and STREAM, which hold what was there before, are not.';

-- Offsets of tokens count UTF-16 units, of which a character beyond the basic plane has two.
CREATE FUNCTION "utf16_length"("text" text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length("text") = length("text") THEN length("text")
  ELSE length("text") + length(regexp_replace("text", '[^\U00010000-\U0010FFFF]', '', 'g')) END;
COMMENT ON FUNCTION "utf16_length" IS 'Length of a text in UTF-16 units, in which offsets of tokens are counted.';

-- Bytes of float32. The sum of a bytea with nothing is a copy in memory: every get_byte of a stored one would read the
-- whole value again (4,096 numbers: 2 ms instead of 90).
CREATE OR REPLACE FUNCTION "float32_values"("bytes" bytea) RETURNS real[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  held bytea := bytes || ''::bytea;
BEGIN
  RETURN coalesce((
    SELECT array_agg(
      CASE
        WHEN (bits >> 23) & 255 = 0 THEN sign * (bits & 8388607)::float8 * 2::float8 ^ -149
        ELSE sign * ((bits & 8388607) | 8388608)::float8 * 2::float8 ^ (((bits >> 23) & 255) - 150)
      END::real ORDER BY i)
    FROM (
      SELECT i, bits, CASE WHEN (bits >> 31) = 1 THEN -1 ELSE 1 END AS sign
      FROM generate_series(0, octet_length(held) / 4 - 1) AS i,
        LATERAL (SELECT get_byte(held, 4 * i)::bigint | (get_byte(held, 4 * i + 1)::bigint << 8)
          | (get_byte(held, 4 * i + 2)::bigint << 16) | (get_byte(held, 4 * i + 3)::bigint << 24) AS bits) b
    ) numbers
  ), '{}');
END
$$;
COMMENT ON FUNCTION "float32_values" IS 'The numbers in bytes of float32, little-endian, as an array; finite numbers only.';

CREATE VIEW "result_readable" AS
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
  asked.datasets
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(DISTINCT i.run_id), '{}') AS runs, coalesce(array_agg(DISTINCT d.slug), '{}') AS datasets
  FROM "run_item" i JOIN "run" u ON u.id = i.run_id JOIN "dataset" d ON d.id = u.dataset_id
  WHERE i.result_id = r.id
) asked;
COMMENT ON VIEW "result_readable" IS
  'Exactly one row per result: what was attributed, how, and how well it sums. With prompts and answers: run_result.';

CREATE VIEW "run_result" AS
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
  r.created_at
FROM "run_item" i
JOIN "prompt" p ON p.id = i.prompt_id
JOIN "dataset" d ON d.id = p.dataset_id
JOIN "result" r ON r.id = i.result_id
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
LEFT JOIN "prompt_sequence" ps ON ps.prompt_id = p.id AND ps.tokenizer_hash = s.tokenizer_hash;
COMMENT ON VIEW "run_result" IS
  'One row per prompt of a run that has its result: the record with its answer and other fields, and what was attributed.';

-- Ranked result by result: one window over all rows would sort them with their prompts' texts, and could not be narrowed to
-- the rows that are asked for.
CREATE VIEW "attribution_readable" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  d.slug AS dataset,
  p.index AS prompt_index,
  i.run_id,
  coalesce(p.text, s.text) AS prompt,
  p.answer,
  r.target_text AS target,
  r.target_value,
  r.target_probability,
  r.partition_kind AS partition,
  c.start_layer,
  r.mode,
  r.rule,
  r.temperature,
  c.kind AS component_kind,
  c.layer,
  c.component_index,
  "component_label"(c.kind, c.layer, c.component_index, coalesce(t.text, g.text), c.position) AS component,
  c.score,
  c.score / nullif(r.target_value, 0) AS share,
  CASE WHEN "is_ranked"(c.kind) THEN c.rank END AS rank,
  CASE c.kind WHEN 'token' THEN c.component_index ELSE c.position END AS component_position,
  CASE WHEN ps.spans IS NOT NULL THEN (ps.spans -> t.index ->> 0)::integer
    WHEN p.text IS NULL OR p.text = s.text THEN t."start" END AS token_start,
  CASE WHEN ps.spans IS NOT NULL THEN (ps.spans -> t.index ->> 1)::integer
    WHEN p.text IS NULL OR p.text = s.text THEN t."end" END AS token_end,
  p.id AS prompt_id,
  p.subject,
  p.extra,
  r.minus_text AS minus,
  r.position AS target_position,
  r.exclude_first,
  r.engine,
  c.ordinal
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" s ON s.id = r.sequence_id
LEFT JOIN "run_item" i ON i.result_id = r.id
LEFT JOIN "prompt" p ON p.id = i.prompt_id
LEFT JOIN "dataset" d ON d.id = p.dataset_id
LEFT JOIN "prompt_sequence" ps ON ps.prompt_id = p.id AND ps.tokenizer_hash = s.tokenizer_hash
CROSS JOIN LATERAL (
  SELECT part.*, rank() OVER (PARTITION BY part.start_layer, "is_ranked"(part.kind) ORDER BY part.magnitude DESC) AS rank
  FROM (
    SELECT b.kind, b.layer, b.component_index, b.score, b.magnitude, b.ordinal,
      "start_layer"(r.partition, b.kind, b.layer, b.ordinal, m.heads, m.neurons) AS start_layer,
      "component_position"(r.partition_kind, b.kind, b.ordinal, b.component_index, r.feature_starts) AS position
    FROM "contribution" b WHERE b.result_id = r.id AND b.model_id = r.model_id
  ) part
) c
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

CREATE VIEW "token_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, start_layer, mode, rule, temperature,
  component_index AS position, component AS token, score, share, rank,
  target_position - component_index AS distance,
  CASE WHEN component_index > target_position THEN NULL WHEN target_position = 0 THEN 1
    ELSE component_index::float8 / target_position END AS relative_position,
  token_start, token_end,
  CASE WHEN subject <> '' AND strpos(prompt, subject) > 0 THEN coalesce(
    token_start < "utf16_length"(left(prompt, strpos(prompt, subject) - 1)) + "utf16_length"(subject)
    AND token_end > "utf16_length"(left(prompt, strpos(prompt, subject) - 1)), false) END AS in_subject,
  prompt_id, subject, answer, extra, minus, target_position, target_probability
FROM "attribution_readable" WHERE component_kind = 'token';
COMMENT ON VIEW "token_scores" IS 'attribution_readable for tokens: what every token of a prompt contributed.';

CREATE VIEW "group_scores" AS
SELECT a.result_id, a.model, a.dataset, a.prompt_index, a.run_id, a.prompt, a.target, a.target_value, a.start_layer, a.mode, a.rule,
  a.temperature, a.component_index AS "group", a.component AS text, a.score, a.share, a.rank,
  ARRAY(SELECT jsonb_array_elements_text(r.partition -> 'groups' -> a.component_index)::integer) AS positions,
  a.prompt_id, a.subject, a.answer, a.extra, a.minus, a.target_position, a.target_probability
FROM "attribution_readable" a JOIN "result" r ON r.id = a.result_id WHERE a.component_kind = 'group';
COMMENT ON VIEW "group_scores" IS 'attribution_readable for groups: what every word, sentence, message or group of positions contributed as a unit.';

CREATE VIEW "head_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, start_layer, mode, rule, temperature,
  layer, component_index AS head, score, share, rank, prompt_id, subject, answer, extra, minus, target_position, target_probability
FROM "attribution_readable" WHERE component_kind = 'head';
COMMENT ON VIEW "head_scores" IS 'attribution_readable for attention heads.';

CREATE VIEW "neuron_scores" AS
SELECT result_id, model, dataset, prompt_index, run_id, prompt, target, target_value, start_layer, mode, rule, temperature,
  layer, component_index AS neuron, score, share, rank, prompt_id, subject, answer, extra, minus, target_position, target_probability
FROM "attribution_readable" WHERE component_kind = 'neuron';
COMMENT ON VIEW "neuron_scores" IS
  'attribution_readable for MLP neurons: the largest ones of each attribution. All of them: scores(result_id).';

-- Components that are the same thing in every prompt, as tokens and words are not. Ranks cost a sort and are not needed here.
CREATE VIEW "component_means" AS
SELECT
  i.run_id,
  m.slug AS model,
  d.slug AS dataset,
  r.partition_kind AS partition,
  "start_layer"(r.partition, c.kind, c.layer, c.ordinal, m.heads, m.neurons) AS start_layer,
  r.mode,
  r.rule,
  r.temperature,
  c.kind AS component_kind,
  c.layer,
  c.component_index,
  "component_label"(c.kind, c.layer, c.component_index, NULL, NULL) AS component,
  count(DISTINCT i.prompt_id) AS prompts,
  (SELECT count(*) FROM "run_item" a WHERE a.run_id = i.run_id AND a.result_id IS NOT NULL) AS run_prompts,
  avg(c.score) AS mean_score,
  stddev_samp(c.score) AS deviation,
  avg(c.magnitude) AS mean_magnitude,
  avg(c.score / nullif(r.target_value, 0)) AS mean_share
FROM "run_item" i
JOIN "run" u ON u.id = i.run_id
JOIN "dataset" d ON d.id = u.dataset_id
JOIN "result" r ON r.id = i.result_id
JOIN "model" m ON m.id = r.model_id
JOIN "contribution" c ON c.result_id = r.id AND c.model_id = r.model_id AND c.kind NOT IN ('token', 'group', 'error', 'skip')
GROUP BY i.run_id, m.slug, d.slug, r.partition_kind,
  "start_layer"(r.partition, c.kind, c.layer, c.ordinal, m.heads, m.neurons), r.mode, r.rule, r.temperature,
  c.kind, c.layer, c.component_index;
COMMENT ON VIEW "component_means" IS
  'One row per run and component that is the same in every prompt (a head, a neuron, a sublayer …): what it contributed on average.';

CREATE VIEW "position_means" AS
SELECT run_id, model, dataset, start_layer, mode, rule, temperature, tenth,
  count(DISTINCT prompt_id) AS prompts,
  count(*) AS tokens,
  avg(score) AS mean_score,
  stddev_samp(score) AS deviation,
  avg(magnitude) AS mean_magnitude,
  avg(score / nullif(target_value, 0)) AS mean_share
FROM (
  SELECT i.run_id, m.slug AS model, d.slug AS dataset,
    "start_layer"(r.partition, c.kind, c.layer, c.ordinal, m.heads, m.neurons) AS start_layer,
    r.mode, r.rule, r.temperature, i.prompt_id, c.score, c.magnitude, r.target_value,
    CASE r.position WHEN 0 THEN 9 ELSE least(9, c.component_index * 10 / r.position) END AS tenth
  FROM "run_item" i
  JOIN "run" u ON u.id = i.run_id
  JOIN "dataset" d ON d.id = u.dataset_id
  JOIN "result" r ON r.id = i.result_id
  JOIN "model" m ON m.id = r.model_id
  JOIN "contribution" c ON c.result_id = r.id AND c.model_id = r.model_id AND c.kind = 'token' AND c.component_index <= r.position
) placed
GROUP BY run_id, model, dataset, start_layer, mode, rule, temperature, tenth;
COMMENT ON VIEW "position_means" IS
  'One row per run by token and tenth of the way from the first token (0) to the one where the target is read (9).';

CREATE VIEW "run_progress" AS
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
  r.options
FROM "run" r
JOIN "model" m ON m.id = r.model_id
JOIN "dataset" d ON d.id = r.dataset_id
LEFT JOIN "run_item" i ON i.run_id = r.id
GROUP BY r.id, m.slug, d.slug;
COMMENT ON VIEW "run_progress" IS 'How far every run is, counted from its prompts.';

CREATE VIEW "prompt_token" AS
SELECT
  d.slug AS dataset,
  p.index AS prompt_index,
  ps.tokenizer_hash,
  t.index AS position,
  t.token_id,
  t.text AS token,
  (ps.spans -> t.index ->> 0)::integer AS "start",
  (ps.spans -> t.index ->> 1)::integer AS "end",
  p.id AS prompt_id,
  ps.sequence_id
FROM "prompt_sequence" ps
JOIN "prompt" p ON p.id = ps.prompt_id
JOIN "dataset" d ON d.id = p.dataset_id
JOIN "sequence_token" t ON t.sequence_id = ps.sequence_id;
COMMENT ON VIEW "prompt_token" IS 'One row per token of a prompt, for each tokenizer that has read it: where it stands in the prompt.';

-- Scores of every component, whether it is a row or a number in the vector. Only neurons are kept in vectors.
CREATE FUNCTION "scores"("result_id" bigint)
RETURNS TABLE ("ordinal" integer, "start_layer" integer, "component_kind" "component_kind", "component_index" integer,
  "component" text, "score" float8)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH r AS (
    SELECT r.*, m.heads, m.neurons,
      coalesce(jsonb_array_length(r.partition -> 'neurons'), m.neurons) AS named,
      (SELECT count(*)::integer FROM contribution b WHERE b.result_id = r.id AND b.model_id = r.model_id AND b.kind = 'bias') AS biases,
      (SELECT count(*)::integer FROM contribution b WHERE b.result_id = r.id AND b.model_id = r.model_id AND b.kind = 'rest') AS starts
    FROM result r JOIN model m ON m.id = r.model_id WHERE r.id = $1
  ), unpacked AS (
    SELECT r.*, (n.number - 1)::integer AS place, n.score, (n.number - 1)::integer % size AS within,
      CASE WHEN r.partition ->> 'layer' = 'all' THEN (n.number - 1)::integer / size ELSE (r.partition ->> 'layer')::integer END AS at
    FROM r
    JOIN vector v ON v.hash = r.scores_vector_hash
    CROSS JOIN LATERAL (SELECT 1 + r.named + (r.biases > 0)::integer AS size) s
    CROSS JOIN LATERAL unnest(float32_values(v.data)) WITH ORDINALITY AS n (score, number)
    WHERE n.number <= r.starts * s.size
  )
  SELECT u.place, u.at, k.kind, k.number, component_label(k.kind, CASE WHEN k.kind <> 'bias' THEN u.at END::smallint, k.number, NULL, NULL),
    u.score::float8
  FROM unpacked u
  CROSS JOIN LATERAL (
    SELECT CASE WHEN u.within = 0 THEN 'rest' WHEN u.within <= u.named THEN 'neuron' ELSE 'bias' END::component_kind AS kind,
      CASE WHEN u.within BETWEEN 1 AND u.named THEN coalesce((u.partition -> 'neurons' ->> (u.within - 1))::integer, u.within - 1)
        ELSE 0 END AS number
  ) k
  UNION ALL
  -- What has a row and is not in the vector: all of it where there is no vector, else the biases of a target's feature set.
  SELECT c.ordinal, start_layer(r.partition, c.kind, c.layer, c.ordinal, r.heads, r.neurons), c.kind, c.component_index,
    component_label(c.kind, c.layer, c.component_index,
      CASE c.kind
        WHEN 'token' THEN (SELECT t.text FROM sequence_token t WHERE t.sequence_id = r.sequence_id AND t.index = c.component_index)
        WHEN 'group' THEN (SELECT string_agg(t.text, '' ORDER BY t.index) FROM sequence_token t
          WHERE t.sequence_id = r.sequence_id AND r.partition -> 'groups' -> c.component_index @> to_jsonb(t.index))
      END,
      component_position(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts)),
    c.score
  FROM r JOIN contribution c ON c.result_id = r.id AND c.model_id = r.model_id
  WHERE r.scores_vector_hash IS NULL OR c.kind = 'sae_bias'
  ORDER BY 1
$$;
COMMENT ON FUNCTION "scores" IS
  'Every component of a result with its score, in component order, those included that are kept in a vector only: SELECT component, score FROM scores(17).';

-- A column of one name means one thing in all views; the few that do not are named with their view.
DO $$
DECLARE
  here record;
BEGIN
  FOR here IN
    SELECT c.relname, a.attname, coalesce(own.words, shared.words) AS words
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN (VALUES
      ('result_readable', 'prompt', 'What the token ids say, decoded; null without a tokenizer. As a dataset has it: run_result.prompt.'),
      ('result_readable', 'start_layer', 'The layer at which the split is made, from 0; null where every layer is split.'),
      ('run_result', 'start_layer', 'The layer at which the split is made, from 0; null where every layer is split.'),
      ('result_readable', 'position', 'Position where the target is read.'),
      ('run_result', 'position', 'Position where the target is read.'),
      ('run_result', 'run_id', 'run.id'),
      ('prompt_token', 'token', 'What the token adds when the ids are decoded.'),
      ('run_progress', 'run_id', 'run.id'),
      ('run_progress', 'layer', 'The layer that was asked for: a number, or all; null for the default of the partition.'),
      ('run_progress', 'target', 'The target that was asked for: answer, next, field:NAME, a text or #id.'),
      ('run_progress', 'created_at', 'When it was first started.'),
      ('neuron_scores', 'layer', 'Layer of the neuron, from 0.'),
      ('head_scores', 'layer', 'Layer of the head, from 0.'),
      ('component_means', 'prompts', 'Prompts in which the component has a row; of many neurons and features only the largest have.'),
      ('component_means', 'mean_score', 'Mean of its scores over these rows.')
    ) own (view, name, words) ON own.view = c.relname AND own.name = a.attname
    LEFT JOIN (VALUES
      ('result_id', 'result.id'),
      ('key', 'Content address of the result.'),
      ('model', 'Short name of the model.'),
      ('model_id', 'model.id'),
      ('sequence_id', 'sequence.id'),
      ('dataset', 'Short name of the dataset; null when no run asked for it.'),
      ('datasets', 'Short names of the datasets whose runs asked for it.'),
      ('prompt_id', 'prompt.id; null when no run asked for it.'),
      ('prompt_index', 'Place of the prompt in its dataset, from 0.'),
      ('run_id', 'The run that asked for it (run.id); null for questions asked one by one.'),
      ('runs', 'The runs that asked for it; empty for questions asked one by one.'),
      ('prompt', 'The prompt as its dataset has it; for questions asked one by one what their token ids say.'),
      ('subject', 'What the prompt is about, where the benchmark says so.'),
      ('answer', 'What the benchmark expects as continuation.'),
      ('extra', 'The record''s other fields: extra ->> ''relation''.'),
      ('target', 'The token whose logit is split; null for a direction or a feature.'),
      ('target_is_answer', 'Whether the target is the first token of the answer; null without an answer, and for other targets than a logit.'),
      ('minus', 'The token whose logit is subtracted, for a difference.'),
      ('target_position', 'Position where the target is read.'),
      ('target_type', 'logit, logitDifference, direction or feature.'),
      ('target_value', 'The number that is split: a logit, a difference, a projection, a pre-activation. Split anew at every start.'),
      ('target_probability', 'Probability the model gives the target token.'),
      ('target_layer', 'The layer whose input a direction reads.'),
      ('target_site', 'Where the feature set reads whose feature is the target.'),
      ('target_feature', 'Number of the feature that is the target.'),
      ('target_activation', 'How strongly that feature fires.'),
      ('partition', 'What the components are: token, group, head, neuron, module, subspace, feature.'),
      ('partition_detail', 'The partition in full: groups, neurons, the feature set.'),
      ('start_layer', 'The layer at which the split was made that the component belongs to, from 0. Scores of one start sum to the target.'),
      ('mode', 'corrected or reference.'),
      ('rule', 'How a neuron''s output is shared among components.'),
      ('temperature', 'Temperature of the softmax rule.'),
      ('exclude_first', 'The first token takes no share of MLP outputs, except at itself.'),
      ('engine', 'What computed it, and in which precision.'),
      ('completeness_error', 'How far the scores'' sum is from target_value, relative to the larger of it and the largest score.'),
      ('component_count', 'Components of the partition.'),
      ('stored_count', 'Components that have a row in attribution_readable.'),
      ('tail_mass', 'Sum of the scores of the others.'),
      ('milliseconds', 'Time of the computation.'),
      ('created_at', 'When it was stored.'),
      ('token_count', 'Tokens of the sequence.'),
      ('ordinal', 'Place in component order, from 0.'),
      ('component_kind', 'What this component is: that of the partition, or what remains beside it (residual, rest, bias).'),
      ('layer', 'Its layer; null for tokens and groups at the embedding, and for BIAS.'),
      ('component_index', 'Position, group, head, neuron or feature number.'),
      ('component', 'Its name: the text of a token or group, L3.H5 for a head, L3.N17 for a neuron, L2.F320@4 for a feature at a position.'),
      ('component_position', 'Where it stands, for tokens and the components of a split by feature; null for those that are everywhere, and for groups.'),
      ('score', 'Its contribution, in the unit of target_value.'),
      ('share', 'score divided by target_value; null when that is 0.'),
      ('rank', '1 for the largest by absolute value of its start; null for RESIDUAL, REST and STREAM, which hold what was there before.'),
      ('token_start', 'First UTF-16 offset of the token in prompt; null for special tokens and what is no token.'),
      ('token_end', 'Offset after the last.'),
      ('position', 'Position of the token in the sequence, from 0.'),
      ('token', 'Text of the token.'),
      ('distance', 'How many tokens before the one where the target is read; 0 is that one.'),
      ('relative_position', 'Where it stands between the first token (0) and the one where the target is read (1); null behind that.'),
      ('in_subject', 'Whether it is a part of the first place where the subject stands in the prompt; null where it stands nowhere.'),
      ('group', 'Number of the group, from 0.'),
      ('text', 'What its tokens say.'),
      ('positions', 'Its positions.'),
      ('head', 'Number of the head within its layer, from 0.'),
      ('neuron', 'Number of the neuron within its layer, from 0.'),
      ('tenth', 'Tenth of the way to the token where the target is read: 0 at the first token, 9 at the end.'),
      ('prompts', 'Prompts that the means go over.'),
      ('run_prompts', 'Prompts of the run that have a result.'),
      ('tokens', 'Tokens that the means go over.'),
      ('mean_score', 'Mean of the scores.'),
      ('deviation', 'Standard deviation of the scores (of a sample).'),
      ('mean_magnitude', 'Mean of |score|.'),
      ('mean_share', 'Mean of score divided by target_value, where that is not 0.'),
      ('status', 'running, done, failed (some prompt failed) or cancelled.'),
      ('total', 'Prompts in all.'),
      ('done', 'Prompts whose attribution is stored.'),
      ('failed', 'Prompts that cannot be attributed; run_item.error says why.'),
      ('open', 'Prompts still to do.'),
      ('percent', 'Done and failed, of the total.'),
      ('error', 'Why the run as a whole stopped.'),
      ('started_at', 'When it was last started or resumed.'),
      ('finished_at', 'When the last prompt was done.'),
      ('options', 'All that was asked of every prompt.'),
      ('tokenizer_hash', 'The tokenizer, as in sequence.tokenizer_hash.'),
      ('token_id', 'Number of the token in the vocabulary.'),
      ('start', 'First UTF-16 offset in prompt.text; null for tokens that stand for no part of it.'),
      ('end', 'Offset after the last.')
    ) shared (name, words) ON shared.name = a.attname
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ('result_readable', 'run_result', 'attribution_readable',
      'token_scores', 'group_scores', 'head_scores', 'neuron_scores', 'component_means', 'position_means', 'run_progress', 'prompt_token')
  LOOP
    EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', here.relname, here.attname, here.words);
  END LOOP;
END
$$;

-- Roles of analysts that were made before keep reading.
DO $$
DECLARE
  reader text := 'tributary_reader_' || (SELECT oid FROM pg_database WHERE datname = current_database());
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
    EXECUTE format('GRANT SELECT ON result_readable, run_result, attribution_readable, token_scores, group_scores, head_scores,
      neuron_scores, component_means, position_means, run_progress, prompt_token TO %I', reader);
  END IF;
END
$$;
