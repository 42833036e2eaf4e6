-- Two texts can have the same ids: composed and decomposed accents, a blank that the tokenizer drops, characters that it
-- has no token for. A sequence is addressed by its ids and shared by all who asked for them, so all that stands in its rows
-- now follows from the ids. What was written, and where each token stands in it, belongs to the prompt.

ALTER TABLE "prompt_sequence" ADD COLUMN "spans" JSONB;
COMMENT ON COLUMN "prompt_sequence"."spans" IS
  'Where each token stands in prompt.text: an array with [start, end) in UTF-16 offsets for every token, null for special tokens; null where an earlier version did not keep it.';

-- Spans that were kept for this very text stay the prompt's.
UPDATE "prompt_sequence" ps
SET "spans" = o.spans
FROM "sequence" s, "prompt" p, (
  SELECT "sequence_id",
    jsonb_agg(CASE WHEN "start" IS NULL THEN 'null'::jsonb ELSE jsonb_build_array("start", "end") END ORDER BY "index") AS spans
  FROM "sequence_token" GROUP BY "sequence_id"
) o
WHERE s.id = ps.sequence_id AND p.id = ps.prompt_id AND o.sequence_id = s.id AND s.text = p.text;

-- Offsets in what the tokens say. A character beyond the basic plane is two UTF-16 units.
UPDATE "sequence_token" t
SET "start" = placed.last - placed.units, "end" = placed.last
FROM (
  SELECT "sequence_id", "index", units, sum(units) OVER (PARTITION BY "sequence_id" ORDER BY "index") AS last
  FROM (
    SELECT "sequence_id", "index", CASE WHEN "start" IS NULL THEN 0
      ELSE length("text") + length(regexp_replace("text", '[^\U00010000-\U0010FFFF]', '', 'g')) END AS units
    FROM "sequence_token"
  ) measured
) placed
WHERE t.sequence_id = placed.sequence_id AND t.index = placed.index AND t.start IS NOT NULL;

UPDATE "sequence" s
SET "text" = (
  SELECT string_agg(t.text, '' ORDER BY t.index) FROM "sequence_token" t WHERE t.sequence_id = s.id AND t.start IS NOT NULL
);

COMMENT ON TABLE "sequence" IS 'The token ids that a model read, once for each tokenizer. Whoever asked, all columns follow from the ids.';
COMMENT ON COLUMN "sequence"."text" IS 'What the ids say when they are decoded, without special tokens; null for a model without a tokenizer.';
COMMENT ON COLUMN "sequence_token"."start" IS 'First UTF-16 offset in sequence.text; null for special tokens. Offsets in a prompt are in prompt_token.';

-- Same columns: a prompt is shown as it was written.
CREATE OR REPLACE VIEW "result_readable" AS
SELECT
  r.id AS result_id,
  m.slug AS model,
  d.slug AS dataset,
  p.index AS prompt_index,
  i.run_id,
  coalesce(p.text, s.text) AS prompt,
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
COMMENT ON COLUMN "result_readable"."prompt" IS
  'The prompt as its dataset has it; for questions asked one by one what their token ids say.';

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
COMMENT ON COLUMN "attribution_readable"."prompt" IS
  'The prompt as its dataset has it; for questions asked one by one what their token ids say.';

CREATE VIEW "prompt_token" AS
SELECT
  d.slug AS dataset,
  p.index AS prompt_index,
  ps.tokenizer_hash,
  t.index AS position,
  t.token_id,
  t.text AS token,
  (ps.spans -> t.index ->> 0)::integer AS "start",
  (ps.spans -> t.index ->> 1)::integer AS "end"
FROM "prompt_sequence" ps
JOIN "prompt" p ON p.id = ps.prompt_id
JOIN "dataset" d ON d.id = p.dataset_id
JOIN "sequence_token" t ON t.sequence_id = ps.sequence_id;
COMMENT ON VIEW "prompt_token" IS 'One row per token of a prompt, for each tokenizer that has read it: where it stands in the prompt.';
COMMENT ON COLUMN "prompt_token"."dataset" IS 'Short name of the dataset.';
COMMENT ON COLUMN "prompt_token"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "prompt_token"."tokenizer_hash" IS 'The tokenizer, as in sequence.tokenizer_hash.';
COMMENT ON COLUMN "prompt_token"."position" IS 'Position of the token in the sequence, from 0.';
COMMENT ON COLUMN "prompt_token"."token_id" IS 'Number of the token in the vocabulary.';
COMMENT ON COLUMN "prompt_token"."token" IS 'What the token adds when the ids are decoded.';
COMMENT ON COLUMN "prompt_token"."start" IS 'First UTF-16 offset in prompt.text; null for tokens that stand for no part of it.';
COMMENT ON COLUMN "prompt_token"."end" IS 'Offset after the last.';
