-- Attributions of features and by features: new kinds, where the features of each position begin among the components, and
-- what a feature turned out to be as a target.

ALTER TYPE "partition_kind" ADD VALUE 'feature';
ALTER TYPE "target_type" ADD VALUE 'feature';
ALTER TYPE "component_kind" ADD VALUE 'feature' BEFORE 'bias';
ALTER TYPE "component_kind" ADD VALUE 'error' BEFORE 'bias';
ALTER TYPE "component_kind" ADD VALUE 'skip' BEFORE 'bias';
ALTER TYPE "component_kind" ADD VALUE 'stream' BEFORE 'bias';
ALTER TYPE "component_kind" ADD VALUE 'sae_bias' BEFORE 'bias';

-- A column of contribution would cost 16 bytes in every row of every kind. Features are ordered by position, so that one
-- small array says the positions of all of them.
ALTER TABLE "result"
  ADD COLUMN "feature_starts" INTEGER[],
  ADD COLUMN "target_feature_set" TEXT,
  ADD COLUMN "target_site" TEXT,
  ADD COLUMN "target_feature" INTEGER,
  ADD COLUMN "target_activation" DOUBLE PRECISION;
COMMENT ON COLUMN "result"."feature_starts" IS
  'Split by feature at each position: the ordinal of the first feature of every position. A feature''s position is width_bucket(ordinal, feature_starts) - 1.';
COMMENT ON COLUMN "result"."target_feature_set" IS 'The hash of the feature set whose feature is the target; null for other targets.';
COMMENT ON COLUMN "result"."target_site" IS 'Where that set reads: 2.resid_pre.';
COMMENT ON COLUMN "result"."target_feature" IS 'The number of the feature in its set.';
COMMENT ON COLUMN "result"."target_activation" IS 'How strongly the feature fires there; 0 where it does not. target_value is its pre-activation.';
