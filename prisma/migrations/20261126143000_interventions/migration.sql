-- Interventions: passes that are changed on their way, beside the pass as it is. And the means over datasets that can stand
-- in for what is taken out.

CREATE TABLE "intervention" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "sequence_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "change_kinds" TEXT[] NOT NULL,
    "changes" JSONB NOT NULL,
    "selection" JSONB,
    "vectors" TEXT[] NOT NULL,
    "target_type" "target_type" NOT NULL,
    "target_token_id" INTEGER,
    "target_text" TEXT,
    "minus_token_id" INTEGER,
    "minus_text" TEXT,
    "target_layer" INTEGER,
    "target_feature_set" TEXT,
    "target_site" TEXT,
    "target_feature" INTEGER,
    "target_activation" DOUBLE PRECISION,
    "value_before" DOUBLE PRECISION NOT NULL,
    "value_free" DOUBLE PRECISION NOT NULL,
    "value_frozen" DOUBLE PRECISION NOT NULL,
    "probability_before" DOUBLE PRECISION,
    "probability_free" DOUBLE PRECISION,
    "probability_frozen" DOUBLE PRECISION,
    "predicted" DOUBLE PRECISION,
    "taken" JSONB NOT NULL,
    "tokens" JSONB NOT NULL,
    "mode" "attribution_mode" NOT NULL,
    "rule" TEXT NOT NULL,
    "temperature" DOUBLE PRECISION NOT NULL,
    "exclude_first" BOOLEAN NOT NULL,
    "engine" TEXT NOT NULL,
    "milliseconds" DOUBLE PRECISION NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "intervention_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "intervention_key_key" ON "intervention"("key");
CREATE INDEX "intervention_sequence_id_model_id_idx" ON "intervention"("sequence_id", "model_id");
CREATE INDEX "intervention_model_id_idx" ON "intervention"("model_id");
-- What names a vector is looked for when it might be removed.
CREATE INDEX "intervention_vectors_idx" ON "intervention" USING GIN ("vectors");
ALTER TABLE "intervention"
  ADD CONSTRAINT "intervention_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "intervention_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "intervention_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "intervention_rule_known"
    CHECK ("rule" IN ('softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor')),
  ADD CONSTRAINT "intervention_numbers_finite"
    CHECK ("value_before" - "value_before" = 0 AND "value_free" - "value_free" = 0 AND "value_frozen" - "value_frozen" = 0);

CREATE TABLE "site_mean" (
    "model_id" SMALLINT NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "place" TEXT NOT NULL,
    "positions" INTEGER NOT NULL,
    "vector_hash" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "site_mean_pkey" PRIMARY KEY ("model_id", "dataset_id", "place", "engine")
);
CREATE INDEX "site_mean_vector_hash_idx" ON "site_mean"("vector_hash");
CREATE INDEX "site_mean_dataset_id_idx" ON "site_mean"("dataset_id");
ALTER TABLE "site_mean"
  ADD CONSTRAINT "site_mean_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "site_mean_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "site_mean_vector_hash_fkey" FOREIGN KEY ("vector_hash") REFERENCES "vector"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A prompt of a run waits for an attribution or for an intervention.
ALTER TABLE "run_item" ADD COLUMN "intervention_id" BIGINT;
CREATE INDEX "run_item_intervention_id_idx" ON "run_item"("intervention_id");
ALTER TABLE "run_item" ADD CONSTRAINT "run_item_intervention_id_fkey"
  FOREIGN KEY ("intervention_id") REFERENCES "intervention"("id") ON DELETE SET NULL ON UPDATE CASCADE;
COMMENT ON COLUMN "run_item"."intervention_id" IS 'The intervention, where the run asked for one: intervention.id.';

CREATE VIEW "intervention_readable" AS
SELECT v.id AS intervention_id, v.key, m.slug AS model, d.slug AS dataset, p.index AS prompt, s.text AS text, v.position,
  v.change_kinds, v.changes, coalesce(v.target_text, '#' || v.target_token_id) AS target, v.minus_text AS minus,
  v.value_before, v.value_free, v.value_frozen, v.value_before - v.value_free AS fall_free,
  v.value_before - v.value_frozen AS fall_frozen, v.predicted AS predicted_fall,
  v.probability_before, v.probability_free, v.probability_frozen, v.engine, v.created_at
FROM "intervention" v
JOIN "model" m ON m.id = v.model_id
JOIN "sequence" s ON s.id = v.sequence_id
LEFT JOIN "prompt_sequence" ps ON ps.sequence_id = s.id
LEFT JOIN "prompt" p ON p.id = ps.prompt_id
LEFT JOIN "dataset" d ON d.id = p.dataset_id;

