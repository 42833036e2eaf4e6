import { expect, test } from 'vitest'
import { resultKey } from '../../src/attribution/key.ts'
import { addDataset, requireDataset } from '../../src/store/datasets.ts'
import { addModel, findModel, identityOf, modelPaths, requireModel } from '../../src/store/models.ts'
import { savePromptSequences } from '../../src/store/prompt-sequences.ts'
import { failItem, failItems } from '../../src/store/run-items.ts'
import {
  pendingPrompts,
  planItems,
  removeRun,
  runProgress,
  settleRun,
  settleRuns,
  startRun,
  stopRunIn,
} from '../../src/store/runs.ts'
import { saveResults } from '../../src/store/save-results.ts'
import { saveSequences } from '../../src/store/sequences.ts'
import { inTransaction, openStore } from '../../src/store/store.ts'
import { ENGINE, identity, item, request } from './fixtures.ts'
import { useStore } from './use-store.ts'

const store = useStore()
const stop = (runId: number) => inTransaction(store, (client) => stopRunIn(client, runId, 'cancelled'))
const prompts = (n: number, name: string) =>
  Array.from({ length: n }, (_, i) => ({ text: `${name} ${i}`, answer: `${i}` }))

test('a model is added once for its weights, keeps its slug, and collects its folders', async () => {
  const first = await addModel(store, { identity: identity(), config: { x: 1 }, location: { host: 'one', path: '/m' } })
  expect(first).toMatchObject({ added: true, model: { slug: 'tiny', config: { x: 1 } } })
  const again = await addModel(store, {
    identity: identity({ name: 'renamed' }), config: {}, slug: 'wanted', location: { host: 'two', path: '/n' },
  })
  expect(again).toEqual({ added: false, model: first.model })
  expect(await modelPaths(store, first.model.id, 'two')).toEqual(['/n', '/m'])
  expect(identityOf(first.model)).toEqual(identity())
  expect(await findModel(store, identity().hash)).toEqual(first.model)
})

test('models of the same name get slugs of their own, also when they come at the same moment', async () => {
  const added = await Promise.all(
    ['1', '2', '3'].map((digit) =>
      addModel(store, { identity: identity({ hash: digit.repeat(64), name: 'Same Name (8B)' }), config: {} }),
    ),
  )
  expect(added.map(({ model }) => model.slug).sort()).toEqual(['Same-Name-8B', 'Same-Name-8B-2', 'Same-Name-8B-3'])
  await expect(
    addModel(store, { identity: identity({ hash: '4'.repeat(64) }), config: {}, slug: 'Same-Name-8B' }),
  ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('Same-Name-8B already') as string })
  await expect(
    addModel(store, { identity: identity({ hash: '4'.repeat(64) }), config: {}, slug: '../x' }),
  ).rejects.toThrow('"../x" cannot be the id of a model')
})

test('a model is found by the hashes it had before, whichever of them it was stored under', async () => {
  const [now, before, other] = ['c1', 'c2', 'c3'].map((digits) => digits.repeat(32)) as [string, string, string]
  const current = identity({ hash: now, formerHashes: [before], name: 'renumbered' })
  const old = await addModel(store, { identity: identity({ hash: before, name: 'renumbered' }), config: {} })
  expect(await addModel(store, { identity: current, config: {} })).toEqual({ added: false, model: old.model })
  expect(await findModel(store, now)).toEqual(old.model)
  // And where an earlier version comes after this one.
  const first = await addModel(store, { identity: identity({ hash: other, formerHashes: ['c4'.repeat(32)] }), config: {} })
  expect(await addModel(store, { identity: identity({ hash: 'c4'.repeat(32) }), config: {} })).toEqual({ added: false, model: first.model })
})

test('one model stored twice, once under each of its hashes, stays two', async () => {
  const [now, before] = ['d1'.repeat(32), 'd2'.repeat(32)]
  const old = await addModel(store, { identity: identity({ hash: before, name: 'twice' }), config: {} })
  const fresh = await addModel(store, { identity: identity({ hash: now, name: 'twice' }), config: {} })
  const again = await addModel(store, { identity: identity({ hash: now, formerHashes: [before] }), config: {} })
  expect(again).toEqual({ added: false, model: fresh.model })
  expect(await findModel(store, before)).toEqual(old.model)
})

