-- The tables of schema.prisma, as Prisma writes them, except `contribution`, which it cannot describe.
-- What follows them by hand: the partitioned table, checks and comments (here), the views (next migration).

-- CreateEnum
CREATE TYPE "partition_kind" AS ENUM ('token', 'group', 'head', 'neuron', 'module', 'subspace');

-- CreateEnum
CREATE TYPE "target_type" AS ENUM ('logit', 'logitDifference', 'direction');

-- CreateEnum
CREATE TYPE "attribution_mode" AS ENUM ('corrected', 'reference');

-- CreateEnum
CREATE TYPE "component_kind" AS ENUM ('token', 'group', 'head', 'neuron', 'residual', 'attention', 'mlp', 'inside', 'outside', 'rest', 'bias');

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('running', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "run_item_status" AS ENUM ('pending', 'done', 'failed');

-- CreateTable
CREATE TABLE "model" (
    "id" SMALLSERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "tokenizer_hash" TEXT,
    "layers" INTEGER NOT NULL,
    "residual_width" INTEGER NOT NULL,
    "heads" INTEGER NOT NULL,
    "key_value_heads" INTEGER NOT NULL,
    "head_width" INTEGER NOT NULL,
    "neurons" INTEGER NOT NULL,
    "vocabulary_size" INTEGER NOT NULL,
    "max_positions" INTEGER NOT NULL,
    "parameters" BIGINT NOT NULL,
    "config" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_location" (
    "id" SERIAL NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "host" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "prompt_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "prompt" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "answer" TEXT,
    "subject" TEXT,
    "extra" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "prompt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sequence" (
    "id" SERIAL NOT NULL,
    "hash" TEXT NOT NULL,
    "tokenizer_hash" TEXT NOT NULL,
    "token_count" INTEGER NOT NULL,
    "text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sequence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sequence_token" (
    "sequence_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "token_id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "start" INTEGER,
    "end" INTEGER,

    CONSTRAINT "sequence_token_pkey" PRIMARY KEY ("sequence_id","index")
);

-- CreateTable
CREATE TABLE "prompt_sequence" (
    "prompt_id" INTEGER NOT NULL,
    "tokenizer_hash" TEXT NOT NULL,
    "sequence_id" INTEGER NOT NULL,
    "answer_token_id" INTEGER,
    "answer_text" TEXT,
    "answer_tokens" INTEGER,

    CONSTRAINT "prompt_sequence_pkey" PRIMARY KEY ("prompt_id","tokenizer_hash")
);

-- CreateTable
CREATE TABLE "run" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "partition_kind" "partition_kind" NOT NULL,
    "mode" "attribution_mode" NOT NULL,
    "rule" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_item" (
    "run_id" INTEGER NOT NULL,
    "prompt_id" INTEGER NOT NULL,
    "status" "run_item_status" NOT NULL DEFAULT 'pending',
    "result_key" TEXT,
    "result_id" BIGINT,
    "error" TEXT,

    CONSTRAINT "run_item_pkey" PRIMARY KEY ("run_id","prompt_id")
);

-- CreateTable
CREATE TABLE "result" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "next_key" TEXT,
    "model_id" SMALLINT NOT NULL,
    "sequence_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "partition_kind" "partition_kind" NOT NULL,
    "partition" JSONB NOT NULL,
    "target_type" "target_type" NOT NULL,
    "target_token_id" INTEGER,
    "target_text" TEXT,
    "minus_token_id" INTEGER,
    "minus_text" TEXT,
    "target_layer" INTEGER,
    "target_vector_hash" TEXT,
    "target_value" DOUBLE PRECISION NOT NULL,
    "target_probability" DOUBLE PRECISION,
    "mode" "attribution_mode" NOT NULL,
    "rule" TEXT NOT NULL,
    "temperature" DOUBLE PRECISION NOT NULL,
    "exclude_first" BOOLEAN NOT NULL,
    "engine" TEXT NOT NULL,
    "completeness_error" DOUBLE PRECISION NOT NULL,
    "component_count" INTEGER NOT NULL,
    "stored_count" INTEGER NOT NULL,
    "tail_mass" DOUBLE PRECISION NOT NULL,
    "scores_vector_hash" TEXT,
    "milliseconds" DOUBLE PRECISION NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "result_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vector" (
    "hash" TEXT NOT NULL,
    "rows" INTEGER NOT NULL DEFAULT 1,
    "width" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vector_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_slug_key" ON "model"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "model_hash_key" ON "model"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "model_location_model_id_host_path_key" ON "model_location"("model_id", "host", "path");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_slug_key" ON "dataset"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_content_hash_key" ON "dataset"("content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "prompt_dataset_id_index_key" ON "prompt"("dataset_id", "index");

-- CreateIndex
CREATE UNIQUE INDEX "sequence_hash_key" ON "sequence"("hash");

-- CreateIndex
CREATE INDEX "prompt_sequence_sequence_id_idx" ON "prompt_sequence"("sequence_id");

-- CreateIndex
CREATE UNIQUE INDEX "run_key_key" ON "run"("key");

-- CreateIndex
CREATE INDEX "run_model_id_idx" ON "run"("model_id");

-- CreateIndex
CREATE INDEX "run_dataset_id_idx" ON "run"("dataset_id");

-- CreateIndex
CREATE INDEX "run_item_prompt_id_idx" ON "run_item"("prompt_id");

-- CreateIndex
CREATE INDEX "run_item_result_id_idx" ON "run_item"("result_id");

-- CreateIndex
CREATE INDEX "run_item_result_key_idx" ON "run_item"("result_key");

-- CreateIndex
CREATE UNIQUE INDEX "result_key_key" ON "result"("key");

-- CreateIndex
CREATE UNIQUE INDEX "result_next_key_key" ON "result"("next_key");

-- CreateIndex
CREATE INDEX "result_sequence_id_model_id_idx" ON "result"("sequence_id", "model_id");

-- CreateIndex
CREATE UNIQUE INDEX "result_model_id_id_key" ON "result"("model_id", "id");

-- AddForeignKey
ALTER TABLE "model_location" ADD CONSTRAINT "model_location_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prompt" ADD CONSTRAINT "prompt_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sequence_token" ADD CONSTRAINT "sequence_token_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prompt_sequence" ADD CONSTRAINT "prompt_sequence_prompt_id_fkey" FOREIGN KEY ("prompt_id") REFERENCES "prompt"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "prompt_sequence" ADD CONSTRAINT "prompt_sequence_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_item" ADD CONSTRAINT "run_item_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_item" ADD CONSTRAINT "run_item_prompt_id_fkey" FOREIGN KEY ("prompt_id") REFERENCES "prompt"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_item" ADD CONSTRAINT "run_item_result_id_fkey" FOREIGN KEY ("result_id") REFERENCES "result"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "result" ADD CONSTRAINT "result_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "result" ADD CONSTRAINT "result_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "result" ADD CONSTRAINT "result_target_vector_hash_fkey" FOREIGN KEY ("target_vector_hash") REFERENCES "vector"("hash") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "result" ADD CONSTRAINT "result_scores_vector_hash_fkey" FOREIGN KEY ("scores_vector_hash") REFERENCES "vector"("hash") ON DELETE SET NULL ON UPDATE CASCADE;

-- Contributions: by far the most rows, so the layout is chosen by measurement (PostgreSQL 18, 20 rows a result):
--   60 bytes a row with eight columns in this order; a ninth would cost 8 more (the null bitmap grows by a byte).
--   320,000 rows/s by COPY; with a foreign key to `result` 100,000, so a trigger removes the rows of a deleted result.
--   No index on the score: the ten largest of a result take 0.5 ms with and without one, and it costs a third of the
--   write speed and 32 bytes a row.
-- The key begins with the result, which is unique by itself: 31 bytes an entry instead of 41 with the model first.
DO $$
BEGIN
  EXECUTE format($table$
    CREATE TABLE "contribution" (
        "result_id" BIGINT NOT NULL,
        "score" DOUBLE PRECISION NOT NULL CONSTRAINT "contribution_score_finite" CHECK ("score" - "score" = 0),
        "ordinal" INTEGER NOT NULL,
        "component_index" INTEGER NOT NULL,
        "kind" "component_kind" NOT NULL,
        "model_id" SMALLINT NOT NULL,
        "layer" SMALLINT,
        "magnitude" DOUBLE PRECISION NOT NULL GENERATED ALWAYS AS (abs("score")) %s,

        CONSTRAINT "contribution_pkey" PRIMARY KEY ("result_id","ordinal","model_id")
    ) PARTITION BY LIST ("model_id")
  $table$,
  -- Computed on reading where the server can (18 and later), else stored: 8 bytes a row.
  CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 'VIRTUAL' ELSE 'STORED' END);
END
$$;

-- Every model has its partition from the moment it exists. Attaching a table takes a lighter lock than creating it in
-- place, which would wait for every load that is under way.
CREATE FUNCTION "create_contribution_partition"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  partition text := 'contribution_' || NEW.id;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE contribution INCLUDING ALL, CONSTRAINT %I CHECK (model_id = %s))',
    partition, partition || '_model', NEW.id);
  EXECUTE format('ALTER TABLE contribution ATTACH PARTITION %I FOR VALUES IN (%s)', partition, NEW.id);
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', partition, partition || '_model');
  EXECUTE format('COMMENT ON TABLE %I IS %L', partition, 'The rows of contribution of model ' || NEW.slug || '.');
  RETURN NULL;
END
$$;
CREATE TRIGGER "model_has_partition" AFTER INSERT ON "model"
  FOR EACH ROW EXECUTE FUNCTION "create_contribution_partition"();

-- Dropping a model's contributions takes milliseconds, however many there are.
CREATE FUNCTION "drop_contribution_partition"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', 'contribution_' || OLD.id);
  RETURN OLD;
END
$$;
CREATE TRIGGER "model_drops_partition" BEFORE DELETE ON "model"
  FOR EACH ROW EXECUTE FUNCTION "drop_contribution_partition"();

CREATE FUNCTION "delete_contributions_of_results"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM contribution c USING deleted d WHERE c.result_id = d.id AND c.model_id = d.model_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "result_takes_contributions" AFTER DELETE ON "result"
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION "delete_contributions_of_results"();

-- Vectors are read whole: not compressing them makes that 25 times faster.
ALTER TABLE "vector" ALTER COLUMN "data" SET STORAGE EXTERNAL;

-- Checks: what the store refuses must not come in by another way either.
ALTER TABLE "model"
  ADD CONSTRAINT "model_slug_form" CHECK ("slug" ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
  ADD CONSTRAINT "model_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "model_tokenizer_hash_form" CHECK ("tokenizer_hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "dataset"
  ADD CONSTRAINT "dataset_slug_form" CHECK ("slug" ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
  ADD CONSTRAINT "dataset_content_hash_form" CHECK ("content_hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "sequence" ADD CONSTRAINT "sequence_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "run"
  ADD CONSTRAINT "run_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "run_rule_known"
    CHECK ("rule" IN ('softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor'));
ALTER TABLE "run_item"
  ADD CONSTRAINT "run_item_done_has_result" CHECK ("status" <> 'done' OR "result_key" IS NOT NULL),
  ADD CONSTRAINT "run_item_failed_has_error" CHECK ("status" <> 'failed' OR "error" IS NOT NULL);
ALTER TABLE "result"
  ADD CONSTRAINT "result_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "result_next_key_form" CHECK ("next_key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "result_rule_known"
    CHECK ("rule" IN ('softmax', 'linear-norm', 'linear-weighted', 'relu', 'taylor')),
  ADD CONSTRAINT "result_numbers_finite"
    CHECK ("target_value" - "target_value" = 0 AND "completeness_error" - "completeness_error" = 0
       AND "tail_mass" - "tail_mass" = 0);
ALTER TABLE "vector" ADD CONSTRAINT "vector_size" CHECK (octet_length("data") = 4::bigint * "rows" * "width");

-- What psql's \d+ and every database browser show.
COMMENT ON TABLE "model" IS 'A language model, identified by the hash of its weights.';
COMMENT ON COLUMN "model"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "model"."slug" IS 'Short name that people type.';
COMMENT ON COLUMN "model"."hash" IS 'sha256 of the weights and of the settings that change what they compute.';
COMMENT ON COLUMN "model"."name" IS 'Name of the folder it was added from.';
COMMENT ON COLUMN "model"."architecture" IS 'model_type of config.json: llama, mistral, qwen2 ...';
COMMENT ON COLUMN "model"."tokenizer_hash" IS 'sha256 of tokenizer.json; null when the folder has none.';
COMMENT ON COLUMN "model"."layers" IS 'Number of layers.';
COMMENT ON COLUMN "model"."residual_width" IS 'Width of the residual stream (hidden_size).';
COMMENT ON COLUMN "model"."heads" IS 'Attention heads per layer.';
COMMENT ON COLUMN "model"."key_value_heads" IS 'Key/value heads per layer.';
COMMENT ON COLUMN "model"."head_width" IS 'Width of one head.';
COMMENT ON COLUMN "model"."neurons" IS 'MLP neurons per layer (intermediate_size).';
COMMENT ON COLUMN "model"."vocabulary_size" IS 'Number of token ids.';
COMMENT ON COLUMN "model"."max_positions" IS 'Longest sequence in tokens.';
COMMENT ON COLUMN "model"."parameters" IS 'Number of weights.';
COMMENT ON COLUMN "model"."config" IS 'config.json as it was read.';
COMMENT ON COLUMN "model"."created_at" IS 'When it was added.';

COMMENT ON TABLE "model_location" IS 'Folders that hold a model, per machine.';
COMMENT ON COLUMN "model_location"."id" IS 'Number of the row.';
COMMENT ON COLUMN "model_location"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "model_location"."host" IS 'Host name of the machine.';
COMMENT ON COLUMN "model_location"."path" IS 'Folder on that machine.';
COMMENT ON COLUMN "model_location"."created_at" IS 'When the folder was registered.';

COMMENT ON TABLE "dataset" IS 'A benchmark or text collection that was added from a file.';
COMMENT ON COLUMN "dataset"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "dataset"."slug" IS 'Short name that people type.';
COMMENT ON COLUMN "dataset"."title" IS 'Name for people.';
COMMENT ON COLUMN "dataset"."format" IS 'The reader that understood the file: known, ioi, longra ...';
COMMENT ON COLUMN "dataset"."content_hash" IS 'sha256 of the validated records.';
COMMENT ON COLUMN "dataset"."prompt_count" IS 'Number of prompts.';
COMMENT ON COLUMN "dataset"."created_at" IS 'When it was added.';

COMMENT ON TABLE "prompt" IS 'One record of a dataset.';
COMMENT ON COLUMN "prompt"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "prompt"."dataset_id" IS 'The dataset: dataset.id.';
COMMENT ON COLUMN "prompt"."index" IS 'Place in the file, from 0.';
COMMENT ON COLUMN "prompt"."text" IS 'The prompt.';
COMMENT ON COLUMN "prompt"."answer" IS 'What the benchmark expects as continuation.';
COMMENT ON COLUMN "prompt"."subject" IS 'What the prompt is about, where the benchmark says so.';
COMMENT ON COLUMN "prompt"."extra" IS 'The other fields of the record.';

COMMENT ON TABLE "sequence" IS 'One tokenised text; the same ids of the same tokenizer are stored once.';
COMMENT ON COLUMN "sequence"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "sequence"."hash" IS 'sha256 of tokenizer_hash and the token ids.';
COMMENT ON COLUMN "sequence"."tokenizer_hash" IS
  'Whose ids these are: sha256 of tokenizer.json, or of the model when it has no tokenizer.';
COMMENT ON COLUMN "sequence"."token_count" IS 'Number of tokens.';
COMMENT ON COLUMN "sequence"."text" IS 'The text that was tokenised; null when ids were given.';
COMMENT ON COLUMN "sequence"."created_at" IS 'When it was first stored.';

COMMENT ON TABLE "sequence_token" IS 'One token of a sequence.';
COMMENT ON COLUMN "sequence_token"."sequence_id" IS 'The sequence: sequence.id.';
COMMENT ON COLUMN "sequence_token"."index" IS 'Position, from 0.';
COMMENT ON COLUMN "sequence_token"."token_id" IS 'Number of the token in the vocabulary.';
COMMENT ON COLUMN "sequence_token"."text" IS 'The text it stands for; U+0000 is written as its picture U+2400.';
COMMENT ON COLUMN "sequence_token"."start" IS 'First UTF-16 offset in sequence.text; null for special tokens.';
COMMENT ON COLUMN "sequence_token"."end" IS 'Offset after the last.';

COMMENT ON TABLE "prompt_sequence" IS 'A prompt as one tokenizer writes it.';
COMMENT ON COLUMN "prompt_sequence"."prompt_id" IS 'The prompt: prompt.id.';
COMMENT ON COLUMN "prompt_sequence"."tokenizer_hash" IS 'The tokenizer, as in sequence.tokenizer_hash.';
COMMENT ON COLUMN "prompt_sequence"."sequence_id" IS 'The tokens: sequence.id.';
COMMENT ON COLUMN "prompt_sequence"."answer_token_id" IS
  'First token of the answer as it follows the prompt; null when the prompt has no answer.';
COMMENT ON COLUMN "prompt_sequence"."answer_text" IS 'Text of that token.';
COMMENT ON COLUMN "prompt_sequence"."answer_tokens" IS 'Number of tokens of the whole answer.';

COMMENT ON TABLE "run" IS 'One ingest: a dataset through a model with one partition and one set of options.';
COMMENT ON COLUMN "run"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "run"."key" IS 'sha256 of dataset, model and options: the same ingest is the same run.';
COMMENT ON COLUMN "run"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "run"."dataset_id" IS 'The dataset: dataset.id.';
COMMENT ON COLUMN "run"."partition_kind" IS 'How the residual stream is split into components.';
COMMENT ON COLUMN "run"."mode" IS 'corrected: the method as published and completed; reference: as in the authors'' code.';
COMMENT ON COLUMN "run"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "run"."options" IS 'Everything else that was asked.';
COMMENT ON COLUMN "run"."status" IS 'running, done, failed (some prompt failed) or cancelled.';
COMMENT ON COLUMN "run"."total" IS 'Number of prompts.';
COMMENT ON COLUMN "run"."error" IS 'Why the run as a whole stopped.';
COMMENT ON COLUMN "run"."created_at" IS 'When it was first started.';
COMMENT ON COLUMN "run"."started_at" IS 'When it was last started or resumed.';
COMMENT ON COLUMN "run"."finished_at" IS 'When the last prompt was done.';

COMMENT ON TABLE "run_item" IS 'One prompt of a run.';
COMMENT ON COLUMN "run_item"."run_id" IS 'The run: run.id.';
COMMENT ON COLUMN "run_item"."prompt_id" IS 'The prompt: prompt.id.';
COMMENT ON COLUMN "run_item"."status" IS 'pending, done or failed.';
COMMENT ON COLUMN "run_item"."result_key" IS 'result.key that the prompt has or will have; null until it is tokenised.';
COMMENT ON COLUMN "run_item"."result_id" IS 'The result: result.id.';
COMMENT ON COLUMN "run_item"."error" IS 'Why it failed.';

COMMENT ON TABLE "result" IS 'One attribution: the value of a target split among the components of a partition.';
COMMENT ON COLUMN "result"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "result"."key" IS 'sha256 of everything that the numbers depend on: same key, same numbers.';
COMMENT ON COLUMN "result"."next_key" IS
  'Key of the same question with the target "whatever the model ranks first", where that is this target.';
COMMENT ON COLUMN "result"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "result"."sequence_id" IS 'The tokens the model read: sequence.id.';
COMMENT ON COLUMN "result"."position" IS 'Position where the target is read.';
COMMENT ON COLUMN "result"."partition_kind" IS 'How the residual stream is split into components.';
COMMENT ON COLUMN "result"."partition" IS 'The partition in full; a basis is named by its vector.hash.';
COMMENT ON COLUMN "result"."target_type" IS 'logit, logitDifference or direction.';
COMMENT ON COLUMN "result"."target_token_id" IS 'The token whose logit is attributed; null for a direction.';
COMMENT ON COLUMN "result"."target_text" IS 'Text of that token.';
COMMENT ON COLUMN "result"."minus_token_id" IS 'logitDifference: the token whose logit is subtracted.';
COMMENT ON COLUMN "result"."minus_text" IS 'Text of that token.';
COMMENT ON COLUMN "result"."target_layer" IS 'direction: the layer whose input is projected.';
COMMENT ON COLUMN "result"."target_vector_hash" IS 'direction: the vector.hash it is projected on.';
COMMENT ON COLUMN "result"."target_value" IS 'The number that is split; scores and tail_mass sum to it, per start layer.';
COMMENT ON COLUMN "result"."target_probability" IS 'Probability the model gives the target token.';
COMMENT ON COLUMN "result"."mode" IS 'corrected: the method as published and completed; reference: as in the authors'' code.';
COMMENT ON COLUMN "result"."rule" IS 'How a neuron''s output is shared among components.';
COMMENT ON COLUMN "result"."temperature" IS 'Temperature of the softmax rule.';
COMMENT ON COLUMN "result"."exclude_first" IS 'The first token takes no share of MLP outputs, except at itself.';
COMMENT ON COLUMN "result"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "result"."completeness_error" IS 'How far the sum of all scores is from target_value, relative to it.';
COMMENT ON COLUMN "result"."component_count" IS 'Components of the partition.';
COMMENT ON COLUMN "result"."stored_count" IS 'Components that are rows of contribution: all, or the largest by |score|.';
COMMENT ON COLUMN "result"."tail_mass" IS 'Sum of the scores of the components that have no row.';
COMMENT ON COLUMN "result"."scores_vector_hash" IS
  'vector.hash of all scores in component order, when not every component has a row.';
COMMENT ON COLUMN "result"."milliseconds" IS 'Time of the computation.';
COMMENT ON COLUMN "result"."created_at" IS 'When it was stored.';

COMMENT ON TABLE "contribution" IS 'One component''s share of a result. Partitioned by model. See the view attribution_readable.';
COMMENT ON COLUMN "contribution"."result_id" IS 'The result: result.id.';
COMMENT ON COLUMN "contribution"."score" IS 'The share, in the unit of result.target_value (a logit).';
COMMENT ON COLUMN "contribution"."ordinal" IS 'Place in component order, from 0.';
COMMENT ON COLUMN "contribution"."component_index" IS
  'Position of a token, number of a group, or of a head or neuron within its layer.';
COMMENT ON COLUMN "contribution"."kind" IS 'What the component is.';
COMMENT ON COLUMN "contribution"."model_id" IS 'The model: model.id. Give it where you can: only its partition is read then.';
COMMENT ON COLUMN "contribution"."layer" IS 'Layer the component belongs to; null for tokens and groups at the embedding.';
COMMENT ON COLUMN "contribution"."magnitude" IS 'Absolute value of the score.';

COMMENT ON TABLE "vector" IS 'A matrix of float32 numbers, stored once however many use it.';
COMMENT ON COLUMN "vector"."hash" IS 'sha256 of rows, width and data.';
COMMENT ON COLUMN "vector"."rows" IS 'Number of rows; 1 for a vector.';
COMMENT ON COLUMN "vector"."width" IS 'Numbers in a row.';
COMMENT ON COLUMN "vector"."data" IS 'The numbers row after row: float32, little-endian.';
COMMENT ON COLUMN "vector"."created_at" IS 'When it was first stored.';
