-- What each component says on its own, for the few results where that was asked. Without a default: no row is rewritten.
ALTER TABLE "result" ADD COLUMN "decoded" JSONB;
COMMENT ON COLUMN "result"."decoded" IS
  'The tokens each component speaks for most, in component order: [{kind, index, layer, tokens: [{id, text, logit}]}]; null unless asked for.';
