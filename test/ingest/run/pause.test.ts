/** `tributary run pause` and `run resume` while an ingest runs: nothing new begins, and then everything ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openStore, type Store } from '../../../src/store/index.ts'
import { useDatabase } from '../../database.ts'
import { addDemo, command, INGEST_IOI, IOI_PROMPTS } from '../demo-data.ts'
import { tributary } from '../../cli/process.ts'
import { countStored } from './stored.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-pause-'))
const environment = () => ({ DATABASE_URL: database.url, TRIBUTARY_HOME: home })
const typed = (...args: string[]) => command(environment(), ...args)
let store: Store
beforeAll(async () => {
  await addDemo(environment())
  store = openStore(database.url, { connections: 2 })
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

const runs = async (): Promise<unknown> => JSON.parse((await typed('run', 'list', '--json')).printed)

test('a paused run begins nothing new, whoever works, and a resumed one is finished, with every row once', async () => {
  const ingest = tributary(INGEST_IOI, environment())
  await ingest.seen(/0 of 300 prompts/)
  await expect.poll(async () => (await countStored(store)).done, { interval: 20 }).toBeGreaterThan(0)

  expect(await typed('run', 'pause', '1')).toMatchObject({
    status: 0,
    printed: expect.stringMatching(
      /^Paused run 1 \(ioi through demo by token\); \d+ jobs? left the queue\. Go on with: tributary run resume 1\n$/,
    ),
  })
  const ended = await ingest.ended
  expect(ended).toMatchObject({ status: 0, err: expect.stringContaining('the same command goes on from there.') })
  const paused = await countStored(store)
  expect(paused.done).toBeLessThan(IOI_PROMPTS)
  expect(paused.jobs).toBe(0)
  const [done, open] = [paused.done, IOI_PROMPTS - paused.done]
  expect(await runs()).toMatchObject([{ run: 1, state: 'paused', done, open }])

  // Another worker finds nothing of it, and is there: it answers what is asked next.
  const worker = tributary(['work'], environment())
  await worker.seen(/Worker waits for jobs/)
  expect(await typed(...INGEST_IOI.with(-1, 'head'), '--limit', '1', '--no-work')).toMatchObject({
    status: 0,
    printed: expect.stringContaining('1 of 1 prompts done'),
  })
  // A worker says that a job is done a moment after it has stored the result.
  await expect.poll(() => countStored(store)).toMatchObject({ done: paused.done + 1, jobs: 0 })

  // The first of its prompts, and no others: the rest stays paused.
  const first = String(Math.min(paused.done + 5, IOI_PROMPTS - 1))
  expect(await typed('run', 'resume', '1', '--limit', first, '--no-work')).toMatchObject({
    status: 0,
    printed: expect.stringContaining(`${first} of ${first} prompts done`),
  })
  await expect.poll(() => countStored(store)).toMatchObject({ done: Number(first) + 1, jobs: 0 })
  expect(await runs()).toMatchObject([{ run: 1, state: 'paused', failed: 0 }, { run: 2, state: 'done', open: 0 }])

  expect(await typed('run', 'resume', '1', '--no-work')).toMatchObject({
    status: 0,
    printed: expect.stringContaining(`${IOI_PROMPTS} of ${IOI_PROMPTS} prompts done`),
  })
  worker.child.kill('SIGTERM')
  await worker.ended
  expect(await runs()).toMatchObject([
    { run: 1, state: 'done', done: IOI_PROMPTS, failed: 0, open: 0, total: IOI_PROMPTS },
    { run: 2 },
  ])
  const all = await countStored(store)
  expect([all.results, all.done]).toEqual([IOI_PROMPTS + 1, IOI_PROMPTS + 1])
  expect(all.contributions).toBe(all.expected)
})

test('what has ended is not paused, and what is not there is said to be so', async () => {
  expect(await typed('run', 'pause', '1')).toMatchObject({
    status: 2,
    said: 'error: Run 1 (ioi through demo by token) is done, so there is nothing to pause.\n',
  })
  expect(await typed('run', 'cancel', '1')).toMatchObject({ status: 2, said: expect.stringContaining('so there is nothing to cancel') as string })
  for (const verb of ['pause', 'cancel', 'resume', 'remove']) {
    expect(await typed('run', verb, '99')).toMatchObject({
      status: 2,
      said: 'error: There is no run 99; tributary run list shows those there are.\n',
    })
  }
})

test('a run is paused, then cancelled, and stays so; a weight is told and kept', async () => {
  const ingest = INGEST_IOI.with(-1, 'module')
  const begun = tributary([...ingest, '--module', 'mlp', '--no-work', '--weight', '2.5'], environment())
  await begun.seen(/0 of 300 prompts/)
  await expect.poll(async () => (await countStored(store)).jobs).toBe(IOI_PROMPTS)
  const last = async () => z.array(z.looseObject({ run: z.int() })).parse(await runs()).at(-1)!
  const { run } = await last()
  const id = String(run)
  expect(await last()).toMatchObject({ state: 'running', weight: 2.5 })
  expect(await typed('run', 'weight', id, '0')).toMatchObject({ status: 2, said: expect.stringContaining('a number from 0.01 to 100') as string })
  expect(await typed('run', 'weight', id, '0.5')).toMatchObject({ status: 0, printed: `Run ${id} (ioi through demo by module) has the weight 0.5 now.\n` })
  expect(await typed('run', 'pause', id)).toMatchObject({ status: 0, printed: expect.stringContaining(`Paused run ${id}`) as string })
  await begun.ended
  expect(await last()).toMatchObject({ run, state: 'paused', weight: 0.5, finishedAt: null })
  expect(await typed('run', 'cancel', id)).toMatchObject({ status: 0, printed: expect.stringContaining(`Cancelled run ${id}`) as string })
  expect(await typed('run', 'pause', id)).toMatchObject({ status: 0, printed: expect.stringMatching(/^Run \d+ .* was cancelled before; 0 jobs left/) as string })
  expect(await last()).toMatchObject({ run, state: 'cancelled', weight: 0.5, finishedAt: expect.any(String) as string })
  expect((await countStored(store)).jobs).toBe(0)
})
