/** What a run waits for, and jobs in pages, read from a real queue. */
import { beforeEach, expect, test } from 'vitest'
import { addModel, failItem, pendingPrompts } from '../../src/store/index.ts'
import { countJobs, Flow, enqueue, listJobs, readJobCursor, runFailures, runFigures, runWaits, stopRun, writeJobCursor } from '../../workers/index.ts'
import { ENGINE, identity } from '../store/fixtures.ts'
import { startBulk } from './bulk-run.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
beforeEach(async () => {
  await kit.store.query('DELETE FROM pgboss.job')
  await kit.store.query(`UPDATE run SET status = 'cancelled'`)
})
const ids = (first: number, n: number) => Array.from({ length: n }, (_, i) => [first + i])
const waitOf = async (runId: number) => (await runWaits(kit.store, [runId])).get(runId)

test('without a worker, with one of another engine, and with one that lacks the model, a run says which', async () => {
  const { run } = await startBulk(kit, 'alone', ids(80_000, 3))
  expect(await waitOf(run.id)).toEqual({
    reason: 'worker', message: 'No worker is connected.', waiting: 3, active: 0, unqueued: 0, donePerMinute: 0, secondsLeft: null,
  })
  const other = await kit.worker({ engine: 'onnx-webgpu-float32' }, { interactiveOnly: true })
  expect(await waitOf(run.id)).toMatchObject({ reason: 'worker', message: 'All workers take only what someone waits for.' })
  await other.stop()
  // Its jobs are kept from the workers, which would take them otherwise.
  await kit.store.query(`UPDATE pgboss.job SET start_after = now() + interval '1 hour'`)
  await kit.worker({ engine: 'onnx-webgpu-float32' })
  expect(await waitOf(run.id)).toMatchObject({ reason: 'engine', message: `No worker with the engine ${ENGINE} is connected.` })
  await kit.worker({}, { host: 'elsewhere' })
  expect(await waitOf(run.id)).toMatchObject({ reason: 'model', message: expect.stringContaining(`a folder of the model ${kit.model.slug}`) as string })
  await kit.worker()
  await kit.store.query(`UPDATE pgboss.job SET output = '{"code": "ENGINE_FAILED", "message": "The device was lost."}'`)
  expect(await waitOf(run.id)).toMatchObject({ reason: 'pause', message: 'It is tried again after a pause: The device was lost.' })
})

test('a run says that it waits for its turn, that it is planned, that its jobs are lost, and that it was stopped', async () => {
  const { run, keys } = await startBulk(kit, 'turns', ids(81_000, 4))
  await startBulk(kit, 'others', ids(82_000, 4))
  // A worker that is there and takes nothing, as one does that is busy.
  await kit.store.query(`INSERT INTO worker (id, host, pid, engine, memory_limit_bytes, interactive_only)
    SELECT 'busy', host, 1, $1, 1, false FROM model_location WHERE model_id = $2 LIMIT 1`, [ENGINE, kit.model.id])
  const listener = await kit.store.connectAs(null, null)
  try {
    await listener.query(`SET application_name = 'tributary-worker busy'`)
    expect(await waitOf(run.id)).toMatchObject({ reason: 'turn', message: expect.stringContaining('50%') as string, waiting: 4 })
    await kit.store.query(`UPDATE pgboss.job SET state = 'active' WHERE singleton_key = $1`, [keys[0]])
    expect(await waitOf(run.id)).toMatchObject({ reason: 'computing', active: 1, waiting: 3 })
    await kit.store.query('DELETE FROM pgboss.job')
    expect(await waitOf(run.id)).toMatchObject({ reason: 'lost', unqueued: 4 })
    await kit.store.query('UPDATE run_item SET result_key = NULL WHERE run_id = $1', [run.id])
    expect(await waitOf(run.id)).toMatchObject({ reason: 'planning', unqueued: 4 })
    expect((await runFigures(kit.store)).find((each) => each.run === run.id)).toMatchObject({
      weight: 1, waitsFor: 'planning', prompts: { done: 0, failed: 0, waiting: 0, active: 0, unqueued: 4 },
    })
    await stopRun(kit.store, run.id, 'paused')
    expect(await waitOf(run.id)).toMatchObject({ reason: 'stopped' })
  } finally {
    await listener.end()
  }
})

test('failures of a run are grouped: sentences that differ in numbers and quoted words are one reason', async () => {
  const { run } = await startBulk(kit, 'failures', ids(83_000, 5))
  const open = await pendingPrompts(kit.store, run.id)
  const reasons = ['It has 12 tokens, 2 too many.', 'It has 15 tokens, 5 too many.', 'No field "a".', 'No field "b".', 'It has 1.5 tokens, 0 too many.']
  for (const [i, { promptId }] of open.entries()) await failItem(kit.store, run.id, promptId, reasons[i]!)
  expect(await runFailures(kit.store, [run.id])).toEqual([
    { runId: run.id, message: reasons[0], count: 3, firstPrompt: 0 },
    { runId: run.id, message: reasons[2], count: 2, firstPrompt: 2 },
  ])
})

test('jobs that wait come in pages in the order in which they will be taken, each once', async () => {
  await addModel(kit.store, { identity: identity(), config: {} })
  const { run } = await startBulk(kit, 'pages', ids(84_000, 1))
  await kit.store.query('DELETE FROM pgboss.job')
  const jobs = Array.from({ length: 7 }, (_, i) => ({
    kind: 'attribution', modelHash: kit.model.hash, engine: ENGINE, key: `page ${i}`, flops: 1e10, vectors: [],
  }))
  await enqueue(kit.store, kit.queue, jobs, 'bulk', new Flow(run.id))
  const seen: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await listJobs(kit.store, { state: 'waiting', runId: run.id }, { first: 3, after: after === null ? null : readJobCursor(after) })
    seen.push(...page.slice(0, 3).map(({ job }) => job.resultKey))
    if (page.length <= 3) break
    after = writeJobCursor(page[2]!.cursor)
  }
  expect(seen).toEqual(jobs.map(({ key }) => key))
  expect(await countJobs(kit.store, { state: 'waiting', urgency: 'bulk' })).toBe(7)
  expect(await countJobs(kit.store, { state: 'waiting', urgency: 'interactive' })).toBe(0)
  await kit.store.query(`UPDATE pgboss.job SET state = 'completed', completed_on = now() - priority * interval '1 second'`)
  const newest = await listJobs(kit.store, { state: 'done' }, { first: 2, after: null })
  const next = await listJobs(kit.store, { state: 'done' }, { first: 2, after: newest[1]!.cursor })
  expect([...newest.slice(0, 2), ...next.slice(0, 2)].map(({ job }) => job.resultKey)).toEqual(['page 6', 'page 5', 'page 4', 'page 3'])
  for (const forged of ['', 'x', writeJobCursor([1, 'now()', '00000000-0000-4000-8000-000000000000'])])
    expect(() => readJobCursor(forged)).toThrow(/is no cursor of a list of jobs/)
})