COMMENT ON TABLE "intervention" IS 'One intervention: a pass that was changed on its way, beside the pass as it is. See the view intervention_readable.';
COMMENT ON COLUMN "intervention"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "intervention"."key" IS 'sha256 of everything that the numbers depend on: same key, same numbers.';
COMMENT ON COLUMN "intervention"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "intervention"."sequence_id" IS 'The tokens the model read: sequence.id.';
COMMENT ON COLUMN "intervention"."position" IS 'Position where the target is read.';
COMMENT ON COLUMN "intervention"."change_kinds" IS 'What kinds of things were changed: position, head, neuron, module, feature, steer.';
COMMENT ON COLUMN "intervention"."changes" IS 'What was changed, in full; a direction is named by its vector.hash.';
COMMENT ON COLUMN "intervention"."selection" IS 'The rule by which components were chosen; null where they were named.';
COMMENT ON COLUMN "intervention"."vectors" IS 'Every vector.hash that the question names.';
COMMENT ON COLUMN "intervention"."target_type" IS 'logit, logitDifference, direction or feature.';
COMMENT ON COLUMN "intervention"."target_token_id" IS 'The token whose logit is read; null for a direction.';
COMMENT ON COLUMN "intervention"."target_text" IS 'Text of that token.';
COMMENT ON COLUMN "intervention"."minus_token_id" IS 'logitDifference: the token whose logit is subtracted.';
COMMENT ON COLUMN "intervention"."minus_text" IS 'Text of that token.';
COMMENT ON COLUMN "intervention"."target_layer" IS 'direction: the layer whose input is projected.';
COMMENT ON COLUMN "intervention"."target_feature_set" IS 'feature: the hash of its set.';
COMMENT ON COLUMN "intervention"."target_site" IS 'feature: where that set reads.';
COMMENT ON COLUMN "intervention"."target_feature" IS 'feature: its number in the set.';
COMMENT ON COLUMN "intervention"."target_activation" IS 'feature: how strongly it fires in the unchanged pass.';
COMMENT ON COLUMN "intervention"."value_before" IS 'The target in the unchanged pass.';
COMMENT ON COLUMN "intervention"."value_free" IS 'The target in the changed pass, with attention free to look elsewhere.';
COMMENT ON COLUMN "intervention"."value_frozen" IS 'The same with attention frozen where it looked.';
COMMENT ON COLUMN "intervention"."probability_before" IS 'Probability of the target token; null for a direction or a feature.';
COMMENT ON COLUMN "intervention"."probability_free" IS 'The same in the changed pass.';
COMMENT ON COLUMN "intervention"."probability_frozen" IS 'The same with attention frozen.';
COMMENT ON COLUMN "intervention"."predicted" IS 'The fall that the attribution says: the scores of what was taken out, summed; null where no attribution says it.';
COMMENT ON COLUMN "intervention"."taken" IS 'Those components with their scores.';
COMMENT ON COLUMN "intervention"."tokens" IS 'The first choices of each pass, with their logits and probabilities in all of them.';
COMMENT ON COLUMN "intervention"."mode" IS 'Of the attribution: corrected or reference.';
COMMENT ON COLUMN "intervention"."rule" IS 'Of the attribution: how a neuron''s output is shared among components.';
COMMENT ON COLUMN "intervention"."temperature" IS 'Of the attribution: temperature of the softmax rule.';
COMMENT ON COLUMN "intervention"."exclude_first" IS 'Of the attribution: the first token takes no share of MLP outputs, except at itself.';
COMMENT ON COLUMN "intervention"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "intervention"."milliseconds" IS 'Time of the computation.';
COMMENT ON COLUMN "intervention"."created_at" IS 'When it was stored.';

COMMENT ON TABLE "site_mean" IS 'What a part of a model is at the average position of a dataset: it can stand in for what an intervention takes out.';
COMMENT ON COLUMN "site_mean"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "site_mean"."dataset_id" IS 'The dataset: dataset.id.';
COMMENT ON COLUMN "site_mean"."place" IS 'What is averaged: 2.z, 3.neurons, 1.mlp_out, or the hash of a feature set.';
COMMENT ON COLUMN "site_mean"."positions" IS 'Number of positions averaged over.';
COMMENT ON COLUMN "site_mean"."vector_hash" IS 'The mean: vector.hash.';
COMMENT ON COLUMN "site_mean"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "site_mean"."created_at" IS 'When it was stored.';

COMMENT ON VIEW "intervention_readable" IS 'Interventions with the names of what they belong to; one row a prompt that has the sequence.';
COMMENT ON COLUMN "intervention_readable"."intervention_id" IS 'intervention.id';
COMMENT ON COLUMN "intervention_readable"."key" IS 'sha256 of everything that the numbers depend on.';
COMMENT ON COLUMN "intervention_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "intervention_readable"."dataset" IS 'Short name of the dataset; null for a sequence of no prompt.';
COMMENT ON COLUMN "intervention_readable"."prompt" IS 'Number of the prompt in its dataset.';
COMMENT ON COLUMN "intervention_readable"."text" IS 'The text that was tokenised.';
COMMENT ON COLUMN "intervention_readable"."position" IS 'Position where the target is read.';
COMMENT ON COLUMN "intervention_readable"."change_kinds" IS 'What kinds of things were changed.';
COMMENT ON COLUMN "intervention_readable"."changes" IS 'What was changed, in full.';
COMMENT ON COLUMN "intervention_readable"."target" IS 'Text of the target token.';
COMMENT ON COLUMN "intervention_readable"."minus" IS 'Text of the token whose logit is subtracted.';
COMMENT ON COLUMN "intervention_readable"."value_before" IS 'The target in the unchanged pass.';
COMMENT ON COLUMN "intervention_readable"."value_free" IS 'The target in the changed pass.';
COMMENT ON COLUMN "intervention_readable"."value_frozen" IS 'The same with attention frozen.';
COMMENT ON COLUMN "intervention_readable"."fall_free" IS 'How far the target fell.';
COMMENT ON COLUMN "intervention_readable"."fall_frozen" IS 'How far it fell with attention frozen.';
COMMENT ON COLUMN "intervention_readable"."predicted_fall" IS 'How far the attribution says it falls.';
COMMENT ON COLUMN "intervention_readable"."probability_before" IS 'Probability of the target token.';
COMMENT ON COLUMN "intervention_readable"."probability_free" IS 'The same in the changed pass.';
COMMENT ON COLUMN "intervention_readable"."probability_frozen" IS 'The same with attention frozen.';
COMMENT ON COLUMN "intervention_readable"."engine" IS 'What computed it.';
COMMENT ON COLUMN "intervention_readable"."created_at" IS 'When it was stored.';
