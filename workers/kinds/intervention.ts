/** The job `intervention`: one request, as an attribution is. */
import { z } from 'zod'
import { answerInterventions } from '../../src/interventions/answer.ts'
import { prepareIntervention, requireInterventionFits, type PreparedIntervention } from '../../src/interventions/prepare.ts'
import { detachInterventionVectors } from '../../src/interventions/vectors.ts'
import {
  attachedIntervention, failItems, findInterventions, saveInterventions, saveVectors, settleItems, settleRuns, tokenNamespace, type Store,
} from '../../src/store/index.ts'
import { interventionEngine } from '../means.ts'
import { completeJobs } from '../queue/job-table.ts'
import { jobEnvelope } from '../queue/job.ts'
import { tokensOf, type Asked } from './attribution.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('intervention'),
  ...jobEnvelope,
  /** An intervention request, with the hash of a stored matrix in place of each vector. */
  request: z.record(z.string(), z.unknown()),
})
export type InterventionJob = z.infer<typeof schema>

interface ReadyIntervention extends ReadyJob {
  prepared: PreparedIntervention
}

export const interventionJob: JobKindOf<InterventionJob, ReadyIntervention> = {
  schema,

  async settleStored(store, keys) {
    const found = await findInterventions(store, keys)
    if (found.size > 0) await settleItems(store, [...found].map(([key, { id }]) => ({ key, id })), 'intervention')
    return new Set(found.keys())
  },

  async ready({ key, request }, { attributor }, store) {
    const prepared = prepareIntervention(await attachedIntervention(store, request), attributor, { key })
    requireInterventionFits(prepared, attributor.memoryLimitBytes)
    return { prepared, flops: prepared.plan?.cost.flops ?? 0 }
  },

  async compute(jobs, model, store, { signal }) {
    const { row, attributor } = model
    const engine = interventionEngine(store, row, attributor, signal)
    const results = await answerInterventions(engine, jobs.map(({ prepared }) => prepared), { signal })
    const items = jobs.map(({ prepared: { request, key } }, i) => ({
      key, request, result: results[i]!,
      sequence: { tokenizerHash: tokenNamespace(row), tokens: tokensOf(request.tokenIds, model) },
    }))
    await saveInterventions(store, { model: row, engine: attributor.engine, items }, completeJobs)
  },

  settleRuns,
  giveUp: failItems,
}

/** Prepared requests as jobs. The vectors that they name are stored first. */
export async function interventionJobs(
  store: Store, { model, engine }: Asked, requests: readonly PreparedIntervention[], requestId?: string,
): Promise<InterventionJob[]> {
  const detached = requests.map(({ request }) => detachInterventionVectors(request))
  await saveVectors(store, detached.flatMap(({ vectors }) => vectors))
  return requests.map(({ key, plan }, i) => ({
    kind: 'intervention',
    modelHash: model.hash,
    engine,
    key,
    flops: plan?.cost.flops ?? 0,
    vectors: detached[i]!.vectors.map(({ hash }) => hash),
    request: detached[i]!.request,
    ...(requestId !== undefined && { requestId }),
  }))
}
