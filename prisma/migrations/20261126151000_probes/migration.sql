-- Probes: classifiers of the stream at a layer, trained on labelled sentences. Their weights span subspaces and are
-- directions that attributions can be asked for.

CREATE TABLE "probe" (
  "id" SERIAL PRIMARY KEY,
  "hash" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "model_id" SMALLINT NOT NULL REFERENCES "model" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "layer" INTEGER NOT NULL,
  "labels" TEXT[],
  "accuracy" DOUBLE PRECISION NOT NULL,
  "tested" INTEGER NOT NULL,
  "trained" INTEGER NOT NULL,
  "weights_hash" TEXT NOT NULL REFERENCES "vector" ("hash") ON DELETE RESTRICT ON UPDATE CASCADE,
  "intercepts" DOUBLE PRECISION[],
  "train_dataset_id" INTEGER NOT NULL REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "test_dataset_id" INTEGER NOT NULL REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "engine" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "probe_model_id_train_dataset_id_test_dataset_id_engine_laye_key"
  ON "probe" ("model_id", "train_dataset_id", "test_dataset_id", "engine", "layer");
CREATE INDEX ON "probe" ("weights_hash");
CREATE INDEX ON "probe" ("train_dataset_id");
CREATE INDEX ON "probe" ("test_dataset_id");

ALTER TABLE "experiment"
  ADD COLUMN "train_dataset_id" INTEGER REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD COLUMN "test_dataset_id" INTEGER REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
COMMENT ON COLUMN "experiment"."train_dataset_id" IS 'The labelled sentences that its probes are trained on: dataset.id; null without probes.';
COMMENT ON COLUMN "experiment"."test_dataset_id" IS 'The labelled sentences that its probes are tested on.';

CREATE VIEW "probe_readable" AS
SELECT p.name, m.slug AS model, p.layer, p.labels, p.accuracy, p.tested, p.trained, t.slug AS train_dataset, s.slug AS test_dataset,
  p.engine, p.hash, p.created_at
FROM "probe" p
JOIN "model" m ON m.id = p.model_id
JOIN "dataset" t ON t.id = p.train_dataset_id
JOIN "dataset" s ON s.id = p.test_dataset_id;

COMMENT ON TABLE "probe" IS 'A classifier of the last token''s stream at one layer (logistic regression), trained on labelled sentences.';
COMMENT ON COLUMN "probe"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "probe"."hash" IS 'sha256 of layer, labels, weights and intercepts.';
COMMENT ON COLUMN "probe"."name" IS 'What people type: the dataset it was trained on, and its layer.';
COMMENT ON COLUMN "probe"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "probe"."layer" IS 'The layer whose input it reads; the number of layers for the stream before the final norm.';
COMMENT ON COLUMN "probe"."labels" IS 'What its classes are called.';
COMMENT ON COLUMN "probe"."accuracy" IS 'Share of the test sentences that it gets right.';
COMMENT ON COLUMN "probe"."tested" IS 'How many sentences it was tested on.';
COMMENT ON COLUMN "probe"."trained" IS 'How many sentences it was trained on.';
COMMENT ON COLUMN "probe"."weights_hash" IS 'vector.hash of its weights, a row for each class, or one that speaks for the second of two.';
COMMENT ON COLUMN "probe"."intercepts" IS 'One for each row of its weights.';
COMMENT ON COLUMN "probe"."train_dataset_id" IS 'The sentences that it was trained on: dataset.id.';
COMMENT ON COLUMN "probe"."test_dataset_id" IS 'The sentences that it was tested on: dataset.id.';
COMMENT ON COLUMN "probe"."engine" IS 'What computed the streams.';
COMMENT ON COLUMN "probe"."created_at" IS 'When it was trained.';
COMMENT ON VIEW "probe_readable" IS 'Every probe, with names instead of numbers.';
COMMENT ON COLUMN "probe_readable"."name" IS 'What people type.';
COMMENT ON COLUMN "probe_readable"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "probe_readable"."layer" IS 'The layer whose input it reads.';
COMMENT ON COLUMN "probe_readable"."labels" IS 'What its classes are called.';
COMMENT ON COLUMN "probe_readable"."accuracy" IS 'Share of the test sentences that it gets right.';
COMMENT ON COLUMN "probe_readable"."tested" IS 'How many sentences it was tested on.';
COMMENT ON COLUMN "probe_readable"."trained" IS 'How many sentences it was trained on.';
COMMENT ON COLUMN "probe_readable"."train_dataset" IS 'What it was trained on.';
COMMENT ON COLUMN "probe_readable"."test_dataset" IS 'What it was tested on.';
COMMENT ON COLUMN "probe_readable"."engine" IS 'What computed the streams.';
COMMENT ON COLUMN "probe_readable"."hash" IS 'sha256 of layer, labels, weights and intercepts.';
COMMENT ON COLUMN "probe_readable"."created_at" IS 'When it was trained.';
