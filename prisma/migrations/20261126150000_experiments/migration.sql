-- Experiments: the tables and figures of the paper on any model and dataset. An experiment is known by what was asked, its
-- items are fixed groups of records that workers compute, and every measured number is a row.

CREATE TABLE "experiment" (
  "id" SERIAL PRIMARY KEY,
  "key" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "model_id" SMALLINT NOT NULL REFERENCES "model" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "dataset_id" INTEGER NOT NULL REFERENCES "dataset" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "protocol" TEXT NOT NULL,
  "seed" INTEGER NOT NULL,
  "options" JSONB NOT NULL,
  "engine" TEXT NOT NULL,
  "record_count" INTEGER NOT NULL CHECK ("record_count" >= 0),
  "records_per_item" INTEGER NOT NULL CHECK ("records_per_item" > 0),
  "status" "run_status" NOT NULL DEFAULT 'running',
  "error" TEXT,
  "report" JSONB,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "finished_at" TIMESTAMPTZ(3)
);
CREATE INDEX ON "experiment" ("model_id");
CREATE INDEX ON "experiment" ("dataset_id");

CREATE TABLE "experiment_item" (
  "experiment_id" INTEGER NOT NULL REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "index" INTEGER NOT NULL,
  "key" TEXT NOT NULL UNIQUE,
  "status" "run_item_status" NOT NULL DEFAULT 'pending',
  "error" TEXT,
  "milliseconds" DOUBLE PRECISION,
  PRIMARY KEY ("experiment_id", "index")
);