test('an unknown model or dataset is answered with what there is', async () => {
  await expect(requireModel(store, 'tiniest')).rejects.toThrow(/no model "tiniest" in the database; there is .*tiny/)
  await expect(requireDataset(store, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a dataset goes in whole, once for its content, whatever it holds', async () => {
  const records = [{ text: 'naïve 🦆\n"x"', answer: null, extra: { b: [1, { c: 'd' }], a: null } }, ...prompts(3, 'more')]
  const first = await addDataset(store, { slug: 'one', title: 'One', format: 'jsonl', prompts: records })
  expect(first).toMatchObject({ added: true, dataset: { slug: 'one', promptCount: 4 } })
  const again = await addDataset(store, { slug: 'two', title: 'Two', format: 'known', prompts: records })
  expect(again).toEqual({ added: false, dataset: first.dataset })
  const where = { datasetId: first.dataset.id }
  const stored = await store.prisma.prompt.findMany({ where, orderBy: { index: 'asc' } })
  expect(stored.map(({ index, text, answer, extra }) => ({ index, text, answer, extra }))).toEqual(
    records.map((record, index) => {
      const extra = 'extra' in record ? record.extra : {}
      return { index, text: record.text, answer: record.answer, extra }
    }),
  )
  const other = { slug: 'one', title: '', format: '', prompts: prompts(1, 'x') }
  await expect(addDataset(store, other)).rejects.toThrow('another dataset with the id one already')
})

test('a prompt that no database can hold refuses the dataset, whole', async () => {
  const bad = [{ text: 'fine' }, { text: 'x', extra: { deep: [{ k: 'a\0b' }] } }]
  await expect(addDataset(store, { slug: 'bad', title: '', format: '', prompts: bad })).rejects.toMatchObject({
    code: 'BAD_DATASET',
    message: expect.stringContaining('Prompt 1 cannot be stored: it holds the character U+0000') as string,
  })
  expect(await store.prisma.dataset.findUnique({ where: { slug: 'bad' } })).toBeNull()
})

test('prompts share a sequence when their ids are the same, and keep their answers', async () => {
  const { dataset } = await addDataset(store, { slug: 'seq', title: '', format: '', prompts: prompts(2, 'seq') })
  const stored = await store.prisma.prompt.findMany({ where: { datasetId: dataset.id }, orderBy: { index: 'asc' } })
  const sequence = { tokenizerHash: 'b'.repeat(64), tokens: [{ id: 77, text: 'x', start: 0, end: 1 }] }
  const answers = [{ tokenId: 5, text: ' five', tokens: 2 }, null]
  const save = () =>
    savePromptSequences(store, stored.map(({ id }, i) => ({ promptId: id, sequence, spans: [[0, 1]], answer: answers[i] ?? null })))
  await save()
  await save()
  const links = await store.prisma.promptSequence.findMany({
    where: { prompt: { datasetId: dataset.id } },
    include: { sequence: { include: { tokens: true } } },
    orderBy: { promptId: 'asc' },
  })
  expect(links).toMatchObject([
    { answerTokenId: 5, answerText: ' five', answerTokens: 2, sequence: { text: 'x', tokenCount: 1 } },
    { answerTokenId: null, answerText: null, sequence: { tokens: [{ tokenId: 77, text: 'x', start: 0, end: 1 }] } },
  ])
  expect(links[0]!.sequenceId).toBe(links[1]!.sequenceId)
})

test('prompts that share their ids keep their own spans, and the sequence says what the ids say', async () => {
  const texts = ['The café in', 'The cafe\u0301 in']
  const { dataset } = await addDataset(store, { slug: 'own', title: '', format: '', prompts: texts.map((text) => ({ text })) })
  const stored = await store.prisma.prompt.findMany({ where: { datasetId: dataset.id }, orderBy: { index: 'asc' } })
  const tokens = [{ id: 1, text: 'The', start: 0, end: 3 }, { id: 2, text: ' café', start: 3, end: 8 }, { id: 3, text: ' in', start: 8, end: 11 }]
  const sequence = { tokenizerHash: 'c'.repeat(64), tokens }
  const spans: [number, number][][] = [[[0, 3], [3, 8], [8, 11]], [[0, 3], [3, 9], [9, 12]]]
  await savePromptSequences(store, stored.map(({ id }, i) => ({ promptId: id, sequence, spans: spans[i]!, answer: null })))
  expect(await store.query('SELECT prompt_index, "end" FROM prompt_token WHERE dataset = $1 AND position = 2 ORDER BY 1', ['own']))
    .toEqual([{ prompt_index: 0, end: 11 }, { prompt_index: 1, end: 12 }])
  const [first, second] = await store.prisma.promptSequence.findMany({ where: { prompt: { datasetId: dataset.id } }, include: { sequence: true } })
  expect(first!.sequenceId).toBe(second!.sequenceId)
  expect(first!.sequence.text).toBe('The café in')
})

test('a sequence of a model without a tokenizer has no text', async () => {
  const tokens = [{ id: 88, text: '#88', start: null, end: null }]
  const [id] = await saveSequences(store, [{ tokenizerHash: 'b'.repeat(64), tokens }])
  expect(await store.prisma.sequence.findUnique({ where: { id: id! } })).toMatchObject({ text: null, tokenCount: 1 })
})

test('a run goes on where it was, counts exactly, and ends by itself', async () => {
  const { model } = await addModel(store, { identity: identity(), config: {} })
  const { dataset } = await addDataset(store, { slug: 'run', title: '', format: '', prompts: prompts(4, 'run') })
  const ids = { modelId: model.id, datasetId: dataset.id }
  const options = { ...ids, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: { n: 1 } } as const
  const { run, resumed } = await startRun(store, options)
  expect(resumed).toBe(false)
  const open = await pendingPrompts(store, run.id)
  expect(open.map(({ text }) => text)).toEqual(['run 0', 'run 1', 'run 2', 'run 3'])
  expect(await pendingPrompts(store, run.id, { afterIndex: 1, limit: 1 })).toMatchObject([{ index: 2 }])

  // Prompts 0 and 1 ask the same; the result of 2 is there already; 3 cannot be asked.
  const same = request({ tokenIds: [51] })
  const there = request({ tokenIds: [52], target: { type: 'logit', tokenId: 'next' } })
  await saveResults(store, { model, engine: ENGINE, items: [item(there)] })
  const keyOf = (asked: typeof same) => resultKey(model, ENGINE, asked)
  const planned = [keyOf(same), keyOf(same), keyOf(there)].map((key, i) => ({ promptId: open[i]!.promptId, key }))
  expect(await planItems(store, run.id, planned)).toEqual([keyOf(same)])
  expect(await runProgress(store, run.id)).toEqual({ status: 'running', total: 4, done: 1, failed: 0, pending: 3 })
  await failItem(store, run.id, open[3]!.promptId, 'too long')
  await saveResults(store, { model, engine: ENGINE, items: [item(same)] })
  await settleRuns(store, [keyOf(same)])
  expect(await runProgress(store, run.id)).toEqual({ status: 'failed', total: 4, done: 3, failed: 1, pending: 0 })

  const next = await startRun(store, options)
  expect(next).toMatchObject({ resumed: true, run: { id: run.id, status: 'running', finishedAt: null } })
  expect(await pendingPrompts(store, run.id)).toMatchObject([{ index: 3 }])
  const last = request({ tokenIds: [53] })
  await planItems(store, run.id, [{ promptId: open[3]!.promptId, key: keyOf(last) }])
  await failItems(store, [keyOf(last)], 'out of memory')
  await settleRun(store, run.id)
  const failed = await store.prisma.runItem.findFirst({ where: { runId: run.id, status: 'failed' } })
  expect(failed).toMatchObject({ error: 'out of memory' })
  await startRun(store, options)
  await saveResults(store, { model, engine: ENGINE, items: [item(last)] })
  await settleRuns(store, [keyOf(last)])
  expect(await runProgress(store, run.id)).toMatchObject({ status: 'done', done: 4 })
  expect((await startRun(store, options)).run).toMatchObject({ status: 'done' })

  // Another run shares one of the results; removing the first leaves that one.
  const other = await startRun(store, { ...options, options: { n: 2 } })
  await planItems(store, other.run.id, [{ promptId: open[0]!.promptId, key: keyOf(same) }])
  await stop(other.run.id)
  expect(await runProgress(store, other.run.id)).toMatchObject({ status: 'cancelled', done: 1 })
  const results = () => store.prisma.result.count({ where: { modelId: model.id } })
  expect(await results()).toBe(3)
  await removeRun(store, run.id)
  expect(await results()).toBe(1)
  expect(await store.query('SELECT count(*)::int AS n FROM contribution')).toEqual([{ n: 3 }])
})

test('a run is what was asked of it: it ends with its last prompt, and grows when it is asked for more', async () => {
  const { model } = await addModel(store, { identity: identity(), config: {} })
  const { dataset } = await addDataset(store, { slug: 'part', title: '', format: '', prompts: prompts(4, 'part') })
  const options = {
    modelId: model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: {},
  } as const
  const { run } = await startRun(store, options, { limit: 2 })
  const open = await pendingPrompts(store, run.id)
  expect(open.map(({ index }) => index)).toEqual([0, 1])
  expect(await runProgress(store, run.id)).toEqual({ status: 'running', total: 2, done: 0, failed: 0, pending: 2 })
  const asked = request({ tokenIds: [61] })
  await saveResults(store, { model, engine: ENGINE, items: [item(asked)] })
  await planItems(store, run.id, [{ promptId: open[0]!.promptId, key: resultKey(model, ENGINE, asked) }])
  await failItem(store, run.id, open[1]!.promptId, 'too long')
  await settleRun(store, run.id)
  const ended = { status: 'failed', total: 2, done: 1, failed: 1, pending: 0 }
  expect(await runProgress(store, run.id)).toEqual(ended)

  expect(await startRun(store, options, { limit: 1 })).toMatchObject({ resumed: true, stoppedAs: null })
  expect(await runProgress(store, run.id)).toEqual(ended)
  await startRun(store, options)
  expect(await runProgress(store, run.id)).toEqual({ status: 'running', total: 4, done: 1, failed: 0, pending: 3 })
  await stop(run.id)
  expect(await startRun(store, options, { limit: 3 })).toMatchObject({ stoppedAs: 'cancelled', run: { total: 4 } })
})

test('a run that is asked for more while its last prompt ends does not end', async () => {
  const { model } = await addModel(store, { identity: identity(), config: {} })
  const { dataset } = await addDataset(store, { slug: 'grow', title: '', format: '', prompts: prompts(2, 'grow') })
  const { run } = await startRun(
    store,
    {
      modelId: model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options: {},
    },
    { limit: 1 },
  )
  const [open] = await pendingPrompts(store, run.id)
  await failItem(store, run.id, open!.promptId, 'too long')
  const asking = await store.connect()
  try {
    await asking.query('BEGIN')
    await asking.query('SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE', [run.id])
    await asking.query(
      'INSERT INTO run_item (run_id, prompt_id) SELECT $1, id FROM prompt WHERE dataset_id = $2 AND index = 1',
      [run.id, dataset.id],
    )
    const settled = settleRun(store, run.id)
    const waits = () =>
      store.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    await expect.poll(waits).toHaveLength(1)
    await asking.query('COMMIT')
    await settled
  } finally {
    asking.release()
  }
  expect((await runProgress(store, run.id)).status).toBe('running')
})

test('a server that is not there is said to be so', async () => {
  const away = openStore('postgresql://someone:hush@127.0.0.1:1/nowhere')
  await expect(away.query('SELECT 1')).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/^The database at 127\.0\.0\.1:1\/nowhere cannot be reached/) as string,
  })
  await away.close()
})
