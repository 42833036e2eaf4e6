/** Planning a run against a real database, with a queue that only remembers. */
import { describe, expect, it } from 'vitest'
import { runOptionsSchema } from '../../../ingest/run/options.ts'
import { isAttribution } from '../../../ingest/run/prompt-request.ts'
import { planRun, type Plan } from '../../../ingest/run/plan.ts'
import type { PreparedRequest } from '../../../src/attribution/prepare.ts'
import { addDataset, addModel, runProgress, runReadOtherwise, saveResults, startRun, tokenNamespace } from '../../../src/store/index.ts'
import { tinyModel, tinyTokenizer } from '../../attribution/resolve-fixtures.ts'
import { contributions, result } from '../../store/fixtures.ts'
import { useStore } from '../../store/use-store.ts'

const store = useStore()
const ENGINE = 'fake'
const options = runOptionsSchema.parse({ by: 'token' })

let count = 0
/** A dataset of its own, so that the tests do not meet. */
async function setUp(texts: readonly string[]) {
  const slug = `set-${++count}`
  const prompts = texts.map((text) => ({ text, answer: 'Paris', extra: { slug } }))
  const { dataset } = await addDataset(store, { slug, title: slug, format: 'jsonl', prompts })
  const { model } = await addModel(store, { identity: tinyModel, config: {} })
  const start = () =>
    startRun(store, { modelId: model.id, datasetId: dataset.id, partitionKind: 'token', mode: 'corrected', rule: 'softmax', options })
  const { run } = await start()
  const queued: PreparedRequest[] = []
  const plan = (overrides: Partial<Plan> = {}) =>
    planRun(store, {
      runId: run.id,
      options,
      prompts: { model: tinyModel, tokenizer: tinyTokenizer(), config: null, engine: ENGINE, memoryLimitBytes: 0 },
      limit: Infinity,
      signal: new AbortController().signal,
      enqueue: async (requests) => void queued.push(...requests.filter(isAttribution)),
      ...overrides,
    })
  /** What a worker does with everything in the queue. */
  const work = async () => {
    const items = queued.splice(0).map(({ request, key }) => {
      const scores = request.tokenIds.map(() => 1)
      const answer = result(request, scores, { contributions: contributions(scores) })
      const tokens = request.tokenIds.map((id) => ({ id, text: '', start: null, end: null }))
      return { key, request, result: answer, sequence: { tokenizerHash: tokenNamespace(tinyModel), text: null, tokens } }
    })
    await saveResults(store, { model, engine: ENGINE, items })
  }
  return { run, start, queued, plan, work }
}

it('a run that reads the prompts otherwise is found, whatever else it asks', async () => {
  const { run } = await setUp(['The tower is in'])
  const { datasetId } = await store.prisma.run.findUniqueOrThrow({ where: { id: run.id } })
  const asked = { datasetId, tokenizerHash: tinyModel.tokenizerHash }
  expect(await runReadOtherwise(store, { ...asked, chat: null })).toBeNull()
  expect(await runReadOtherwise(store, { ...asked, chat: 'messages' })).toBe(run.id)
  expect(await runReadOtherwise(store, { ...asked, tokenizerHash: '9'.repeat(64), chat: 'messages' })).toBeNull()
})

describe('planRun', () => {
  it('queues what every prompt asks', async () => {
    const { run, queued, plan } = await setUp(['The tower', 'The tower is in'])
    await plan()
    expect(queued.map(({ request: { tokenIds, target } }) => ({ tokenIds, target }))).toEqual([
      { tokenIds: [0, 10, 11], target: { type: 'logit', tokenId: 1 } },
      { tokenIds: [0, 10, 11, 7, 8], target: { type: 'logit', tokenId: 1 } },
    ])
    expect(await runProgress(store, run.id)).toMatchObject({ status: 'running', pending: 2, done: 0 })
    const written = await store.prisma.promptSequence.findMany({ where: { prompt: { datasetId: run.datasetId } } })
    expect(written).toMatchObject([{ answerText: ' Paris', answerTokens: 1 }, { answerText: ' Paris', answerTokens: 1 }])
  })

  it('queues nothing that is stored, and ends a run that has nothing left to do', async () => {
    const { run, start, queued, plan, work } = await setUp(['The tower is', 'The tower is'])
    await plan()
    await work()
    await start()
    await plan()
    expect(queued).toEqual([])
    expect(await runProgress(store, run.id)).toMatchObject({ status: 'done', done: 2, pending: 0 })
  })

  it('goes on where it was', async () => {
    const { run, queued, plan, work } = await setUp(['The', 'The in', 'The in in'])
    await plan({ limit: 2 })
    expect(queued).toHaveLength(2)
    await work()
    expect(await runProgress(store, run.id)).toMatchObject({ status: 'running', done: 2, pending: 1 })
    await plan()
    expect(queued.map(({ request }) => request.tokenIds)).toEqual([[0, 10, 8, 8]])
  })

  it('records why a prompt cannot be asked, and goes on with the others', async () => {
    const { run, start, plan, work } = await setUp([' is'.repeat(20), 'The'])
    await plan()
    await work()
    await start()
    await plan()
    expect(await runProgress(store, run.id)).toMatchObject({ status: 'failed', done: 1, failed: 1 })
    const [failed] = await store.prisma.runItem.findMany({ where: { runId: run.id, status: 'failed' } })
    expect(failed?.error).toBe('The prompt has 21 tokens, but tiny takes at most 12; shorten it by 9 tokens.')
  })

  it('stops between pages when told to', async () => {
    const { queued, plan } = await setUp(['The'])
    await plan({ signal: AbortSignal.abort() })
    expect(queued).toEqual([])
  })
})
