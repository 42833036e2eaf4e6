-- Runs that share the workers by weight, workers that say what they do, and what the model itself would have said.

ALTER TYPE "run_status" ADD VALUE 'paused' BEFORE 'cancelled';

ALTER TABLE "run"
  ADD COLUMN "weight" DOUBLE PRECISION NOT NULL DEFAULT 1,
  ADD CONSTRAINT "run_weight_range" CHECK ("weight" >= 0.01 AND "weight" <= 100);
COMMENT ON COLUMN "run"."weight" IS 'Its share of the workers beside other runs: one of weight 2 gets twice as much work done as one of weight 1.';
COMMENT ON COLUMN "run"."status" IS 'running, done, failed (some prompt failed), paused (someone stopped it for a while) or cancelled (for good).';

-- What a worker says about itself. A worker is there as long as its connection is (pg_stat_activity); a row without one is of
-- a worker that died, and the next one that starts removes it.
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "engine" TEXT NOT NULL,
    "memory_limit_bytes" BIGINT NOT NULL,
    "interactive_only" BOOLEAN NOT NULL,
    "model_id" SMALLINT,
    "flops_per_second" DOUBLE PRECISION,
    "results" INTEGER NOT NULL DEFAULT 0,
    "results_per_second" DOUBLE PRECISION,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error_code" TEXT,
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "last_result_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "worker" ADD CONSTRAINT "worker_model_id_fkey"
  FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE SET NULL ON UPDATE CASCADE;
COMMENT ON TABLE "worker" IS 'Processes that compute; a row may outlive its worker for a while.';
COMMENT ON COLUMN "worker"."id" IS 'Its name; that of its connection ends with it.';
COMMENT ON COLUMN "worker"."host" IS 'The name under which its machine''s model folders are registered.';
COMMENT ON COLUMN "worker"."pid" IS 'Its process on that machine.';
COMMENT ON COLUMN "worker"."engine" IS 'What computes: onnx-cpu-float32 …';
COMMENT ON COLUMN "worker"."memory_limit_bytes" IS 'What a pass may use there besides the weights.';
COMMENT ON COLUMN "worker"."interactive_only" IS 'It takes only what someone waits for.';
COMMENT ON COLUMN "worker"."model_id" IS 'The model that it used last; null until it has used one.';
COMMENT ON COLUMN "worker"."flops_per_second" IS 'Needed arithmetic a second, as measured lately; null until it was measured.';
COMMENT ON COLUMN "worker"."results" IS 'Results that it has stored since it started.';
COMMENT ON COLUMN "worker"."results_per_second" IS 'Results a second while it computes, as measured lately.';
COMMENT ON COLUMN "worker"."failures" IS 'Jobs that failed there since it started, also those that were tried again.';
COMMENT ON COLUMN "worker"."last_error_code" IS 'The kind of its last failure.';
COMMENT ON COLUMN "worker"."last_error" IS 'Why its last failed job failed, in a sentence.';
COMMENT ON COLUMN "worker"."last_error_at" IS 'When that was.';
COMMENT ON COLUMN "worker"."last_result_at" IS 'When it last stored a result.';
COMMENT ON COLUMN "worker"."started_at" IS 'When it started.';

-- What the model itself would have said where the target is read, beside what was expected of it. Null in results of earlier
-- versions.
ALTER TABLE "result"
  ADD COLUMN "predicted_token_id" INTEGER,
  ADD COLUMN "predicted_text" TEXT,
  ADD COLUMN "predicted_logit" DOUBLE PRECISION,
  ADD COLUMN "predicted_probability" DOUBLE PRECISION,
  ADD COLUMN "expected_token_id" INTEGER,
  ADD COLUMN "expected_text" TEXT,
  ADD COLUMN "expected_rank" INTEGER,
  ADD COLUMN "expected_logit" DOUBLE PRECISION,
  ADD COLUMN "expected_probability" DOUBLE PRECISION,
  ADD CONSTRAINT "result_expected_rank_counts" CHECK ("expected_rank" >= 1);
COMMENT ON COLUMN "result"."predicted_token_id" IS 'The token that the model ranks first at the position; null in results of earlier versions.';
COMMENT ON COLUMN "result"."predicted_text" IS 'Its text; null without a tokenizer.';
COMMENT ON COLUMN "result"."predicted_logit" IS 'Its logit.';
COMMENT ON COLUMN "result"."predicted_probability" IS 'Its probability.';
COMMENT ON COLUMN "result"."expected_token_id" IS
  'The first token of the record''s answer, or else the target token; null where nothing was expected.';
COMMENT ON COLUMN "result"."expected_text" IS 'Its text.';
COMMENT ON COLUMN "result"."expected_rank" IS 'Its place among all tokens by logit, 1 for the first; of equal logits the smaller id is first.';
COMMENT ON COLUMN "result"."expected_logit" IS 'Its logit.';
COMMENT ON COLUMN "result"."expected_probability" IS 'Its probability.';
-- Lists are ordered by these; an id makes the order complete.
CREATE INDEX "result_target_value_id_idx" ON "result"("target_value", "id");
CREATE INDEX "result_completeness_error_id_idx" ON "result"("completeness_error", "id");
CREATE INDEX "result_target_probability_id_idx" ON "result"("target_probability", "id");
CREATE INDEX "result_expected_probability_id_idx" ON "result"("expected_probability", "id");
