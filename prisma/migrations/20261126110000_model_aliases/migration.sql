-- Other hashes of the same weights. What a model is called by its stored hash stays as it was: keys of results are made of it.
CREATE TABLE "model_alias" (
    "hash" TEXT NOT NULL,
    "model_id" SMALLINT NOT NULL,

    CONSTRAINT "model_alias_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "model_alias_model_id_idx" ON "model_alias"("model_id");

ALTER TABLE "model_alias" ADD CONSTRAINT "model_alias_model_id_fkey"
  FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "model_alias" ADD CONSTRAINT "model_alias_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$');

COMMENT ON TABLE "model_alias" IS 'Other hashes of the same weights: what other versions of Tributary, or of Node, made of them.';
COMMENT ON COLUMN "model_alias"."hash" IS 'The other hash.';
COMMENT ON COLUMN "model_alias"."model_id" IS 'The model: model.id. Its results are keyed by model.hash.';
