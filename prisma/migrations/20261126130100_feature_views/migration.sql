-- What an analyst reads of features, and the names of features in what is read of attributions.

CREATE FUNCTION "component_position"(
  "partition" "partition_kind", "kind" "component_kind", "ordinal" integer, "component_index" integer, "feature_starts" integer[]
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN "partition" <> 'feature' THEN NULL
  WHEN kind = 'feature' AND cardinality(feature_starts) > 0 THEN width_bucket(ordinal, feature_starts) - 1
  WHEN kind IN ('rest', 'error', 'skip') THEN component_index
END;
COMMENT ON FUNCTION "component_position" IS
  'The position of a component of a split by feature; null for components of all positions, and for other splits.';

CREATE FUNCTION "component_label"(
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

CREATE OR REPLACE VIEW "attribution_readable" AS
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
  r.mode,
  r.rule,
  c.kind AS component_kind,
  c.layer,
  c.component_index,
  "component_label"(c.kind, c.layer, c.component_index, coalesce(t.text, g.text),
    "component_position"(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts)) AS component,
  c.score,
  c.score / nullif(r.target_value, 0) AS share,
  rank() OVER (PARTITION BY r.id, m.slug, d.slug, p.index, i.run_id, r.partition_kind ORDER BY c.magnitude DESC) AS rank,
  "component_position"(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) AS component_position
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
COMMENT ON COLUMN "attribution_readable"."component_position" IS
  'Position of a component of a split by feature; null for components of all positions, and for other splits.';
COMMENT ON COLUMN "attribution_readable"."partition" IS 'What the components are: token, group, head, neuron, module, subspace, feature.';
COMMENT ON COLUMN "result_readable"."partition" IS 'What the components are: token, group, head, neuron, module, subspace, feature.';

DROP FUNCTION "component_label"("component_kind", smallint, integer, text);

CREATE FUNCTION "float32_values"("bytes" bytea) RETURNS real[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT array_agg(
    CASE
      WHEN bits = 0 THEN 0
      WHEN (bits >> 23) & 255 = 0 THEN sign * (bits & 8388607)::float8 * 2::float8 ^ -149
      ELSE sign * ((bits & 8388607) | 8388608)::float8 * 2::float8 ^ (((bits >> 23) & 255) - 150)
    END::real ORDER BY i)
  FROM (
    SELECT i, bits, CASE WHEN (bits >> 31) = 1 THEN -1 ELSE 1 END AS sign
    FROM generate_series(0, octet_length("bytes") / 4 - 1) AS i,
      LATERAL (SELECT get_byte("bytes", 4 * i)::bigint | (get_byte("bytes", 4 * i + 1)::bigint << 8)
        | (get_byte("bytes", 4 * i + 2)::bigint << 16) | (get_byte("bytes", 4 * i + 3)::bigint << 24) AS bits) b
  ) numbers
);
COMMENT ON FUNCTION "float32_values" IS 'The numbers in bytes of float32, little-endian, as an array; finite numbers only.';

CREATE VIEW "feature_readable" AS
SELECT
  m.slug || '/' || fs.source || '/' || f."index" AS feature,
  m.slug AS model,
  fs.source,
  f."index",
  f.label,
  d.slug AS dataset,
  w.tokens,
  s.fired,
  s.density,
  s.mean,
  s.max,
  f.top_texts AS top_tokens,
  f.top_logits,
  f.bottom_texts AS bottom_tokens,
  f.bottom_logits,
  f.neighbours,
  f.cosines,
  s.co_firing,
  s.co_firing_share,
  s.histogram,
  f.decoder_norm,
  fs.layer,
  fs.site,
  f.set_id,
  s.sweep_id
FROM "feature" f
JOIN "feature_set" fs ON fs.id = f.set_id
JOIN "model" m ON m.id = fs.model_id
LEFT JOIN "feature_statistics" s ON s.set_id = f.set_id AND s."index" = f."index"
LEFT JOIN "feature_sweep" w ON w.id = s.sweep_id
LEFT JOIN "dataset" d ON d.id = w.dataset_id;

COMMENT ON VIEW "feature_readable" IS
  'One row per feature and dataset that its set was swept over: what it is about, how often and how strongly it fires, what it says.';
COMMENT ON COLUMN "feature_readable"."feature" IS 'model/source/index';
COMMENT ON COLUMN "feature_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "feature_readable"."source" IS 'The feature set: 6-res-jb.';
COMMENT ON COLUMN "feature_readable"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature_readable"."label" IS 'Its best explanation.';
COMMENT ON COLUMN "feature_readable"."dataset" IS 'The dataset of the statistics; null while the set has not been swept.';
COMMENT ON COLUMN "feature_readable"."tokens" IS 'Tokens of the dataset that were seen.';
COMMENT ON COLUMN "feature_readable"."fired" IS 'Tokens among them that it fires at.';
COMMENT ON COLUMN "feature_readable"."density" IS 'fired, as a share of tokens.';
COMMENT ON COLUMN "feature_readable"."mean" IS 'Mean of the activations that are not 0.';
COMMENT ON COLUMN "feature_readable"."max" IS 'Largest activation.';
COMMENT ON COLUMN "feature_readable"."top_tokens" IS 'The tokens whose logits its decoder direction raises most, best first.';
COMMENT ON COLUMN "feature_readable"."top_logits" IS 'How much an activation of 1 raises them (final norm''s gain folded in, its scale left out).';
COMMENT ON COLUMN "feature_readable"."bottom_tokens" IS 'The tokens whose logits it lowers most.';
COMMENT ON COLUMN "feature_readable"."bottom_logits" IS 'How much an activation of 1 changes them.';
COMMENT ON COLUMN "feature_readable"."neighbours" IS 'Features whose decoder rows are most like its own, nearest first.';
COMMENT ON COLUMN "feature_readable"."cosines" IS 'The cosines of these rows with its own.';
COMMENT ON COLUMN "feature_readable"."co_firing" IS 'Features that fire most often where it fires, on a sample of positions.';
COMMENT ON COLUMN "feature_readable"."co_firing_share" IS 'The share of its firings in the sample at which each of them fires.';
COMMENT ON COLUMN "feature_readable"."histogram" IS 'How often each strength occurs: bin b (from 0) begins at 2^(b/4 - 8).';
COMMENT ON COLUMN "feature_readable"."decoder_norm" IS 'Length of its decoder row.';
COMMENT ON COLUMN "feature_readable"."layer" IS 'Layer of the set.';
COMMENT ON COLUMN "feature_readable"."site" IS 'What the set reads.';
COMMENT ON COLUMN "feature_readable"."set_id" IS 'feature_set.id';
COMMENT ON COLUMN "feature_readable"."sweep_id" IS 'feature_sweep.id';

CREATE VIEW "feature_example_readable" AS
SELECT
  m.slug || '/' || fs.source || '/' || e."index" AS feature,
  m.slug AS model,
  fs.source,
  e."index",
  f.label,
  d.slug AS dataset,
  e.kind,
  2::float8 ^ (e."interval" - 8) AS at_least,
  e.rank,
  e.value,
  t.text AS token,
  around.before,
  around.after,
  e.position,
  q.text AS prompt,
  "float32_values"(e."values") AS "values",
  e.first,
  e.sequence_id,
  e.set_id,
  e.sweep_id
FROM "feature_example" e
JOIN "feature" f ON f.set_id = e.set_id AND f."index" = e."index"
JOIN "feature_set" fs ON fs.id = e.set_id
JOIN "model" m ON m.id = fs.model_id
JOIN "feature_sweep" w ON w.id = e.sweep_id
JOIN "dataset" d ON d.id = w.dataset_id
JOIN "sequence" q ON q.id = e.sequence_id
JOIN "sequence_token" t ON t.sequence_id = e.sequence_id AND t.index = e.position
CROSS JOIN LATERAL (
  SELECT string_agg(a.text, '' ORDER BY a.index) FILTER (WHERE a.index < e.position) AS before,
    string_agg(a.text, '' ORDER BY a.index) FILTER (WHERE a.index > e.position) AS after
  FROM "sequence_token" a
  WHERE a.sequence_id = e.sequence_id AND a.index BETWEEN e.first AND e.first + octet_length(e."values") / 4 - 1
) around;

COMMENT ON VIEW "feature_example_readable" IS 'One row per example: where a feature fires, how strongly, and the text around.';
COMMENT ON COLUMN "feature_example_readable"."feature" IS 'model/source/index';
COMMENT ON COLUMN "feature_example_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "feature_example_readable"."source" IS 'The feature set: 6-res-jb.';
COMMENT ON COLUMN "feature_example_readable"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature_example_readable"."label" IS 'The feature''s best explanation.';
COMMENT ON COLUMN "feature_example_readable"."dataset" IS 'The dataset that it comes from.';
COMMENT ON COLUMN "feature_example_readable"."kind" IS 'strongest, or drawn from those in its interval of strength.';
COMMENT ON COLUMN "feature_example_readable"."at_least" IS 'Where its interval begins; it ends at twice that.';
COMMENT ON COLUMN "feature_example_readable"."rank" IS 'Among the strongest, or within its interval, from 0.';
COMMENT ON COLUMN "feature_example_readable"."value" IS 'The activation.';
COMMENT ON COLUMN "feature_example_readable"."token" IS 'Text of the token that it fires at.';
COMMENT ON COLUMN "feature_example_readable"."before" IS 'Text before it.';
COMMENT ON COLUMN "feature_example_readable"."after" IS 'Text after it.';
COMMENT ON COLUMN "feature_example_readable"."position" IS 'Position in the sequence.';
COMMENT ON COLUMN "feature_example_readable"."prompt" IS 'The whole text.';
COMMENT ON COLUMN "feature_example_readable"."values" IS 'The activations around, one a position.';
COMMENT ON COLUMN "feature_example_readable"."first" IS 'Position that the first of them belongs to.';
COMMENT ON COLUMN "feature_example_readable"."sequence_id" IS 'sequence.id';
COMMENT ON COLUMN "feature_example_readable"."set_id" IS 'feature_set.id';
COMMENT ON COLUMN "feature_example_readable"."sweep_id" IS 'feature_sweep.id';

CREATE VIEW "feature_source_scores" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  d.slug AS dataset,
  p.index AS prompt_index,
  i.run_id,
  q.text AS prompt,
  coalesce(r.target_text, ts.source || '/' || r.target_feature) AS target,
  r.target_value,
  r.mode,
  r.rule,
  fs.source,
  c.component_index AS "index",
  f.label,
  "component_position"(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) AS position,
  t.text AS token,
  c.score,
  c.score / nullif(r.target_value, 0) AS share,
  rank() OVER (PARTITION BY r.id, m.slug, d.slug, p.index, i.run_id ORDER BY c.magnitude DESC) AS rank
FROM "result" r
JOIN "model" m ON m.id = r.model_id
JOIN "sequence" q ON q.id = r.sequence_id
JOIN "contribution" c ON c.result_id = r.id AND c.model_id = r.model_id AND c.kind = 'feature'
LEFT JOIN "feature_set" fs ON fs.model_id = r.model_id AND fs.hash = r.partition ->> 'set'
LEFT JOIN "feature" f ON f.set_id = fs.id AND f."index" = c.component_index
LEFT JOIN "feature_set" ts ON ts.model_id = r.model_id AND ts.hash = r.target_feature_set
LEFT JOIN "sequence_token" t ON t.sequence_id = r.sequence_id
  AND t.index = "component_position"(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts)
LEFT JOIN "run_item" i ON i.result_id = r.id
LEFT JOIN "prompt" p ON p.id = i.prompt_id
LEFT JOIN "dataset" d ON d.id = p.dataset_id
WHERE r.partition_kind = 'feature';

COMMENT ON VIEW "feature_source_scores" IS 'What every feature of a split by feature contributed to a target; what is left over has no row here.';
COMMENT ON COLUMN "feature_source_scores"."result_id" IS 'result.id';
COMMENT ON COLUMN "feature_source_scores"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "feature_source_scores"."dataset" IS 'Short name of the dataset; null when no run asked for it.';
COMMENT ON COLUMN "feature_source_scores"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "feature_source_scores"."run_id" IS 'The run that asked for it.';
COMMENT ON COLUMN "feature_source_scores"."prompt" IS 'The text.';
COMMENT ON COLUMN "feature_source_scores"."target" IS 'The token whose logit is split, or the feature whose pre-activation is: source/index.';
COMMENT ON COLUMN "feature_source_scores"."target_value" IS 'The number that is split.';
COMMENT ON COLUMN "feature_source_scores"."mode" IS 'corrected or reference.';
COMMENT ON COLUMN "feature_source_scores"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "feature_source_scores"."source" IS 'The feature set of the split; null where it was not added to this database.';
COMMENT ON COLUMN "feature_source_scores"."index" IS 'Number of the feature in it.';
COMMENT ON COLUMN "feature_source_scores"."label" IS 'The feature''s best explanation.';
COMMENT ON COLUMN "feature_source_scores"."position" IS 'Where it fires; null for one that is carried over all positions.';
COMMENT ON COLUMN "feature_source_scores"."token" IS 'Text of the token there.';
COMMENT ON COLUMN "feature_source_scores"."score" IS 'Its contribution, in the unit of target_value.';
COMMENT ON COLUMN "feature_source_scores"."share" IS 'score divided by target_value.';
COMMENT ON COLUMN "feature_source_scores"."rank" IS '1 for the largest by absolute value among the features.';
