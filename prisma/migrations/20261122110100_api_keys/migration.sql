-- Keys of those who may ask the server when it listens to more than its own machine.
CREATE TABLE "api_key" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "api_key_name_key" ON "api_key"("name");
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

ALTER TABLE "api_key"
  ADD CONSTRAINT "api_key_name_form" CHECK ("name" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
  ADD CONSTRAINT "api_key_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "api_key_scopes_known"
    CHECK (cardinality("scopes") > 0 AND "scopes" <@ ARRAY['read', 'compute', 'admin']);

COMMENT ON TABLE "api_key" IS 'Who may ask the server when it listens to more than its own machine.';
COMMENT ON COLUMN "api_key"."id" IS 'Number of the row.';
COMMENT ON COLUMN "api_key"."name" IS 'What people call it; never used again, so that logs stay clear.';
COMMENT ON COLUMN "api_key"."hash" IS 'sha256 of the key, which itself is kept nowhere.';
COMMENT ON COLUMN "api_key"."scopes" IS 'What it allows: read, compute (and read), admin (and everything).';
COMMENT ON COLUMN "api_key"."created_at" IS 'When it was made.';
COMMENT ON COLUMN "api_key"."expires_at" IS 'When it ends by itself; null for never.';
COMMENT ON COLUMN "api_key"."revoked_at" IS 'When someone ended it; null while it is good.';
