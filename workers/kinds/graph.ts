/** The job `graph`: the graph of one prompt. */
import { z } from 'zod'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import { prepareGraph, requireGraphFits, type PreparedGraph } from '../../src/graph/prepare.ts'
import { graphRequestSchema } from '../../src/graph/request.ts'
import type { GraphResult } from '../../src/graph/result.ts'
import { findGraphs, saveGraphs, tokenNamespace, type Store } from '../../src/store/index.ts'
import { jobEnvelope } from '../queue/job.ts'
import { tokensOf, type Asked } from './attribution.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({ kind: z.literal('graph'), ...jobEnvelope, request: z.unknown() })
export type GraphJob = z.infer<typeof schema>

interface ReadyGraph extends ReadyJob {
  prepared: PreparedGraph
}

export const graphJob: JobKindOf<GraphJob, ReadyGraph> = {
  schema,

  settleStored: async (store, keys) => new Set((await findGraphs(store, keys)).keys()),

  async ready({ key, request }, { attributor }) {
    const prepared = prepareGraph(graphRequestSchema.parse(request), attributor, { key })
    requireGraphFits(prepared, attributor.memoryLimitBytes)
    return { prepared, flops: prepared.plan?.cost.flops ?? 0 }
  },

  async compute(jobs, model, store, { signal }) {
    const { row, attributor } = model
    const engine = graphEngine(attributor)
    const items: { key: string; request: PreparedGraph['request']; result: GraphResult; sequence: { tokenizerHash: string; tokens: ReturnType<typeof tokensOf> } }[] = []
    for (const { prepared } of jobs) {
      const { key, request } = prepared
      const sequence = { tokenizerHash: tokenNamespace(row), tokens: tokensOf(request.tokenIds, model) }
      items.push({ key, request, sequence, result: await computeGraph(prepared, engine, signal) })
    }
    await saveGraphs(store, { model: row, engine: attributor.engine, items })
  },

  // No run of a dataset asks for graphs.
  settleRuns: async () => undefined,
  giveUp: async () => undefined,
}

/** Prepared graphs as jobs. */
export const graphJobs = async (
  _store: Store, { model, engine }: Asked, requests: readonly PreparedGraph[], requestId?: string,
): Promise<GraphJob[]> =>
  requests.map(({ key, plan, request }) => ({
    kind: 'graph',
    modelHash: model.hash,
    engine,
    key,
    flops: plan?.cost.flops ?? 0,
    vectors: [],
    request,
    ...(requestId !== undefined && { requestId }),
  }))
