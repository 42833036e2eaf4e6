/** Workers that differ: what one cannot do is left to another that can, and fails only where there is none. */
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { addModel, runProgress } from '../../src/store/index.ts'
import { connectedWorkers, jobHolders, listJobs, queueStatistics, requestAttributions, viewQueue } from '../../workers/index.ts'
import { ENGINE, identity, request } from '../store/fixtures.ts'
import { countStored, startBulk } from './bulk-run.ts'
import { prepared } from './prepared.ts'
import { commands } from './fake-attributor.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
const OTHER_ENGINE = 'onnx-webgpu-float32'
const GIB = 2 ** 30

const ask = (first: number, ...more: number[]) => request({ tokenIds: [first, ...more], position: 0 })
/** Long enough for a worker to have looked at a job and left it. */
const meanwhile = () => sleep(1000)

describe('a worker that lacks', () => {
  it('the engine leaves bulk work to the one that has it, and none of it fails', async () => {
    const seen = { other: 0 }
    await kit.worker({ engine: OTHER_ENGINE, onCall: () => seen.other++ })
    const able = kit.worker({ millisecondsEach: 2 })
    const bulk = await startBulk(kit, 'engines', Array.from({ length: 200 }, (_, i) => [40_000 + i, 1]))
    await able
    await expect.poll(async () => (await runProgress(kit.store, bulk.run.id)).status).not.toBe('running')
    expect(await runProgress(kit.store, bulk.run.id)).toMatchObject({ status: 'done', done: 200, failed: 0 })
    expect(await countStored(kit.store, bulk)).toEqual({ results: 200, contributions: 400 })
    expect(seen.other).toBe(0)
  })

  it('the engine leaves what someone waits for', async () => {
    await kit.worker({ engine: OTHER_ENGINE })
    await kit.worker()
    const outcomes = await kit.ask([ask(41_000), ask(41_001)])
    expect(outcomes.map(({ state }) => state)).toEqual(['stored', 'stored'])
  })

  it('the memory leaves it to one with more', async () => {
    await kit.worker({}, { passMemoryBytes: GIB })
    const waiting = kit.ask([ask(commands.large, 1)])
    const alone = await waiting
    expect(alone).toMatchObject([{ state: 'failed', error: { code: 'TOO_LARGE' } }])

    await kit.worker({ roomy: true }, { passMemoryBytes: 16 * GIB })
    expect(await kit.ask([ask(commands.large, 2)])).toMatchObject([{ state: 'stored' }])
  })

  it('the model leaves it to a machine that has its folder', async () => {
    const far = identity({ hash: 'f'.repeat(64), name: 'far', tokenizerHash: null })
    const { model } = await addModel(kit.store, { identity: far, config: {}, location: { host: 'far', path: import.meta.dirname } })
    await kit.worker({}, { host: 'near' })
    const asked = { model, engine: ENGINE }
    const waiting = requestAttributions(kit.store, kit.queue, asked, [prepared(asked, ask(42_000))], { timeoutMs: 15_000 })
    await meanwhile()
    await kit.worker({ model: far }, { host: 'far' })
    expect(await waiting).toMatchObject([{ state: 'stored' }])
  })
})

it('a worker for those who wait is nobody to leave bulk work to', async () => {
  await kit.worker({}, { passMemoryBytes: GIB })
  await kit.worker({ roomy: true }, { passMemoryBytes: 16 * GIB, interactiveOnly: true })
  const bulk = await startBulk(kit, 'large', [[commands.large, 3]])
  await expect.poll(async () => (await runProgress(kit.store, bulk.run.id)).status).toBe('failed')
  expect(kit.calls).toEqual([])
})

it('workers are counted whatever they can do', async () => {
  await kit.worker()
  await kit.worker({ engine: OTHER_ENGINE }, { interactiveOnly: true })
  await expect.poll(async () => (await queueStatistics(kit.store)).workers).toBe(2)
})

it('a worker tells its model, its rate and its last failure as long as it is there', async () => {
  const worker = await kit.worker({ millisecondsEach: 5 })
  await kit.ask([ask(43_000), ask(43_001), ask(43_002, commands.refuse)])
  const look = async () => (await viewQueue(kit.store, 0)).workers
  await expect.poll(async () => (await look())[0]?.results).toBe(2)
  expect(await look()).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      pid: process.pid,
      host: os.hostname(),
      engine: ENGINE,
      memoryLimitBytes: GIB,
      interactiveOnly: false,
      connectedAt: expect.any(Date) as Date,
      model: kit.model.slug,
      modelHash: kit.model.hash,
      flopsPerSecond: expect.any(Number) as number,
      resultsPerSecond: expect.any(Number) as number,
      results: 2,
      failures: 1,
      lastResultAt: expect.any(Date) as Date,
      lastError: { code: 'BAD_INPUT', message: 'token 90001 is out of range', at: expect.any(Date) as Date },
      jobIds: [],
    },
  ])
  await worker.stop()
  expect(await look()).toEqual([])
  expect(await kit.store.query('SELECT 1 FROM worker')).toEqual([])
})

it('whoever looks for a job that is computed finds the worker that has it, and nobody once it is done', async () => {
  await kit.worker({ millisecondsEach: 3000 })
  const waiting = kit.ask([ask(44_000)])
  const active = async () => (await listJobs(kit.store, { state: 'active' }, { first: 5, after: null })).map(({ job }) => job.id)
  await expect.poll(active).toHaveLength(1)
  const ids = await active()
  const [worker] = await connectedWorkers(kit.store)
  await expect.poll(async () => (await jobHolders(kit.store, [...ids, 'another'])).get(ids[0] ?? '')?.id).toBe(worker?.id)
  expect(await waiting).toMatchObject([{ state: 'stored' }])
  await expect.poll(async () => (await jobHolders(kit.store, ids)).size).toBe(0)
})

it('a job that a worker gave back is told of the one that took it, and never of both', async () => {
  for (let n = 0; n < 2; n++) await kit.worker({ millisecondsEach: 700 })
  await startBulk(kit, 'shared', Array.from({ length: 60 }, (_, i) => [45_000 + i, 1]))
  const looks: string[][][] = []
  await expect.poll(async () => {
    const held = (await connectedWorkers(kit.store)).map(({ jobIds }) => jobIds)
    if (held.length === 2 && held.every((ids) => ids.length > 0)) looks.push(held)
    return looks.length
  }, { interval: 200 }).toBeGreaterThan(5)
  // What was written a moment ago may still be there once: what both have at two looks a second apart, both claim.
  const both = ([mine = [], other = []]: string[][]) => mine.filter((id) => other.includes(id))
  const lasting = both(looks[0] ?? []).filter((id) => both(looks.at(-1) ?? []).includes(id))
  expect(lasting).toEqual([])
})

it('the row of a worker that died is none of a worker, and goes when the next one starts', async () => {
  await kit.store.query(
    `INSERT INTO worker (id, host, pid, engine, memory_limit_bytes, interactive_only, started_at)
     VALUES ('dead', 'somewhere', 1, $1, 1, false, now() - interval '1 day')`,
    [ENGINE],
  )
  expect((await viewQueue(kit.store, 0)).workers).toEqual([])
  await kit.worker()
  expect(await kit.store.query(`SELECT 1 FROM worker WHERE id = 'dead'`)).toEqual([])
})
