-- Whole answers as targets: the sum is a result like any other; what each token of the answer had stands beside it.

ALTER TYPE "target_type" ADD VALUE 'answer';

ALTER TABLE "result" ADD COLUMN "answer" JSONB, ADD COLUMN "answer_scores_hash" TEXT;
ALTER TABLE "result" ADD CONSTRAINT "result_answer_scores_hash_fkey"
  FOREIGN KEY ("answer_scores_hash") REFERENCES "vector"("hash") ON DELETE SET NULL ON UPDATE CASCADE;
COMMENT ON COLUMN "result"."answer" IS
  'Of a whole answer as target: its tokens in order, each with token_id, text, the position that predicts it, value (its logit), probability and completeness_error. target_value is the sum of the logits, target_probability the product of the probabilities. Null for other targets.';
COMMENT ON COLUMN "result"."answer_scores_hash" IS
  'vector.hash of the scores of each token of the answer, one row a token, in component order; their sums are the result''s scores.';
