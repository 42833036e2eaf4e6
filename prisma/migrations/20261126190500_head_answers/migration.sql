-- Why heads attend, and where they look: answers kept for a day.
CREATE TABLE "head_answer" (
    "key" TEXT NOT NULL,
    "model_id" SMALLINT NOT NULL,
    "data" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "head_answer_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "head_answer_model_id_idx" ON "head_answer"("model_id");
CREATE INDEX "head_answer_created_at_idx" ON "head_answer"("created_at");
ALTER TABLE "head_answer" ADD CONSTRAINT "head_answer_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Packed numbers, read whole.
ALTER TABLE "head_answer" ALTER COLUMN "data" SET STORAGE EXTERNAL;
ALTER TABLE "head_answer" ADD CONSTRAINT "head_answer_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$');

COMMENT ON TABLE "head_answer" IS 'Why heads attend, and where they look, in prompts that were asked for: computed on demand and kept for a day.';
COMMENT ON COLUMN "head_answer"."key" IS 'sha256 (hex) of the question, the model and the engine.';
COMMENT ON COLUMN "head_answer"."model_id" IS 'The model: model.id. Its answers go with it.';
COMMENT ON COLUMN "head_answer"."data" IS 'The answer, as the program packs it.';
COMMENT ON COLUMN "head_answer"."created_at" IS 'When it was computed.';
