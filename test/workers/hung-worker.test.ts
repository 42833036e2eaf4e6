/** Workers that live and do not work, or work and do not seem to live. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { runProgress } from '../../src/store/index.ts'
import { openLease } from '../../workers/worker/lease.ts'
import { countStored, startBulk } from './bulk-run.ts'
import { commands } from './fake-attributor.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

function workerProcess(millisecondsEach = 0, clockAheadMs = 0) {
  const file = path.join(import.meta.dirname, 'worker-process.ts')
  const args = [kit.url, String(millisecondsEach), String(clockAheadMs)]
  const child = fork(file, args, { execArgv: ['--import', 'tsx'] })
  children.push(child)
  /** First tokens of what it was asked, in order. */
  const asked: number[] = []
  child.on('message', (message) => {
    if (Array.isArray(message)) asked.push(...message.map(Number))
  })
  return { child, asked }
}
const told = async (child: ChildProcess, word: string) => {
  for (;;) if ((await once(child, 'message'))[0] === word) return
}
const statusOf = (runId: number) => async () => (await runProgress(kit.store, runId)).status
const ids = (first: number, n: number, ...more: number[]) => Array.from({ length: n }, (_, i) => [first + i, ...more])

test('a worker that hangs loses its jobs, and coming to itself doubles nothing', async () => {
  const bulk = await startBulk(kit, 'hung', ids(30_000, 60, 5))
  const { child } = workerProcess(100)
  await told(child, 'computing')
  await expect.poll(async () => (await countStored(kit.store, bulk))?.results).toBeGreaterThan(0)
  child.kill('SIGSTOP')
  const before = (await countStored(kit.store, bulk))?.results
  expect(before).toBeLessThan(60)
  await kit.worker()
  await expect.poll(() => kit.calls.length).toBeGreaterThan(0)
  await expect.poll(statusOf(bulk.run.id)).toBe('done')
  expect(await countStored(kit.store, bulk)).toEqual({ results: 60, contributions: 120 })

  child.kill('SIGCONT')
  // It finishes what it had in hand, stores it once more, and takes what is new.
  const next = await startBulk(kit, 'after', ids(31_000, 4))
  await expect.poll(statusOf(next.run.id)).toBe('done')
  child.send('stop')
  await once(child, 'exit')
  expect(await countStored(kit.store, bulk)).toEqual({ results: 60, contributions: 120 })
  expect(await runProgress(kit.store, bulk.run.id)).toMatchObject({ status: 'done', done: 60, failed: 0 })
  const open = await kit.store.query(`SELECT 1 FROM pgboss.job WHERE name = 'attribution' AND state <> 'completed'`)
  expect(open).toEqual([])
})

test('a worker that computes for longer than a lease without a pause keeps its job', async () => {
  const bulk = await startBulk(kit, 'blocked', [[32_000, commands.block]])
  const { child, asked } = workerProcess()
  await told(child, 'computing')
  // Looks after the dead, and would take over.
  await kit.worker()
  await expect.poll(statusOf(bulk.run.id)).toBe('done')
  expect(asked).toEqual([32_000])
  expect(kit.calls).toEqual([])
})

test('workers whose clocks are a day fast and a day slow share the work, and none is taken for dead', async () => {
  const bulk = await startBulk(kit, 'clocks', ids(33_000, 300))
  const day = 24 * 60 * 60 * 1000
  const [fast, slow] = [workerProcess(20, day), workerProcess(20, -day)]
  await expect.poll(statusOf(bulk.run.id)).toBe('done')
  expect([...fast.asked, ...slow.asked].sort()).toEqual(ids(33_000, 300).flat())
  expect(Math.min(fast.asked.length, slow.asked.length)).toBeGreaterThan(0)
  expect(await countStored(kit.store, bulk)).toEqual({ results: 300, contributions: 300 })
})

describe('a lease', () => {
  /** When the job last said that it lives, in seconds of the database's clock. */
  const lastSign = async (id: string) => {
    const [job] = await kit.store.query<{ at: number }>(
      `SELECT extract(epoch FROM heartbeat_on)::float8 AS at FROM pgboss.job WHERE id = $1`,
      [id],
    )
    return job?.at ?? NaN
  }
  const now = async () => (await kit.store.query<{ at: number }>(`SELECT extract(epoch FROM now())::float8 AS at`))[0]!.at
  const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

  test.each([
    ['is renewed while the main thread computes', 60_000, true],
    ['ends when the main thread has been silent for too long', 400, false],
  ])('%s', async (_, patienceMs, renewed) => {
    const { jobs } = await startBulk(kit, `lease-${patienceMs}`, [[34_000 + patienceMs]])
    const [id = ''] = jobs.values()
    await kit.store.query(`UPDATE pgboss.job SET state = 'active', heartbeat_on = now() WHERE id = $1`, [id])
    const lease = openLease({ databaseUrl: kit.url, refreshMs: 100, patienceMs })
    try {
      const claimed = await lastSign(id)
      lease.hold([{ id, retryCount: 0 }])
      await expect.poll(() => lastSign(id)).toBeGreaterThan(claimed)
      const blockedAt = await now()
      block(3000)
      // Signs in the second half of the silence, long after the shorter patience had run out.
      expect((await lastSign(id)) > blockedAt + 1.5).toBe(renewed)
      lease.release([{ id, retryCount: 0 }])
      await sleep(500)
      const released = await lastSign(id)
      await sleep(500)
      expect(await lastSign(id)).toBe(released)
    } finally {
      await lease.close()
      await kit.store.query(`DELETE FROM pgboss.job WHERE id = $1`, [id])
    }
  })

  test('of a claim that another has taken over is not touched', async () => {
    const { jobs } = await startBulk(kit, 'fenced', [[35_000]])
    const [id = ''] = jobs.values()
    await kit.store.query(
      `UPDATE pgboss.job SET state = 'active', retry_count = 1, heartbeat_on = now() - interval '5 s' WHERE id = $1`,
      [id],
    )
    const lease = openLease({ databaseUrl: kit.url, refreshMs: 50 })
    try {
      lease.hold([{ id, retryCount: 0 }])
      const taken = await lastSign(id)
      await sleep(500)
      expect(await lastSign(id)).toBe(taken)
    } finally {
      await lease.close()
      await kit.store.query(`DELETE FROM pgboss.job WHERE id = $1`, [id])
    }
  })
})
