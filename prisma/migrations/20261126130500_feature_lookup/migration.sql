-- What looking features up needs besides the tables of feature sets.

-- Why a feature fired: the attributions that have it as their target.
CREATE INDEX "result_target_feature_idx" ON "result" ("target_feature_set", "target_feature", "id")
  WHERE "target_feature_set" IS NOT NULL;
-- What a feature does: the attributions that it has a share in, the largest first.
CREATE INDEX "contribution_feature_idx" ON "contribution" ("component_index", abs("score") DESC) WHERE "kind" = 'feature';
-- Features by the text of their examples.
CREATE INDEX "sequence_text_idx" ON "sequence" USING GIN ("text" gin_trgm_ops);

-- Words in any form by full text; halves of words and small mistakes by trigrams, but not where operators say exactly
-- what is meant. Both have an index. The threshold finds a word with one letter wrong; Postgres' own does not.
CREATE FUNCTION "search_explanations"("wanted" text, "sets" integer[])
RETURNS TABLE ("set_id" integer, "index" integer, "key" text, "rank" double precision)
LANGUAGE sql STABLE PARALLEL SAFE SET pg_trgm.word_similarity_threshold = 0.45 AS $$
  SELECT e.set_id, e."index", (array_agg(e.key ORDER BY e.rank DESC, e.id))[1], max(e.rank)
  FROM (
    SELECT e.set_id, e."index", e.id, e.key,
      (ts_rank_cd(e.words, q.words, 32) + word_similarity($1, e.description) + similarity($1, e.description))::float8 AS rank
    FROM feature_explanation e, websearch_to_tsquery('english', $1) AS q (words)
    WHERE e.set_id = ANY ($2)
      AND (e.words @@ q.words OR ($1 !~ '(^|\s)-\S|"' AND e.description %> $1))
  ) e
  GROUP BY e.set_id, e."index"
$$;
COMMENT ON FUNCTION "search_explanations" IS
  'Features of these sets by what they are said to be about: "capital -letter" as in a search engine; the largest rank fits best.';

-- Answers that need the model or the files of a set, kept for a day.
CREATE TABLE "feature_lookup" (
    "key" TEXT NOT NULL,
    "set_id" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_lookup_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "feature_lookup_set_id_idx" ON "feature_lookup"("set_id");
CREATE INDEX "feature_lookup_created_at_idx" ON "feature_lookup"("created_at");
ALTER TABLE "feature_lookup" ADD CONSTRAINT "feature_lookup_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "feature_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Packed numbers, read whole.
ALTER TABLE "feature_lookup" ALTER COLUMN "data" SET STORAGE EXTERNAL;
ALTER TABLE "feature_lookup" ADD CONSTRAINT "feature_lookup_key_form" CHECK ("key" ~ '^[0-9a-f]{64}$');

COMMENT ON TABLE "feature_lookup" IS 'What fires in texts that were asked for, and which directions are alike: computed on demand and kept for a day.';
COMMENT ON COLUMN "feature_lookup"."key" IS 'sha256 (hex) of the question, the model and the engine.';
COMMENT ON COLUMN "feature_lookup"."set_id" IS 'The set: feature_set.id. Its answers go with it.';
COMMENT ON COLUMN "feature_lookup"."data" IS 'The answer, as the program packs it.';
COMMENT ON COLUMN "feature_lookup"."created_at" IS 'When it was computed.';
