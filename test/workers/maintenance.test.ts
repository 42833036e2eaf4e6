/** Jobs that have ended, and runs that are paused, as the queue's tables see them. */
import { expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { collectGarbage } from '../../src/store/gc.ts'
import { addDataset, pendingPrompts, planItems, runProgress, startRun } from '../../src/store/index.ts'
import { stopRun } from '../../workers/index.ts'
import { enqueueRequests } from './prepared.ts'
import { ENGINE, request } from '../store/fixtures.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const asked = () => ({ model: kit.model, engine: ENGINE })
const states = async () => {
  const rows = await kit.store.query<{ state: string; n: number }>(
    `SELECT state::text, count(*)::int AS n FROM pgboss.job WHERE name = 'attribution' GROUP BY state`,
  )
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
}

test('jobs that ended are removed when their time is over, and no sooner', async () => {
  const worker = await kit.worker()
  await kit.ask([request({ tokenIds: [1], position: 0 }), request({ tokenIds: [2], position: 0 })])
  await expect.poll(states).toEqual({ completed: 2 })
  // A worker looks after the queue, too, and could be the one that removes it.
  await worker.stop({ timeoutMs: 0 })
  const gc = () => collectGarbage(kit.store, { resultsOlderThanDays: null })
  expect(await gc()).toMatchObject({ jobs: 0 })
  await kit.store.query(
    `UPDATE pgboss.job SET completed_on = completed_on - interval '2 hours'
     WHERE id = (SELECT id FROM pgboss.job WHERE state = 'completed' LIMIT 1)`,
  )
  expect(await gc()).toMatchObject({ jobs: 1 })
  expect(await states()).toEqual({ completed: 1 })
})

async function startBulk(options: Record<string, unknown>, ids: readonly number[]) {
  const prompts = ids.map((id) => ({ text: `prompt ${id}` }))
  const { dataset } = await addDataset(kit.store, { slug: `d${ids[0]}`, title: '', format: '', prompts })
  const { run } = await startRun(kit.store, {
    modelId: kit.model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options,
  })
  const requests = ids.map((id) => request({ tokenIds: [id], position: 0 }))
  const open = await pendingPrompts(kit.store, run.id)
  await planItems(kit.store, run.id, open.map(({ promptId }, i) => ({
    promptId, key: resultKey(kit.model, ENGINE, requests[i]!),
  })))
  await enqueueRequests(kit.store, kit.queue, asked(), requests, 'bulk')
  return { run, requests }
}

test('a paused run leaves the queue to others, and nothing of theirs with it', async () => {
  const first = await startBulk({}, [100, 101, 102, 103])
  const second = await startBulk({}, [103, 104])
  // Someone waits for one of them.
  await enqueueRequests(kit.store, kit.queue, asked(), [first.requests[0]!], 'interactive')
  // 101 and 102: 100 is waited for, 103 is also the other run's.
  expect(await stopRun(kit.store, first.run.id, 'paused')).toBe(2)
  expect(await pendingPrompts(kit.store, first.run.id)).toEqual([])
  await kit.worker()
  await expect.poll(async () => (await runProgress(kit.store, second.run.id)).status).toBe('done')
  await expect.poll(() => runProgress(kit.store, first.run.id)).toEqual({
    status: 'paused', total: 4, done: 2, failed: 0, pending: 2,
  })
})

test('a worker that holds jobs of a paused run finishes what it computes, drops the others, and goes on', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => 200 + i)
  const { run } = await startBulk({}, ids)
  // Chunks of about ten.
  await kit.worker({ millisecondsEach: 100 })
  const done = async () => (await runProgress(kit.store, run.id)).done
  await expect.poll(done, { interval: 20 }).toBeGreaterThan(0)
  const begun = kit.calls.length
  expect(await stopRun(kit.store, run.id, 'paused')).toBeGreaterThan(0)
  expect(await kit.ask([request({ tokenIds: [300], position: 0 })])).toMatchObject([{ state: 'stored' }])
  // The one in hand, or the one that was just being taken.
  const after = kit.calls.filter((call) => call.some(({ tokenIds }) => tokenIds[0]! < 300))
  expect(after.length).toBeLessThanOrEqual(begun + 1)
  await expect.poll(states).toEqual({ completed: expect.any(Number) as number })
  const computed = after.flat().length
  expect(computed).toBeLessThan(60)
  expect(await runProgress(kit.store, run.id)).toEqual({
    status: 'paused', total: 60, done: computed, failed: 0, pending: 60 - computed,
  })
})
