-- What the model itself ranks first, for the few results where tokens were asked for. Without a default: no row is rewritten.
ALTER TABLE "result" ADD COLUMN "candidates" JSONB;
COMMENT ON COLUMN "result"."candidates" IS
  'The tokens that the model itself ranks first, best first: [{id, text, logit, probability}]; null unless components were decoded.';
