/**
 * The job `attribution`: one request. A request is the unit that can be asked twice, overtaken or cancelled, and that
 * fails on its own.
 */
import { z } from 'zod'
import { requireFits, type PreparedRequest } from '../../src/attribution/prepare.ts'
import { detachVectors } from '../../src/attribution/vectors.ts'
import {
  attachedRequest,
  failItems,
  findResults,
  saveResults,
  saveVectors,
  settleItems,
  settleRuns,
  tokenNamespace,
  type Store,
} from '../../src/store/index.ts'
import { completeJobs } from '../queue/job-table.ts'
import { jobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('attribution').default('attribution'),
  ...jobEnvelope,
  /** An attribution request, with the hash of a stored matrix in place of each vector. */
  request: z.record(z.string(), z.unknown()),
  /** The expected token, if it is not the target itself. */
  expectedTokenId: z.number().int().nonnegative().optional(),
})
export type AttributionJob = z.infer<typeof schema>

interface ReadyAttribution extends ReadyJob {
  prepared: PreparedRequest
}

export const attributionJob: JobKindOf<AttributionJob, ReadyAttribution> = {
  schema,

  async settleStored(store, keys) {
    const found = await findResults(store, keys)
    if (found.size > 0) await settleItems(store, [...found].map(([key, { id }]) => ({ key, id })))
    return new Set(found.keys())
  },

  async ready({ key, request, expectedTokenId = null }, { attributor }, store) {
    const prepared = attributor.prepare(await attachedRequest(store, request), { key, expectedTokenId })
    requireFits(prepared, attributor.memoryLimitBytes)
    return { prepared, flops: prepared.plan?.cost.flops ?? 0 }
  },

  async compute(jobs, model, store, { signal }) {
    const { row, attributor } = model
    const results = await attributor.attribute(jobs.map(({ prepared }) => prepared), { signal })
    const items = jobs.map(({ prepared: { request, key } }, i) => {
      const result = results[i]
      if (!result) throw new Error(`the attributor answered ${results.length} of ${jobs.length} requests`)
      return { key, request, result, sequence: { tokenizerHash: tokenNamespace(row), tokens: tokensOf(request.tokenIds, model) } }
    })
    await saveResults(store, { model: row, engine: attributor.engine, items }, completeJobs)
  },

  settleRuns,
  giveUp: failItems,
}

/** The tokens of the ids of a request. */
export function tokensOf(ids: readonly number[], { attributor: { tokenizer } }: LoadedModel) {
  return tokenizer?.describe(ids) ?? ids.map((id) => ({ id, text: `#${id}`, start: null, end: null }))
}

/** The model whose answer is asked for. */
export interface Asked {
  model: { hash: string }
  /** The `engine` of the workers' attributors. */
  engine: string
}

/** Prepared requests as jobs. The vectors that they name are stored first. */
export async function attributionJobs(
  store: Store, { model, engine }: Asked, requests: readonly PreparedRequest[], requestId?: string,
): Promise<AttributionJob[]> {
  const detached = requests.map(({ request }) => detachVectors(request))
  await saveVectors(store, detached.flatMap(({ vectors }) => vectors))
  return requests.map(({ key, plan, expectedTokenId }, i) => ({
    kind: 'attribution',
    modelHash: model.hash,
    engine,
    key,
    flops: plan?.cost.flops ?? 0,
    vectors: detached[i]!.vectors.map(({ hash }) => hash),
    request: detached[i]!.request,
    ...(expectedTokenId != null && { expectedTokenId }),
    ...(requestId !== undefined && { requestId }),
  }))
}
