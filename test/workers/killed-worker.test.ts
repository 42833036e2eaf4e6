import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { runProgress } from '../../src/store/index.ts'
import { findJobs } from '../../workers/index.ts'
import { startBulk } from './bulk-run.ts'
import { commands } from './fake-attributor.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

function workerProcess(millisecondsEach = 0): ChildProcess {
  const file = path.join(import.meta.dirname, 'worker-process.ts')
  const child = fork(file, [kit.url, String(millisecondsEach)], { execArgv: ['--import', 'tsx'] })
  children.push(child)
  return child
}
const told = async (child: ChildProcess, word: string) => {
  for (;;) if ((await once(child, 'message'))[0] === word) return
}
const count = async (table: string) =>
  (await kit.store.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n
/** Not to wait out the pause after a failure. */
const skipPauses = () => kit.store.query(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`)
const until = (condition: () => Promise<boolean>) => expect.poll(condition).toBe(true)

test('the jobs of a worker killed with -9 are taken over, without a gap or a duplicate', async () => {
  // 60 of 100 ms: chunks of about ten, so the kill comes between stored ones and others.
  const { run } = await startBulk(kit, 'killed', Array.from({ length: 60 }, (_, i) => [10_000 + i, 5]))
  const first = workerProcess(100)
  await told(first, 'computing')
  await until(async () => (await count('result')) > 0)
  first.kill('SIGKILL')
  await once(first, 'exit')
  const stored = await count('result')
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(60)
  await kit.worker()
  await until(async () => kit.calls.length > 0)
  await until(async () => (await runProgress(kit.store, run.id)).status === 'done')
  expect(await runProgress(kit.store, run.id)).toEqual({ status: 'done', total: 60, done: 60, failed: 0, pending: 0 })
  expect([await count('result'), await count('contribution')]).toEqual([60, 120])
})

test('a job that kills every worker ends as failed with a reason, and does not take the others down with it', async () => {
  const before = await count('result')
  const tokenIds = [[20_000, commands.die], ...Array.from({ length: 5 }, (_, i) => [20_001 + i])]
  const { run, keys, jobs } = await startBulk(kit, 'poison', tokenIds)
  await kit.store.query(`UPDATE pgboss.job SET retry_limit = 1 WHERE state < 'active'`)
  for (let death = 0; death < 2; death++) {
    const child = workerProcess()
    await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')
    // Not to wait ten seconds each time until the silence is noticed.
    await kit.store.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 minute' WHERE state = 'active'`)
    await skipPauses()
  }
  // Looks after the dead, and takes what they left.
  await kit.worker()
  const hurry = setInterval(() => void skipPauses().catch(() => undefined), 100)
  try {
    await until(async () => (await runProgress(kit.store, run.id)).status !== 'running')
  } finally {
    clearInterval(hurry)
  }
  expect(await runProgress(kit.store, run.id)).toEqual({ status: 'failed', total: 6, done: 5, failed: 1, pending: 0 })
  expect(await count('result')).toBe(before + 5)
  const reason = expect.stringContaining('Every worker that took this computation died or hung on it') as string
  expect(await findJobs(kit.store, [jobs.get(keys[0]!)!])).toMatchObject([
    { state: 'failed', error: { code: 'ENGINE_FAILED', message: reason } },
  ])
  const failed = await kit.store.prisma.runItem.findFirst({ where: { runId: run.id, status: 'failed' } })
  expect(failed).toMatchObject({ error: reason })
})
