/**
 * Why features fired: attributions of their pre-activations at the strongest examples of a sweep. Results are found by
 * their question. So an example that somebody already looked at is not computed again, and an interrupted run goes on.
 */
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import { parseSite } from '../../src/features/site.ts'
import type { FeatureSetRow, Store } from '../../src/store/index.ts'
import { type Queue, requestAttributions, type Urgency } from '../../workers/index.ts'
import { questionOf, type RunOptions } from '../run/options.ts'
import type { PromptModel } from '../run/prompt-request.ts'

export interface Fired {
  index: number
  sequenceId: number
  position: number
}

export interface FiredQuestion {
  set: FeatureSetRow
  /** Examples of the sweep over this dataset; null: of every sweep. */
  datasetId: number | null
  /** Examples of a feature, the strongest first. */
  examples: number
  /** Only these features; null: all. */
  features: readonly number[] | null
}

/** Each place once, in the order of features, the strongest first. */
export function firedExamples(store: Store, { set, datasetId, examples, features }: FiredQuestion): Promise<Fired[]> {
  return store.query<Fired & Record<string, unknown>>(
    `SELECT e.index, e.sequence_id AS "sequenceId", e.position
     FROM feature_example e JOIN feature_sweep w ON w.id = e.sweep_id
     WHERE e.set_id = $1 AND e.kind = 'strongest' AND e.rank < $2 AND ($3::int IS NULL OR w.dataset_id = $3)
       AND ($4::int[] IS NULL OR e.index = ANY($4))
     GROUP BY 1, 2, 3 ORDER BY e.index, max(abs(e.value)) DESC, 2, 3`,
    [set.id, examples, datasetId, features],
  )
}

export interface AttributeFired {
  set: FeatureSetRow
  /** How each is split. */
  options: RunOptions
  prompts: PromptModel
  queue: Queue
  urgency: Urgency
  signal: AbortSignal
  onProgress(state: { done: number; failed: number; total: number }): void
}

export interface AttributedFired {
  done: number
  failed: number
  total: number
  /** Why the first ones failed. */
  reasons: string[]
}

/** Examples asked at once: enough to keep some workers busy, few enough that a page is soon done. */
const PAGE = 128
/** In effect no limit: a page may take as long as it needs, since jobs end by themselves. */
const WAIT_MS = 24 * 60 * 60 * 1000
const SHOWN = 5

export async function attributeFired(
  store: Store,
  fired: readonly Fired[],
  asked: AttributeFired,
): Promise<AttributedFired> {
  const { prompts, queue, urgency, signal, onProgress } = asked
  const state: AttributedFired = { done: 0, failed: 0, total: fired.length, reasons: [] }
  onProgress(state)
  for (let at = 0; at < fired.length && !signal.aborted; at += PAGE) {
    const requests = await preparePage(store, fired.slice(at, at + PAGE), asked)
    const outcomes = await requestAttributions(store, queue, prompts, requests, { timeoutMs: WAIT_MS, signal, urgency })
    for (const outcome of outcomes) {
      if (outcome.state === 'stored') state.done += 1
      if (outcome.state !== 'failed') continue
      state.failed += 1
      if (state.reasons.length < SHOWN) state.reasons.push(outcome.error.message)
    }
    onProgress(state)
  }
  return state
}

async function preparePage(store: Store, page: readonly Fired[], { set, options, prompts }: AttributeFired) {
  const ids = await tokenIdsOf(
    store,
    page.map(({ sequenceId }) => sequenceId),
  )
  const source = {
    hash: set.hash,
    name: set.source,
    site: parseSite(set.site),
    writes: set.writes === null ? null : parseSite(set.writes),
    features: set.featureCount,
  }
  const { feature: _feature, direction: _direction, position: _position, ...question } = questionOf(options)
  return Promise.all(
    page.map(({ index, sequenceId, position }) =>
      prepareQuestion(
        { ...question, tokenIds: ids.get(sequenceId)!, position, feature: { set: source, index } },
        prompts,
      ),
    ),
  )
}

async function tokenIdsOf(store: Store, sequenceIds: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await store.query<{ id: number; ids: number[] }>(
    `SELECT sequence_id AS id, array_agg(token_id ORDER BY index) AS ids FROM sequence_token WHERE sequence_id = ANY($1) GROUP BY 1`,
    [[...new Set(sequenceIds)]],
  )
  return new Map(rows.map(({ id, ids }) => [id, ids]))
}
