/** A database that refuses to write, as a full disk makes it: nothing half-stored, and the job waits for better times. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { findJobs } from '../../workers/index.ts'
import { runProgress } from '../../src/store/index.ts'
import { countStored, startBulk } from '../workers/bulk-run.ts'
import { useWorkers } from '../workers/use-workers.ts'

const kit = useWorkers()
const everything = async () => {
  const [row] = await kit.store.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM result) AS results, (SELECT count(*)::int FROM contribution) AS contributions,
       (SELECT count(*)::int FROM sequence) AS sequences, (SELECT count(*)::int FROM sequence_token) AS tokens,
       (SELECT count(*)::int FROM run_item WHERE status <> 'pending') AS settled`,
  )
  return row
}

test('leaves nothing half-stored, and what was computed is stored when there is room again', async () => {
  // At the last row of a result's contributions: all before it is written by then.
  await kit.store.query(
    `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'could not extend file "base/1": No space left on device' USING ERRCODE = 'disk_full'; END $$`,
  )
  await kit.store.query(
    `CREATE TRIGGER full_disk BEFORE INSERT ON contribution_${kit.model.id} FOR EACH ROW WHEN (NEW.ordinal = 1)
     EXECUTE FUNCTION full_disk()`,
  )
  const before = await everything()
  const bulk = await startBulk(kit, 'full', [[50_000, 1], [50_001, 2], [50_002, 3]])
  await kit.worker()
  await expect.poll(() => kit.calls.length).toBeGreaterThan(0)
  await sleep(300)
  expect(await everything()).toEqual(before)
  const states = async () => (await findJobs(kit.store, [...bulk.jobs.values()])).map((job) => job?.state)
  await expect.poll(states).toEqual(['waiting', 'waiting', 'waiting'])
  const output = await kit.store.query<{ output: { message: string } }>(
    `SELECT output FROM pgboss.job WHERE id = ANY($1::uuid[]) LIMIT 1`,
    [[...bulk.jobs.values()]],
  )
  expect(output[0]?.output.message).toContain('No space left on device')
  const attempts = await kit.store.query(
    `SELECT DISTINCT retry_limit - retry_count AS left FROM pgboss.job WHERE id = ANY($1::uuid[])`,
    [[...bulk.jobs.values()]],
  )
  // A full disk is not the jobs' failure: the next claim counts as one, and leaves all three that a failure would have.
  expect(attempts).toEqual([{ left: 4 }])

  await kit.store.query(`DROP TRIGGER full_disk ON contribution_${kit.model.id}`)
  const status = async () => (await runProgress(kit.store, bulk.run.id)).status
  await expect.poll(status).toBe('done')
  expect(await countStored(kit.store, bulk)).toEqual({ results: 3, contributions: 6 })
})
