/** A run whose jobs are queued, as an ingest leaves it, and what is stored of it. */
import { resultKey } from '../../src/attribution/key.ts'
import { addDataset, type Model, pendingPrompts, planItems, type Run, type Store, startRun } from '../../src/store/index.ts'
import { type Queue } from '../../workers/index.ts'
import { enqueueRequests } from './prepared.ts'
import { ENGINE, request } from '../store/fixtures.ts'

export interface BulkRun {
  run: Run
  /** Keys of the results, in prompt order. */
  keys: string[]
  /** Job ids by key. */
  jobs: Map<string, string>
}

interface Kit {
  store: Store
  queue: Queue
  model: Model
}

/** One prompt for each of `tokenIds`. */
export async function startBulk(kit: Kit, slug: string, tokenIds: readonly (readonly number[])[]): Promise<BulkRun> {
  const { store, queue, model } = kit
  const prompts = tokenIds.map((_, i) => ({ text: `${slug} ${i}` }))
  const { dataset } = await addDataset(store, { slug, title: '', format: '', prompts })
  const { run } = await startRun(store, {
    modelId: model.id,
    datasetId: dataset.id,
    partitionKind: 'token',
    mode: 'corrected',
    rule: 'softmax',
    options: {},
  })
  const requests = tokenIds.map((ids) => request({ tokenIds: [...ids], position: 0 }))
  const open = await pendingPrompts(store, run.id)
  const keys = requests.map((each) => resultKey(model, ENGINE, each))
  await planItems(store, run.id, open.map(({ promptId }, i) => ({ promptId, key: keys[i] ?? '' })))
  const jobs = await enqueueRequests(store, queue, { model, engine: ENGINE }, requests, 'bulk')
  return { run, keys, jobs }
}

/** Of a run: its results, their contributions, and the results that some key has twice. */
export async function countStored(store: Store, { keys }: BulkRun) {
  const [counts] = await store.query<{ results: number; contributions: number }>(
    `SELECT (SELECT count(*)::int FROM result WHERE key = ANY($1)) AS results,
       (SELECT count(*)::int FROM contribution c JOIN result r ON r.id = c.result_id WHERE r.key = ANY($1)) AS contributions`,
    [keys],
  )
  return counts
}
