-- Which jobs a worker has in hand, so that someone who looks after the system finds the process that computes one.
ALTER TABLE "worker" ADD COLUMN "job_ids" uuid[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN "worker"."job_ids" IS 'Jobs of pgboss.job that it has in hand, as it told within the last second.';
