/** The job `attention`: one question about a head, for someone who waits. */
import { z } from 'zod'
import { packHeadAnswer, type HeadAnswer } from '../../src/attention/answer.ts'
import { explainAttention } from '../../src/attention/explain.ts'
import { computePattern, preparePattern, type PreparedPattern } from '../../src/attention/pattern.ts'
import { prepareAttention, requireAttentionFits, type PreparedAttention } from '../../src/attention/prepare.ts'
import { patternRequestSchema } from '../../src/attention/request.ts'
import { detachAttentionVectors } from '../../src/attention/vectors.ts'
import { attachedAttention, saveHeadAnswers, saveVectors, storedHeadAnswers, type Store } from '../../src/store/index.ts'
import { jobEnvelope } from '../queue/job.ts'
import type { LoadedModel } from '../worker/model-cache.ts'
import type { Asked } from './attribution.ts'
import type { JobKindOf, ReadyJob } from './kind.ts'

const schema = z.looseObject({
  kind: z.literal('attention'),
  ...jobEnvelope,
  question: z.discriminatedUnion('what', [
    /** An attention request, with the hash of a stored matrix in place of each vector. */
    z.strictObject({ what: z.literal('scores'), request: z.record(z.string(), z.unknown()) }),
    z.strictObject({ what: z.literal('pattern'), request: patternRequestSchema }),
  ]),
})
export type AttentionJob = z.infer<typeof schema>

/** Why a head attends, or where it looks. */
export type PreparedHead = PreparedAttention | PreparedPattern

interface ReadyAttention extends ReadyJob {
  prepared: PreparedHead
}

export const attentionJob: JobKindOf<AttentionJob, ReadyAttention> = {
  schema,

  settleStored: storedHeadAnswers,

  async ready({ key, question }, { attributor }, store) {
    const prepared = question.what === 'pattern'
      ? preparePattern(question.request, attributor, { key })
      : prepareAttention(await attachedAttention(store, question.request), attributor, { key })
    requireAttentionFits(prepared, attributor.memoryLimitBytes)
    return { prepared, flops: prepared.plan?.cost.flops ?? 0 }
  },

  async compute(jobs, model, store, { signal }) {
    const answers: { key: string; data: Buffer }[] = []
    for (const { prepared } of jobs) answers.push({ key: prepared.key, data: packHeadAnswer(await answer(prepared, model, signal)) })
    await saveHeadAnswers(store, model.row.id, answers)
  },

  async settleRuns() {
    // No run waits for a question about a head.
  },

  async giveUp() {
    // Whoever waits learns the reason from the job.
  },
}

async function answer(prepared: PreparedHead, { attributor }: LoadedModel, signal: AbortSignal): Promise<HeadAnswer> {
  return prepared.what === 'pattern'
    ? { what: 'pattern', ...(await computePattern(prepared, attributor, signal)) }
    : { what: 'scores', ...(await explainAttention(prepared, attributor, signal)) }
}

/** Prepared questions as jobs. The vectors that they name are stored first. */
export async function attentionJobs(
  store: Store, { model, engine }: Asked, asked: readonly PreparedHead[], requestId?: string,
): Promise<AttentionJob[]> {
  const detached = asked.map((each) => each.what === 'pattern'
    ? { question: { what: each.what, request: each.request }, vectors: [] }
    : questionOf(each))
  await saveVectors(store, detached.flatMap(({ vectors }) => vectors))
  return asked.map(({ key, plan }, i) => ({
    kind: 'attention',
    modelHash: model.hash,
    engine,
    key,
    flops: plan?.cost.flops ?? 0,
    vectors: detached[i]!.vectors.map(({ hash }) => hash),
    question: detached[i]!.question,
    ...(requestId !== undefined && { requestId }),
  }))
}

function questionOf({ what, request }: PreparedAttention) {
  const detached = detachAttentionVectors(request)
  return { question: { what, request: detached.request }, vectors: detached.vectors }
}
