-- Feature sets, what is known of their features, and what datasets do with them. As Prisma writes it, except for the six
-- tables that are partitioned by set; checks, triggers, views and comments follow by hand.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TYPE "feature_verdict" AS ENUM ('ok', 'flagged', 'refused');
CREATE TYPE "feature_example_kind" AS ENUM ('strongest', 'interval');

CREATE TABLE "feature_set" (
    "id" SERIAL NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "source" TEXT NOT NULL,
    "source_set" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "layer" SMALLINT NOT NULL,
    "site" TEXT NOT NULL,
    "writes" TEXT,
    "width" INTEGER NOT NULL,
    "written_width" INTEGER NOT NULL,
    "feature_count" INTEGER NOT NULL,
    "activation" TEXT NOT NULL,
    "normalisation" TEXT NOT NULL,
    "origin" TEXT,
    "description" TEXT,
    "claims" JSONB NOT NULL,
    "verdict" "feature_verdict" NOT NULL,
    "forced" BOOLEAN NOT NULL DEFAULT false,
    "variance_explained" DOUBLE PRECISION NOT NULL,
    "l0" DOUBLE PRECISION NOT NULL,
    "silent" DOUBLE PRECISION NOT NULL,
    "self_test" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_set_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "feature_set_location" (
    "id" SERIAL NOT NULL,
    "set_id" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_set_location_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "feature_sweep" (
    "id" SERIAL NOT NULL,
    "set_id" INTEGER NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'running',
    "prompts" INTEGER NOT NULL,
    "options" JSONB NOT NULL,
    "engine" TEXT NOT NULL,
    "tokens" BIGINT NOT NULL DEFAULT 0,
    "firings" BIGINT NOT NULL DEFAULT 0,
    "sampled" INTEGER NOT NULL DEFAULT 0,
    "milliseconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "feature_sweep_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "feature_shard" (
    "sweep_id" INTEGER NOT NULL,
    "first" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    "status" "run_item_status" NOT NULL DEFAULT 'pending',
    "tokens" INTEGER,
    "milliseconds" DOUBLE PRECISION,
    "encode_ms" DOUBLE PRECISION,
    "error" TEXT,

    CONSTRAINT "feature_shard_pkey" PRIMARY KEY ("sweep_id","first")
);

CREATE TABLE "feature_sequence" (
    "sweep_id" INTEGER NOT NULL,
    "sequence_id" INTEGER NOT NULL,

    CONSTRAINT "feature_sequence_pkey" PRIMARY KEY ("sweep_id","sequence_id")
);

-- Partitioned by set: dropping one takes milliseconds. Without foreign keys, which cost two thirds of the speed of
-- loading: rows are written in the transaction of what they belong to, and go with it by triggers.

CREATE TABLE "feature" (
    "set_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "label" TEXT,
    "decoder_norm" REAL,
    "top_tokens" INTEGER[],
    "top_texts" TEXT[],
    "top_logits" REAL[],
    "bottom_tokens" INTEGER[],
    "bottom_texts" TEXT[],
    "bottom_logits" REAL[],
    "logit_bins" INTEGER[],
    "logit_low" REAL,
    "logit_high" REAL,
    "neighbours" INTEGER[],
    "cosines" REAL[],

    CONSTRAINT "feature_pkey" PRIMARY KEY ("set_id","index")
) PARTITION BY LIST ("set_id");

CREATE TABLE "feature_sweep_state" (
    "set_id" INTEGER NOT NULL,
    "sweep_id" INTEGER NOT NULL,
    "chunk" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "feature_sweep_state_pkey" PRIMARY KEY ("set_id","sweep_id","chunk")
) PARTITION BY LIST ("set_id");

CREATE TABLE "feature_statistics" (
    "set_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "sweep_id" INTEGER NOT NULL,
    "fired" BIGINT NOT NULL,
    "density" DOUBLE PRECISION NOT NULL,
    "mean" REAL,
    "max" REAL,
    "histogram" INTEGER[],
    "co_firing" INTEGER[],
    "co_firing_share" REAL[],
    "sampled" INTEGER NOT NULL,

    CONSTRAINT "feature_statistics_pkey" PRIMARY KEY ("set_id","index","sweep_id")
) PARTITION BY LIST ("set_id");

CREATE TABLE "feature_example" (
    "set_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "sweep_id" INTEGER NOT NULL,
    "kind" "feature_example_kind" NOT NULL,
    "interval" SMALLINT NOT NULL,
    "rank" SMALLINT NOT NULL,
    "sequence_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "value" REAL NOT NULL,
    "first" INTEGER NOT NULL,
    "values" BYTEA NOT NULL,

    CONSTRAINT "feature_example_pkey" PRIMARY KEY ("set_id","index","sweep_id","kind","interval","rank")
) PARTITION BY LIST ("set_id");

CREATE TABLE "feature_explanation" (
    "id" BIGSERIAL NOT NULL,
    "set_id" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "description" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "method" TEXT,
    "explainer" TEXT,
    "score" DOUBLE PRECISION,
    "score_method" TEXT,
    "votes" INTEGER NOT NULL DEFAULT 0,
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "words" tsvector GENERATED ALWAYS AS (to_tsvector('english', "description")) STORED,

    CONSTRAINT "feature_explanation_pkey" PRIMARY KEY ("set_id","id")
) PARTITION BY LIST ("set_id");

CREATE TABLE "feature_vote" (
    "set_id" INTEGER NOT NULL,
    "explanation_id" BIGINT NOT NULL,
    "voter" TEXT NOT NULL,
    "vote" SMALLINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_vote_pkey" PRIMARY KEY ("set_id","explanation_id","voter")
) PARTITION BY LIST ("set_id");

CREATE UNIQUE INDEX "feature_set_model_id_source_key" ON "feature_set"("model_id", "source");
CREATE UNIQUE INDEX "feature_set_model_id_hash_key" ON "feature_set"("model_id", "hash");
CREATE INDEX "feature_set_hash_idx" ON "feature_set"("hash");
CREATE UNIQUE INDEX "feature_set_location_set_id_host_path_key" ON "feature_set_location"("set_id", "host", "path");
CREATE UNIQUE INDEX "feature_sweep_set_id_dataset_id_key" ON "feature_sweep"("set_id", "dataset_id");
CREATE INDEX "feature_sweep_dataset_id_idx" ON "feature_sweep"("dataset_id");
CREATE INDEX "feature_sequence_sequence_id_idx" ON "feature_sequence"("sequence_id");
CREATE INDEX "feature_example_sequence_id_idx" ON "feature_example"("sequence_id");
CREATE UNIQUE INDEX "feature_explanation_set_id_key_key" ON "feature_explanation"("set_id", "key");
CREATE INDEX "feature_explanation_set_id_index_idx" ON "feature_explanation"("set_id", "index");
CREATE INDEX "feature_explanation_words_idx" ON "feature_explanation" USING GIN ("words");
CREATE INDEX "feature_explanation_description_idx" ON "feature_explanation" USING GIN ("description" gin_trgm_ops);

ALTER TABLE "feature_set" ADD CONSTRAINT "feature_set_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_set_location" ADD CONSTRAINT "feature_set_location_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "feature_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_sweep" ADD CONSTRAINT "feature_sweep_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "feature_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_sweep" ADD CONSTRAINT "feature_sweep_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_shard" ADD CONSTRAINT "feature_shard_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "feature_sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_sequence" ADD CONSTRAINT "feature_sequence_sweep_id_fkey" FOREIGN KEY ("sweep_id") REFERENCES "feature_sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "feature_sequence" ADD CONSTRAINT "feature_sequence_sequence_id_fkey" FOREIGN KEY ("sequence_id") REFERENCES "sequence"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Packed numbers, read and replaced whole.
ALTER TABLE "feature_sweep_state" ALTER COLUMN "data" SET STORAGE EXTERNAL;

ALTER TABLE "feature_set"
  ADD CONSTRAINT "feature_set_source_form" CHECK ("source" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
  ADD CONSTRAINT "feature_set_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "feature_set_forced_is_refused" CHECK (NOT "forced" OR "verdict" = 'refused'),
  ADD CONSTRAINT "feature_set_refused_is_forced" CHECK ("verdict" <> 'refused' OR "forced");
ALTER TABLE "feature_shard" ADD CONSTRAINT "feature_shard_range" CHECK ("first" < "end");
ALTER TABLE "feature_statistics"
  ADD CONSTRAINT "feature_statistics_finite" CHECK ("mean" - "mean" = 0 AND "max" - "max" = 0);
ALTER TABLE "feature_example"
  ADD CONSTRAINT "feature_example_value_finite" CHECK ("value" - "value" = 0),
  ADD CONSTRAINT "feature_example_values_size" CHECK (octet_length("values") % 4 = 0);
ALTER TABLE "feature_explanation"
  ADD CONSTRAINT "feature_explanation_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "feature_explanation_score_finite" CHECK ("score" - "score" = 0);
ALTER TABLE "feature_vote" ADD CONSTRAINT "feature_vote_is_one" CHECK ("vote" IN (-1, 1));

-- Every set has its partitions from the moment it exists, attached as those of contribution are.
CREATE FUNCTION "feature_partitioned"() RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY['feature', 'feature_statistics', 'feature_example', 'feature_explanation', 'feature_vote', 'feature_sweep_state'];
COMMENT ON FUNCTION "feature_partitioned" IS 'The tables that are partitioned by feature set.';

CREATE FUNCTION "create_feature_partitions"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  partition text;
BEGIN
  FOREACH parent IN ARRAY feature_partitioned() LOOP
    partition := parent || '_' || NEW.id;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL, CONSTRAINT %I CHECK (set_id = %s))',
      partition, parent, partition || '_set', NEW.id);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, partition, NEW.id);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', partition, partition || '_set');
    EXECUTE format('COMMENT ON TABLE %I IS %L', partition, 'The rows of ' || parent || ' of feature set ' || NEW.source || '.');
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "feature_set_has_partitions" AFTER INSERT ON "feature_set"
  FOR EACH ROW EXECUTE FUNCTION "create_feature_partitions"();

CREATE FUNCTION "drop_feature_partitions"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY feature_partitioned() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I', parent || '_' || OLD.id);
  END LOOP;
  RETURN OLD;
END
$$;
CREATE TRIGGER "feature_set_drops_partitions" BEFORE DELETE ON "feature_set"
  FOR EACH ROW EXECUTE FUNCTION "drop_feature_partitions"();

CREATE FUNCTION "delete_rows_of_sweeps"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sweep record;
BEGIN
  FOR sweep IN SELECT id, set_id FROM deleted LOOP
    EXECUTE format('DELETE FROM feature_example WHERE set_id = %s AND sweep_id = %s', sweep.set_id, sweep.id);
    EXECUTE format('DELETE FROM feature_statistics WHERE set_id = %s AND sweep_id = %s', sweep.set_id, sweep.id);
    EXECUTE format('DELETE FROM feature_sweep_state WHERE set_id = %s AND sweep_id = %s', sweep.set_id, sweep.id);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "feature_sweep_takes_rows" AFTER DELETE ON "feature_sweep"
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION "delete_rows_of_sweeps"();

-- The best explanation of a feature is its label. Triggers of statements see rows that are written through the parent
-- table; nothing else writes explanations and votes.
CREATE FUNCTION "label_features"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed_set integer;
BEGIN
  FOR changed_set IN SELECT DISTINCT set_id FROM changed LOOP
    EXECUTE format($update$
      UPDATE feature f SET label = best.description
      FROM (SELECT DISTINCT "index" FROM changed WHERE set_id = %1$s) t
      LEFT JOIN LATERAL (
        SELECT e.description FROM feature_explanation e WHERE e.set_id = %1$s AND e."index" = t."index"
        ORDER BY e.votes DESC, e.score DESC NULLS LAST, e.id LIMIT 1
      ) best ON true
      WHERE f.set_id = %1$s AND f."index" = t."index" AND f.label IS DISTINCT FROM best.description
    $update$, changed_set);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER "explanation_labels_on_insert" AFTER INSERT ON "feature_explanation"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "label_features"();
CREATE TRIGGER "explanation_labels_on_update" AFTER UPDATE ON "feature_explanation"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "label_features"();
CREATE TRIGGER "explanation_labels_on_delete" AFTER DELETE ON "feature_explanation"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "label_features"();

CREATE FUNCTION "delete_votes_of_explanations"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM feature_vote v USING deleted d WHERE v.set_id = d.set_id AND v.explanation_id = d.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "explanation_takes_votes" AFTER DELETE ON "feature_explanation"
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION "delete_votes_of_explanations"();

CREATE FUNCTION "count_votes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Locked in one order, so that two who vote at once neither lose a vote nor wait for each other in a circle.
  PERFORM 1 FROM feature_explanation e JOIN (SELECT DISTINCT set_id, explanation_id FROM changed) c
    ON e.set_id = c.set_id AND e.id = c.explanation_id ORDER BY e.set_id, e.id FOR NO KEY UPDATE OF e;
  UPDATE feature_explanation e
  SET votes = (SELECT coalesce(sum(v.vote), 0) FROM feature_vote v WHERE v.set_id = e.set_id AND v.explanation_id = e.id)
  FROM (SELECT DISTINCT set_id, explanation_id FROM changed) c
  WHERE e.set_id = c.set_id AND e.id = c.explanation_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "votes_count_on_insert" AFTER INSERT ON "feature_vote"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "count_votes"();
CREATE TRIGGER "votes_count_on_update" AFTER UPDATE ON "feature_vote"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "count_votes"();
CREATE TRIGGER "votes_count_on_delete" AFTER DELETE ON "feature_vote"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "count_votes"();

COMMENT ON TABLE "feature_set" IS 'A dictionary of features at one site of one model: a sparse autoencoder or a transcoder.';
COMMENT ON COLUMN "feature_set"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "feature_set"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "feature_set"."source" IS 'What people type, {layer}-{set}: 6-res-jb.';
COMMENT ON COLUMN "feature_set"."source_set" IS 'The source without its layer: res-jb.';
COMMENT ON COLUMN "feature_set"."hash" IS 'sha256 of the weights and of everything that changes a number.';
COMMENT ON COLUMN "feature_set"."format" IS 'The format of its files: saelens, gemma-scope ...';
COMMENT ON COLUMN "feature_set"."layer" IS 'Layer of the site, from 0.';
COMMENT ON COLUMN "feature_set"."site" IS 'What it reads: 2.resid_post.';
COMMENT ON COLUMN "feature_set"."writes" IS 'What a transcoder writes; null for an autoencoder, which writes where it reads.';
COMMENT ON COLUMN "feature_set"."width" IS 'Width of the vectors that it reads.';
COMMENT ON COLUMN "feature_set"."written_width" IS 'Width of the vectors that it writes.';
COMMENT ON COLUMN "feature_set"."feature_count" IS 'Number of features.';
COMMENT ON COLUMN "feature_set"."activation" IS 'Which features fire: relu, jumprelu, topk 32, gated.';
COMMENT ON COLUMN "feature_set"."normalisation" IS 'How rows are brought to the scale of training: none, constant, length, layer_norm.';
COMMENT ON COLUMN "feature_set"."origin" IS 'Where it was downloaded from; null for local files.';
COMMENT ON COLUMN "feature_set"."description" IS 'What people wrote about it.';
COMMENT ON COLUMN "feature_set"."claims" IS 'What its files say about themselves.';
COMMENT ON COLUMN "feature_set"."verdict" IS 'What the self-test said: ok, flagged, refused.';
COMMENT ON COLUMN "feature_set"."forced" IS 'It was refused by the self-test and added all the same.';
COMMENT ON COLUMN "feature_set"."variance_explained" IS 'Share of the variance that it rebuilds on the tokens of the self-test, up to 1.';
COMMENT ON COLUMN "feature_set"."l0" IS 'Features that fire per token there.';
COMMENT ON COLUMN "feature_set"."silent" IS 'Share of the features that none of those tokens fires.';
COMMENT ON COLUMN "feature_set"."self_test" IS 'The whole report of the self-test: findings, and other readings that were compared.';
COMMENT ON COLUMN "feature_set"."created_at" IS 'When it was added.';

COMMENT ON TABLE "feature_set_location" IS 'Files that hold a feature set, per machine.';
COMMENT ON COLUMN "feature_set_location"."id" IS 'Number of the row.';
COMMENT ON COLUMN "feature_set_location"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_set_location"."host" IS 'Host name of the machine.';
COMMENT ON COLUMN "feature_set_location"."path" IS 'File or folder on that machine.';
COMMENT ON COLUMN "feature_set_location"."options" IS 'What had to be said to open it, because the files do not: site, writes, k, scale.';
COMMENT ON COLUMN "feature_set_location"."created_at" IS 'When it was registered.';

COMMENT ON TABLE "feature" IS 'One feature of a set: what is true of it whatever it reads. Partitioned by set. See the view feature_readable.';
COMMENT ON COLUMN "feature"."set_id" IS 'The set: feature_set.id. Give it where you can: only its partition is read then.';
COMMENT ON COLUMN "feature"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature"."label" IS 'Its best explanation: most votes, then highest score, then first.';
COMMENT ON COLUMN "feature"."decoder_norm" IS 'Length of its decoder row.';
COMMENT ON COLUMN "feature"."top_tokens" IS 'The ten tokens whose logits its decoder direction raises most, best first.';
COMMENT ON COLUMN "feature"."top_texts" IS 'Texts of these tokens.';
COMMENT ON COLUMN "feature"."top_logits" IS 'How much an activation of 1 raises them, the final norm''s gain folded in and its scale left out.';
COMMENT ON COLUMN "feature"."bottom_tokens" IS 'The ten tokens whose logits it lowers most, lowest first.';
COMMENT ON COLUMN "feature"."bottom_texts" IS 'Texts of these tokens.';
COMMENT ON COLUMN "feature"."bottom_logits" IS 'How much an activation of 1 changes them.';
COMMENT ON COLUMN "feature"."logit_bins" IS 'Counts of the logits of all tokens, in 50 bins of equal width.';
COMMENT ON COLUMN "feature"."logit_low" IS 'Where the first of these bins begins.';
COMMENT ON COLUMN "feature"."logit_high" IS 'Where the last of them ends.';
COMMENT ON COLUMN "feature"."neighbours" IS 'The features of the set whose decoder rows are most like its own, nearest first.';
COMMENT ON COLUMN "feature"."cosines" IS 'The cosines of these rows with its own.';

COMMENT ON TABLE "feature_sweep" IS 'A feature set swept over a dataset: one set of statistics.';
COMMENT ON COLUMN "feature_sweep"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "feature_sweep"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_sweep"."dataset_id" IS 'The dataset: dataset.id.';
COMMENT ON COLUMN "feature_sweep"."status" IS 'running, done, failed or cancelled.';
COMMENT ON COLUMN "feature_sweep"."prompts" IS 'The dataset''s first so many prompts were asked for.';
COMMENT ON COLUMN "feature_sweep"."options" IS 'What decides which numbers come out: seed, sizes of the selections, bins, context.';
COMMENT ON COLUMN "feature_sweep"."engine" IS 'What computed it, and in which precision.';
COMMENT ON COLUMN "feature_sweep"."tokens" IS 'Tokens seen by now, without special ones.';
COMMENT ON COLUMN "feature_sweep"."firings" IS 'Activations counted by now, of all features.';
COMMENT ON COLUMN "feature_sweep"."sampled" IS 'Positions among them that co-firing is counted on.';
COMMENT ON COLUMN "feature_sweep"."milliseconds" IS 'Time that workers took for it, all of them together.';
COMMENT ON COLUMN "feature_sweep"."error" IS 'Why it stopped.';
COMMENT ON COLUMN "feature_sweep"."created_at" IS 'When it was first started.';
COMMENT ON COLUMN "feature_sweep"."started_at" IS 'When it was last started or resumed.';
COMMENT ON COLUMN "feature_sweep"."finished_at" IS 'When its statistics were last stored.';

COMMENT ON TABLE "feature_shard" IS 'Some prompts of a sweep, computed by one job.';
COMMENT ON COLUMN "feature_shard"."sweep_id" IS 'The sweep: feature_sweep.id.';
COMMENT ON COLUMN "feature_shard"."first" IS 'Place of its first prompt in the dataset.';
COMMENT ON COLUMN "feature_shard"."end" IS 'Place after its last.';
COMMENT ON COLUMN "feature_shard"."status" IS 'pending, done or failed.';
COMMENT ON COLUMN "feature_shard"."tokens" IS 'Tokens seen, without special ones.';
COMMENT ON COLUMN "feature_shard"."milliseconds" IS 'Time of the computation.';
COMMENT ON COLUMN "feature_shard"."encode_ms" IS 'Of these, for encoding and gathering.';
COMMENT ON COLUMN "feature_shard"."error" IS 'Why it failed.';

COMMENT ON TABLE "feature_sweep_state" IS 'What a sweep has gathered by now, as its workers pack it.';
COMMENT ON COLUMN "feature_sweep_state"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_sweep_state"."sweep_id" IS 'The sweep: feature_sweep.id.';
COMMENT ON COLUMN "feature_sweep_state"."chunk" IS 'Number of the block of features; -1: the sample for co-firing.';
COMMENT ON COLUMN "feature_sweep_state"."data" IS 'Packed numbers.';

COMMENT ON TABLE "feature_statistics" IS 'What a dataset does with a feature. Partitioned by set. See the view feature_readable.';
COMMENT ON COLUMN "feature_statistics"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_statistics"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature_statistics"."sweep_id" IS 'The sweep: feature_sweep.id.';
COMMENT ON COLUMN "feature_statistics"."fired" IS 'Tokens that it fires at; feature_sweep.tokens were seen.';
COMMENT ON COLUMN "feature_statistics"."density" IS 'fired, as a share of the tokens seen.';
COMMENT ON COLUMN "feature_statistics"."mean" IS 'Mean of the activations that are not 0; null where it never fired.';
COMMENT ON COLUMN "feature_statistics"."max" IS 'Largest activation; null where it never fired.';
COMMENT ON COLUMN "feature_statistics"."histogram" IS
  'How often each strength occurs: 80 bins, four an octave. Bin b (from 0) begins at 2^(b/4 - 8); what lies outside is in the outer ones.';
COMMENT ON COLUMN "feature_statistics"."co_firing" IS 'The features that fire most often where it fires, on a sample of positions.';
COMMENT ON COLUMN "feature_statistics"."co_firing_share" IS 'The share of its firings in the sample at which each of them fires.';
COMMENT ON COLUMN "feature_statistics"."sampled" IS 'Its firings in the sample.';

COMMENT ON TABLE "feature_sequence" IS 'A sequence that some example of a sweep lies in.';
COMMENT ON COLUMN "feature_sequence"."sweep_id" IS 'The sweep: feature_sweep.id.';
COMMENT ON COLUMN "feature_sequence"."sequence_id" IS 'The sequence: sequence.id.';

COMMENT ON TABLE "feature_example" IS 'A place where a feature fires. Partitioned by set. See the view feature_example_readable.';
COMMENT ON COLUMN "feature_example"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_example"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature_example"."sweep_id" IS 'The sweep: feature_sweep.id.';
COMMENT ON COLUMN "feature_example"."kind" IS 'strongest, or drawn from those in its interval of strength.';
COMMENT ON COLUMN "feature_example"."interval" IS 'The octave of its strength: i from 0 to 19 is 2^(i - 8) to 2^(i - 7).';
COMMENT ON COLUMN "feature_example"."rank" IS 'Among the strongest, or within its interval, from 0.';
COMMENT ON COLUMN "feature_example"."sequence_id" IS 'Where it is: sequence.id.';
COMMENT ON COLUMN "feature_example"."position" IS 'Position in the sequence.';
COMMENT ON COLUMN "feature_example"."value" IS 'The activation there.';
COMMENT ON COLUMN "feature_example"."first" IS 'Position that the first of the values belongs to.';
COMMENT ON COLUMN "feature_example"."values" IS 'The activations around: float32, little-endian, one a position.';

COMMENT ON TABLE "feature_explanation" IS 'What someone says a feature is about. Partitioned by set; write through this table, not through a partition.';
COMMENT ON COLUMN "feature_explanation"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "feature_explanation"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_explanation"."index" IS 'Number of the feature in its set, from 0.';
COMMENT ON COLUMN "feature_explanation"."description" IS 'The explanation.';
COMMENT ON COLUMN "feature_explanation"."author" IS 'Who gave it: the name of an API key, or of the file it came with.';
COMMENT ON COLUMN "feature_explanation"."method" IS 'How it was made: oai_token-act-pair, automatic, human ...';
COMMENT ON COLUMN "feature_explanation"."explainer" IS 'The model that wrote it.';
COMMENT ON COLUMN "feature_explanation"."score" IS 'How well it predicts activations; null while nobody has scored it.';
COMMENT ON COLUMN "feature_explanation"."score_method" IS 'How it was scored.';
COMMENT ON COLUMN "feature_explanation"."votes" IS 'Votes for it less votes against it.';
COMMENT ON COLUMN "feature_explanation"."key" IS 'sha256 of index, description, author, method and explainer: the same is stored once.';
COMMENT ON COLUMN "feature_explanation"."created_at" IS 'When it was added.';
COMMENT ON COLUMN "feature_explanation"."words" IS 'The words of the description, for full-text search.';

COMMENT ON TABLE "feature_vote" IS 'One person''s vote on an explanation. Partitioned by set; write through this table, not through a partition.';
COMMENT ON COLUMN "feature_vote"."set_id" IS 'The set: feature_set.id.';
COMMENT ON COLUMN "feature_vote"."explanation_id" IS 'The explanation: feature_explanation.id.';
COMMENT ON COLUMN "feature_vote"."voter" IS 'The name of an API key, or local.';
COMMENT ON COLUMN "feature_vote"."vote" IS '1 for it, -1 against it.';
COMMENT ON COLUMN "feature_vote"."created_at" IS 'When it was cast.';
