import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import {
  addDataset,
  addModel,
  pendingPrompts,
  planItems,
  readContributions,
  runProgress,
  startRun,
} from '../../src/store/index.ts'
import { cancelJob, findJobs, requestAttributions } from '../../workers/index.ts'
import { enqueueRequests, prepared } from './prepared.ts'
import { ENGINE, identity, request } from '../store/fixtures.ts'
import { commands, fakeAttributor, scoresOf } from './fake-attributor.ts'
import { useWorkers } from './use-workers.ts'

const kit = useWorkers()
let nextId = 1000
/** Asks what no other test asks. */
const fresh = (...more: number[]): AttributionRequest => request({ tokenIds: [nextId++, ...more], position: 0 })
const keyOf = (asked: AttributionRequest) => resultKey(kit.model, ENGINE, asked)
const asked = () => kit.calls.flat().map(({ tokenIds }) => tokenIds)

const until = (condition: () => Promise<boolean>) => expect.poll(condition, { interval: 20 }).toBe(true)
const openCount = async () => {
  const [row] = await kit.store.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'attribution' AND state <= 'active'`,
  )
  return row!.n
}
const engine = () => ({ model: kit.model, engine: ENGINE })

describe('someone who waits', () => {
  test('gets what a worker computed, and the next time what is stored', async () => {
    await kit.worker()
    const requests = [fresh(), fresh()]
    expect(await kit.ask(requests)).toEqual(requests.map((each) => ({ state: 'stored', key: keyOf(each) })))
    const rows = await readContributions(kit.store, keyOf(requests[0]!))
    expect(rows.map(({ score }) => score)).toEqual(scoresOf(requests[0]!.tokenIds))
    await kit.ask(requests)
    expect(asked()).toHaveLength(2)
  })

  test('a hundred at once for the same thing cost one computation', async () => {
    const one = fresh()
    const answers = Promise.all(Array.from({ length: 100 }, () => kit.ask([one])))
    await kit.worker({ millisecondsEach: 50 })
    for (const [outcome] of await answers) expect(outcome).toEqual({ state: 'stored', key: keyOf(one) })
    expect(asked()).toEqual([one.tokenIds])
  })

  test('with no time, or too little, gets the job and can follow it to its end', async () => {
    const one = fresh()
    const [first] = await kit.ask([one], { timeoutMs: 0 })
    const [second] = await kit.ask([one], { timeoutMs: 50 })
    expect(second).toEqual(first)
    if (first?.state !== 'pending') throw new Error('expected a pending outcome')
    expect(await findJobs(kit.store, [first.jobId, 'nonsense'])).toEqual([
      {
        id: first.jobId,
        state: 'waiting',
        urgency: 'interactive',
        kind: 'attribution',
        modelHash: kit.model.hash,
        engine: ENGINE,
        flops: 0,
        runId: null,
        failures: 0,
        notBefore: null,
        createdAt: expect.any(Date) as Date,
        startedAt: null,
        finishedAt: null,
        error: null,
        resultKey: keyOf(one),
      },
      null,
    ])
    await kit.worker()
    await until(async () => (await findJobs(kit.store, [first.jobId]))[0]?.state === 'done')
    expect(await kit.ask([one], { timeoutMs: 0 })).toEqual([{ state: 'stored', key: keyOf(one) }])
  })

  test('who goes away leaves the job behind, and it is done all the same', async () => {
    const one = fresh()
    const gone = new AbortController()
    const answer = kit.ask([one], { signal: gone.signal })
    await until(async () => (await openCount()) === 1)
    gone.abort()
    expect(await answer).toMatchObject([{ state: 'pending' }])
    await kit.worker()
    await until(async () => (await kit.ask([one], { timeoutMs: 0 }))[0]?.state === 'stored')
  })

  test('the next token asked by name is found under the key of that token', async () => {
    await kit.worker()
    const one = { ...fresh(), target: { type: 'logit', tokenId: 'next' } } as const
    const named = { ...one, target: { type: 'logit', tokenId: 9 } } as const
    const expected = [{ state: 'stored', key: keyOf(named) }]
    expect(await kit.ask([one])).toEqual(expected)
    expect(await kit.ask([named])).toEqual(expected)
    expect(await kit.ask([one])).toEqual(expected)
    expect(asked()).toHaveLength(1)
  })
})

describe('a failure', () => {
  test.each([
    ['refuse', 'BAD_INPUT', 'token 90001 is out of range'],
    ['spoil', 'ENGINE_FAILED', 'the weights hold NaN'],
    ['nan', 'ENGINE_FAILED', 'NaN for the target'],
  ] as const)('of one request (%s) is told with its reason, and its neighbours are answered', async (command, code, message) => {
    const [good, bad] = [fresh(), fresh(commands[command])]
    const answers = kit.ask([good, bad])
    await kit.worker()
    expect(await answers).toMatchObject([
      { state: 'stored' },
      { state: 'failed', error: { code, message: expect.stringContaining(message) as string } },
    ])
    // The reason stays with the job.
    const rows = await kit.store.query<{ id: string }>(
      `SELECT id FROM pgboss.job WHERE state = 'failed' AND singleton_key = $1`,
      [keyOf(bad)],
    )
    expect(await findJobs(kit.store, rows.map(({ id }) => id))).toMatchObject([{ state: 'failed', error: { code } }])
  })

  test('nobody expected is tried again, alone, and given up in the end', async () => {
    const [good, bad] = [fresh(), fresh(commands.throw)]
    const answers = kit.ask([good, bad], { timeoutMs: 60_000 })
    await kit.worker()
    // Do not wait out the pauses between attempts.
    // Of both jobs at once: one that is seen before its neighbour has failed, too, would be tried alone too early.
    const skipPauses = () => kit.store.query(
      `UPDATE pgboss.job SET start_after = now() WHERE state = 'retry' AND NOT EXISTS (SELECT FROM pgboss.job WHERE state = 'active')`)
    const hurry = setInterval(() => void skipPauses().catch(() => undefined), 100)
    try {
      expect(await answers).toMatchObject([
        { state: 'stored' },
        { state: 'failed', error: { code: 'ENGINE_FAILED', message: 'The computation failed: x is not a function' } },
      ])
    } finally {
      clearInterval(hurry)
    }
    const has = (call: (typeof kit.calls)[number], request: typeof good) => call.some(({ tokenIds }) => tokenIds[0] === request.tokenIds[0])
    const calls = kit.calls.filter((call) => has(call, good))
    expect(calls.map((call) => has(call, bad))).toEqual([true, true, false])
  })

  test('is no verdict for ever: asked again, it is tried again', async () => {
    const bad = fresh(commands.refuse)
    await kit.worker()
    expect(await kit.ask([bad])).toMatchObject([{ state: 'failed' }])
    expect(await kit.ask([bad])).toMatchObject([{ state: 'failed' }])
  })

  test('of a model whose folder is gone, or of an engine that is not here, says so', async () => {
    const gone = identity({ hash: 'e'.repeat(64), name: 'gone' })
    const { model } = await addModel(kit.store, { identity: gone, config: {} })
    await kit.worker()
    const lost = requestAttributions(kit.store, kit.queue, { model, engine: ENGINE }, [prepared({ model, engine: ENGINE }, fresh())], { timeoutMs: 20_000 })
    expect(await lost).toMatchObject([
      { state: 'failed', error: { code: 'NOT_FOUND', message: expect.stringContaining('holds the model gone') as string } },
    ])
    // Another worker may have that engine: the job waits for it.
    const asked = { model: kit.model, engine: 'other' }
    const waiting = await requestAttributions(kit.store, kit.queue, asked, [prepared(asked, fresh())], { timeoutMs: 500 })
    expect(waiting).toMatchObject([{ state: 'pending' }])
    await kit.store.query(`DELETE FROM pgboss.job WHERE state < 'active'`)
  })

  test('in the queue that is not of our making leaves the others alone', async () => {
    const id = await kit.queue.boss.send('attribution', { junk: true }, { singletonKey: 'junk' })
    await kit.worker()
    expect(await kit.ask([fresh()])).toMatchObject([{ state: 'stored' }])
    await until(async () => (await findJobs(kit.store, [id!]))[0]?.state === 'failed')
  })
})

describe('bulk work', () => {
  test('is overtaken by someone who waits, within about a chunk', async () => {
    const bulk = Array.from({ length: 20 }, () => fresh())
    await enqueueRequests(kit.store, kit.queue, engine(), bulk, 'bulk')
    // A request costs 250 ms, so a chunk is four of them.
    await kit.worker({ millisecondsEach: 250 })
    await until(async () => kit.calls.length > 0)
    const urgent = fresh()
    expect(await kit.ask([urgent])).toMatchObject([{ state: 'stored' }])
    expect(asked().length).toBeLessThan(10)
    // The worker still has in hand what it had.
    expect(await kit.store.query(`SELECT 1 FROM pgboss.job WHERE state = 'retry'`)).toEqual([])
    // One that a worker holds already gets its turn, too, when somebody asks for it.
    const last = bulk.at(-1)!
    expect(await kit.ask([last])).toMatchObject([{ state: 'stored' }])
    expect(asked().length).toBeLessThan(18)
    await kit.store.query(`DELETE FROM pgboss.job WHERE state < 'active'`)
  })

  test('goes on when its model made room for that of someone who waited', async () => {
    const elsewhere = { host: os.hostname(), path: os.tmpdir() }
    const known = { hash: 'e'.repeat(64), name: 'other' }
    const { model: other } = await addModel(kit.store, { identity: identity(known), config: {}, location: elsewhere })
    const bulk = Array.from({ length: 8 }, () => fresh())
    await enqueueRequests(kit.store, kit.queue, engine(), bulk, 'bulk')
    let opened = 0
    await kit.worker({}, {
      modelMemoryBytes: 0,
      openAttributor: async (folder) => {
        opened++
        let isClosed = false
        const attributor = fakeAttributor({
          millisecondsEach: 250, model: folder === elsewhere.path ? known : {},
          onCall: (requests) => kit.calls.push(requests), onClose: () => (isClosed = true),
        })
        return { ...attributor, attribute: (...given) => (isClosed ? Promise.reject(new Error('closed')) : attributor.attribute(...given)) }
      },
    })
    await until(async () => kit.calls.length > 0)
    const theirs = { model: other, engine: ENGINE }
    const [answer] = await requestAttributions(kit.store, kit.queue, theirs, [prepared(theirs, fresh())], { timeoutMs: 20_000 })
    expect(answer).toMatchObject({ state: 'stored' })
    const computed = () => bulk.filter(({ tokenIds }) => asked().flat().includes(tokenIds[0]!)).length
    expect(computed()).toBeLessThan(8)
    for (const one of bulk) expect(await kit.ask([one])).toMatchObject([{ state: 'stored' }])
    expect(computed()).toBe(8)
    expect(opened).toBe(3)
  })

  test('of several models is looked at between them: what was cancelled meanwhile is not computed', async () => {
    const elsewhere = { host: os.hostname(), path: os.tmpdir() }
    const known = { hash: 'f'.repeat(64), name: 'third' }
    const { model: other } = await addModel(kit.store, { identity: identity(known), config: {}, location: elsewhere })
    const two = [{ asked: engine(), one: fresh() }, { asked: { model: other, engine: ENGINE }, one: fresh() }]
    const jobs = new Map<number, string>()
    for (const { asked: by, one } of two) {
      for (const id of (await enqueueRequests(kit.store, kit.queue, by, [one], 'bulk')).values()) jobs.set(one.tokenIds[0]!, id)
    }
    const computed = () => [...jobs.keys()].filter((token) => asked().flat().includes(token))
    await kit.worker({}, {
      openAttributor: async (folder) => fakeAttributor({
        millisecondsEach: 500, model: folder === elsewhere.path ? known : {}, onCall: (requests) => kit.calls.push(requests),
      }),
    })
    await until(async () => computed().length > 0)
    // The queue decides which comes first; the worker has both in hand.
    const [first, second] = [...jobs].sort(([a], [b]) => Number(computed().includes(b)) - Number(computed().includes(a)))
    const stateOf = async (job = second) => (await findJobs(kit.store, [job![1]]))[0]?.state
    expect(await stateOf()).toBe('active')
    expect(await cancelJob(kit.store, kit.queue, second![1])).toBe(true)
    await until(async () => (await stateOf(first)) === 'done')
    await sleep(300)
    expect(computed()).toEqual([first![0]])
  })

  test('is none of a worker that is there for those who wait', async () => {
    await enqueueRequests(kit.store, kit.queue, engine(), [fresh()], 'bulk')
    const urgent = fresh()
    await kit.worker({}, { interactiveOnly: true })
    expect(await kit.ask([urgent])).toMatchObject([{ state: 'stored' }])
    await sleep(100)
    expect(asked()).toEqual([urgent.tokenIds])
    await kit.store.query(`DELETE FROM pgboss.job WHERE state < 'active'`)
  })

  test('of a run ends the run, with every item done or failed with its reason', async () => {
    const prompts = Array.from({ length: 30 }, (_, i) => ({ text: `prompt ${i}` }))
    const { dataset } = await addDataset(kit.store, { slug: 'bulk', title: '', format: '', prompts })
    const { run } = await startRun(kit.store, {
      modelId: kit.model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: {},
    })
    const open = await pendingPrompts(kit.store, run.id)
    const requests = open.map((_, i) => (i === 7 ? fresh(commands.refuse) : fresh()))
    const items = open.map(({ promptId }, i) => ({ promptId, key: keyOf(requests[i]!) }))
    const missing = new Set(await planItems(kit.store, run.id, items))
    await enqueueRequests(kit.store, kit.queue, engine(), requests.filter((each) => missing.has(keyOf(each))), 'bulk')
    // Two workers share it.
    await Promise.all([kit.worker({}, { batchSize: 4 }), kit.worker({}, { batchSize: 4 })])
    await until(async () => (await runProgress(kit.store, run.id)).status !== 'running')
    expect(await runProgress(kit.store, run.id)).toEqual({ status: 'failed', total: 30, done: 29, failed: 1, pending: 0 })
    expect(await kit.store.prisma.runItem.findMany({ where: { runId: run.id, status: 'failed' } })).toMatchObject([
      { promptId: open[7]!.promptId, error: 'token 90001 is out of range' },
    ])
    expect(asked()).toHaveLength(29)
  })
})

test('a worker that stops gives back what it has not begun, and what hangs, and another goes on', async () => {
  const requests = [fresh(commands.hang), fresh(), fresh()]
  const jobs = await enqueueRequests(kit.store, kit.queue, engine(), requests, 'bulk')
  const first = await kit.worker({ millisecondsEach: 2000 })
  await until(async () => kit.calls.length > 0)
  await first.stop({ timeoutMs: 50 })
  const ids = requests.map((each) => jobs.get(keyOf(each))!)
  expect((await findJobs(kit.store, ids)).map((job) => job?.state)).toEqual(['waiting', 'waiting', 'waiting'])
  expect(await cancelJob(kit.store, kit.queue, ids[0]!)).toBe(true)
  expect(await cancelJob(kit.store, kit.queue, ids[0]!)).toBe(false)
  await kit.worker()
  expect(await kit.ask(requests.slice(1))).toMatchObject([{ state: 'stored' }, { state: 'stored' }])
  const states = async () => (await findJobs(kit.store, ids)).map((job) => job?.state)
  await until(async () => !(await states()).includes('active'))
  expect(await states()).toEqual(['cancelled', 'done', 'done'])
})

test('models are kept while there is room, and looked for by their weights', async () => {
  const other = await addModel(kit.store, {
    identity: identity({ hash: 'd'.repeat(64), name: 'second' }),
    config: {},
    location: { host: os.hostname(), path: import.meta.dirname },
  })
  const log: string[] = []
  // The folder holds both in turn: the wrong one is closed and refused.
  const opened = ['a', 'd', 'x', 'a']
  await kit.worker({}, {
    modelMemoryBytes: identity().parameters * 4,
    openAttributor: async () => {
      const hash = (opened.shift() ?? '?').repeat(64)
      log.push(`open ${hash[0]}`)
      return fakeAttributor({ model: { hash }, onClose: () => log.push(`close ${hash[0]}`) })
    },
  })
  await kit.ask([fresh()])
  await kit.ask([fresh()])
  const second = { model: other.model, engine: ENGINE }
  const answer = await requestAttributions(kit.store, kit.queue, second, [prepared(second, fresh())], { timeoutMs: 20_000 })
  expect(answer).toMatchObject([{ state: 'stored' }])
  expect(log).toEqual(['open a', 'close a', 'open d'])
  expect(await kit.ask([fresh()])).toMatchObject([{ state: 'failed', error: { code: 'NOT_FOUND' } }])
  expect(await kit.ask([fresh()])).toMatchObject([{ state: 'stored' }])
  expect(log).toEqual(['open a', 'close a', 'open d', 'close d', 'open x', 'close x', 'open a'])
})