CREATE TABLE "experiment_row" (
  "experiment_id" INTEGER NOT NULL,
  "item" INTEGER NOT NULL,
  "ordinal" INTEGER NOT NULL,
  "record" INTEGER,
  "method" TEXT NOT NULL,
  "setting" TEXT NOT NULL,
  "x" DOUBLE PRECISION,
  "layer" INTEGER,
  "component" INTEGER,
  "metric" TEXT NOT NULL,
  "value" DOUBLE PRECISION,
  "text" TEXT,
  PRIMARY KEY ("experiment_id", "item", "ordinal"),
  FOREIGN KEY ("experiment_id") REFERENCES "experiment" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY ("experiment_id", "item") REFERENCES "experiment_item" ("experiment_id", "index") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE VIEW "experiment_progress" AS
SELECT
  e.id AS experiment_id,
  e.name AS experiment,
  m.slug AS model,
  d.slug AS dataset,
  e.protocol,
  e.seed,
  e.status,
  e.record_count AS prompts,
  coalesce(sum(least(e.records_per_item, e.record_count - i.index * e.records_per_item)) FILTER (WHERE i.status = 'done'), 0) AS done,
  coalesce(sum(least(e.records_per_item, e.record_count - i.index * e.records_per_item)) FILTER (WHERE i.status = 'failed'), 0) AS failed,
  sum(i.milliseconds) / 1000 AS seconds,
  e.error,
  e.created_at,
  e.started_at,
  e.finished_at
FROM "experiment" e
JOIN "model" m ON m.id = e.model_id
JOIN "dataset" d ON d.id = e.dataset_id
LEFT JOIN "experiment_item" i ON i.experiment_id = e.id
GROUP BY e.id, m.slug, d.slug;

CREATE VIEW "experiment_rows" AS
SELECT
  e.id AS experiment_id,
  e.name AS experiment,
  m.slug AS model,
  d.slug AS dataset,
  e.protocol,
  e.seed,
  r.record AS prompt_index,
  p.text AS prompt,
  r.method,
  r.setting,
  r.x,
  r.layer,
  r.component,
  r.metric,
  r.value,
  r.text
FROM "experiment_row" r
JOIN "experiment" e ON e.id = r.experiment_id
JOIN "model" m ON m.id = e.model_id
JOIN "dataset" d ON d.id = e.dataset_id
LEFT JOIN "prompt" p ON p.dataset_id = e.dataset_id AND p.index = r.record;

CREATE VIEW "experiment_means" AS
SELECT
  experiment_id, experiment, model, dataset, protocol, seed, method, setting, x, layer, component, metric,
  avg(value) AS mean,
  stddev_samp(value) AS deviation,
  count(value) AS count
FROM "experiment_rows"
GROUP BY experiment_id, experiment, model, dataset, protocol, seed, method, setting, x, layer, component, metric;

COMMENT ON TABLE "experiment" IS 'One experiment of the paper on a model and a dataset.';
COMMENT ON COLUMN "experiment"."id" IS 'Number that joins tables; local to this database.';
COMMENT ON COLUMN "experiment"."key" IS 'sha256 of everything that was asked: the same question is the same experiment.';
COMMENT ON COLUMN "experiment"."name" IS 'Which experiment: token-faithfulness, component-masking …';
COMMENT ON COLUMN "experiment"."model_id" IS 'The model: model.id.';
COMMENT ON COLUMN "experiment"."dataset_id" IS 'The dataset: dataset.id.';
COMMENT ON COLUMN "experiment"."protocol" IS 'paper: its text; reference: its authors'' code; corrected: what is right.';
COMMENT ON COLUMN "experiment"."seed" IS 'What its random numbers are drawn from.';
COMMENT ON COLUMN "experiment"."options" IS 'Everything else that was asked.';
COMMENT ON COLUMN "experiment"."engine" IS 'What computes it, and in which precision.';
COMMENT ON COLUMN "experiment"."record_count" IS 'Prompts that it was asked for: the first of the dataset, or all.';
COMMENT ON COLUMN "experiment"."records_per_item" IS 'Prompts that are computed together.';
COMMENT ON COLUMN "experiment"."status" IS 'running, done, failed or cancelled.';
COMMENT ON COLUMN "experiment"."error" IS 'Why it failed: with the accuracy that the model has where it cannot do the task.';
COMMENT ON COLUMN "experiment"."report" IS 'Title, facts and sections with tables and drawings (SVG); null until it has ended.';
COMMENT ON COLUMN "experiment"."created_at" IS 'When it was first started.';
COMMENT ON COLUMN "experiment"."started_at" IS 'When it was last started or resumed.';
COMMENT ON COLUMN "experiment"."finished_at" IS 'When its last item was done.';

COMMENT ON TABLE "experiment_item" IS 'Prompts of an experiment that follow each other and are computed together.';
COMMENT ON COLUMN "experiment_item"."experiment_id" IS 'The experiment: experiment.id.';
COMMENT ON COLUMN "experiment_item"."index" IS 'Place, from 0; its first prompt is index times experiment.records_per_item.';
COMMENT ON COLUMN "experiment_item"."key" IS 'What the job of the item is known by.';
COMMENT ON COLUMN "experiment_item"."status" IS 'pending, done or failed.';
COMMENT ON COLUMN "experiment_item"."error" IS 'Why it failed.';
COMMENT ON COLUMN "experiment_item"."milliseconds" IS 'Time of the computation.';

COMMENT ON TABLE "experiment_row" IS 'One measured number of an experiment. See the view experiment_rows.';
COMMENT ON COLUMN "experiment_row"."experiment_id" IS 'The experiment: experiment.id.';
COMMENT ON COLUMN "experiment_row"."item" IS 'The item: experiment_item.index.';
COMMENT ON COLUMN "experiment_row"."ordinal" IS 'Place within the item, from 0.';
COMMENT ON COLUMN "experiment_row"."record" IS 'The prompt: prompt.index of the dataset; null for numbers of none.';
COMMENT ON COLUMN "experiment_row"."method" IS 'What was compared: depass, rollout …, or model for the model itself.';
COMMENT ON COLUMN "experiment_row"."setting" IS 'Under which condition: patch-top, bottom …';
COMMENT ON COLUMN "experiment_row"."x" IS 'What a curve is drawn over: a share of tokens, a number of heads …';
COMMENT ON COLUMN "experiment_row"."layer" IS 'The layer, from 0.';
COMMENT ON COLUMN "experiment_row"."component" IS 'Head, neuron, bin or position, as the setting says.';
COMMENT ON COLUMN "experiment_row"."metric" IS 'What was measured: drop, right, probability …';
COMMENT ON COLUMN "experiment_row"."value" IS 'The number.';
COMMENT ON COLUMN "experiment_row"."text" IS 'What belongs to it in words.';

COMMENT ON VIEW "experiment_progress" IS 'How far every experiment is, counted in prompts.';
COMMENT ON COLUMN "experiment_progress"."experiment_id" IS 'experiment.id';
COMMENT ON COLUMN "experiment_progress"."experiment" IS 'Which experiment.';
COMMENT ON COLUMN "experiment_progress"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "experiment_progress"."dataset" IS 'Short name of the dataset.';
COMMENT ON COLUMN "experiment_progress"."protocol" IS 'paper, reference or corrected.';
COMMENT ON COLUMN "experiment_progress"."seed" IS 'What its random numbers are drawn from.';
COMMENT ON COLUMN "experiment_progress"."status" IS 'running, done, failed or cancelled.';
COMMENT ON COLUMN "experiment_progress"."prompts" IS 'Prompts in all.';
COMMENT ON COLUMN "experiment_progress"."done" IS 'Prompts that are measured.';
COMMENT ON COLUMN "experiment_progress"."failed" IS 'Prompts whose item failed; experiment_item.error says why.';
COMMENT ON COLUMN "experiment_progress"."seconds" IS 'Time of the computation, over all workers.';
COMMENT ON COLUMN "experiment_progress"."error" IS 'Why the experiment as a whole failed.';
COMMENT ON COLUMN "experiment_progress"."created_at" IS 'When it was first started.';
COMMENT ON COLUMN "experiment_progress"."started_at" IS 'When it was last started or resumed.';
COMMENT ON COLUMN "experiment_progress"."finished_at" IS 'When its last item was done.';

COMMENT ON VIEW "experiment_rows" IS 'One row per measured number of every experiment.';
COMMENT ON COLUMN "experiment_rows"."experiment_id" IS 'experiment.id';
COMMENT ON COLUMN "experiment_rows"."experiment" IS 'Which experiment.';
COMMENT ON COLUMN "experiment_rows"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "experiment_rows"."dataset" IS 'Short name of the dataset.';
COMMENT ON COLUMN "experiment_rows"."protocol" IS 'paper, reference or corrected.';
COMMENT ON COLUMN "experiment_rows"."seed" IS 'What its random numbers are drawn from.';
COMMENT ON COLUMN "experiment_rows"."prompt_index" IS 'Place of the prompt in its dataset, from 0.';
COMMENT ON COLUMN "experiment_rows"."prompt" IS 'The text.';
COMMENT ON COLUMN "experiment_rows"."method" IS 'What was compared, or model for the model itself.';
COMMENT ON COLUMN "experiment_rows"."setting" IS 'Under which condition.';
COMMENT ON COLUMN "experiment_rows"."x" IS 'What a curve is drawn over.';
COMMENT ON COLUMN "experiment_rows"."layer" IS 'The layer, from 0.';
COMMENT ON COLUMN "experiment_rows"."component" IS 'Head, neuron, bin or position, as the setting says.';
COMMENT ON COLUMN "experiment_rows"."metric" IS 'What was measured.';
COMMENT ON COLUMN "experiment_rows"."value" IS 'The number.';
COMMENT ON COLUMN "experiment_rows"."text" IS 'What belongs to it in words.';

COMMENT ON VIEW "experiment_means" IS 'experiment_rows averaged over prompts.';
COMMENT ON COLUMN "experiment_means"."experiment_id" IS 'experiment.id';
COMMENT ON COLUMN "experiment_means"."experiment" IS 'Which experiment.';
COMMENT ON COLUMN "experiment_means"."model" IS 'Short name of the model.';
COMMENT ON COLUMN "experiment_means"."dataset" IS 'Short name of the dataset.';
COMMENT ON COLUMN "experiment_means"."protocol" IS 'paper, reference or corrected.';
COMMENT ON COLUMN "experiment_means"."seed" IS 'What its random numbers are drawn from.';
COMMENT ON COLUMN "experiment_means"."method" IS 'What was compared.';
COMMENT ON COLUMN "experiment_means"."setting" IS 'Under which condition.';
COMMENT ON COLUMN "experiment_means"."x" IS 'What a curve is drawn over.';
COMMENT ON COLUMN "experiment_means"."layer" IS 'The layer, from 0.';
COMMENT ON COLUMN "experiment_means"."component" IS 'Head, neuron, bin or position, as the setting says.';
COMMENT ON COLUMN "experiment_means"."metric" IS 'What was measured.';
COMMENT ON COLUMN "experiment_means"."mean" IS 'Mean over prompts.';
COMMENT ON COLUMN "experiment_means"."deviation" IS 'Standard deviation over prompts; null of one.';
COMMENT ON COLUMN "experiment_means"."count" IS 'Prompts.';
