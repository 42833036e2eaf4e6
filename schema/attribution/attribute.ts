/**
 * Attributions on demand. `attribute` is a query: it changes nothing that a client can see, the same request always has
 * the same answer, and whether that answer was stored or had to be computed shows in nothing but the time it took.
 * `requestAttribution` is for clients that would rather come back: a mutation, since what it gives depends on when.
 */
import type { GraphQLResolveInfo } from 'graphql'
import type { PreparedRequest } from '../../src/attribution/prepare.ts'
import { AttributeInput, type AttributeInputShape, questionOf, waitOf } from './attribute-input.ts'
import { Attribution } from './attribution.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { keepOwnPrompt } from '../dataset/own-prompt.ts'
import { Job } from '../job/job.ts'
import { computationCost, tookTooLong } from '../job/computation.ts'
import { attributionLoader } from '../loaders/answers.ts'
import { namesOf } from '../loaders/feature-sources.ts'
import { modelLoader } from '../loaders/models.ts'
import { storedAttributionLoader } from '../loaders/stored-answers.ts'
import type { Outcome, OwnPrompt } from '../ports.ts'

type Answer = Exclude<Outcome, { state: 'failed' }>

interface Asked {
  modelId: number
  request: PreparedRequest
  own: OwnPrompt | null
}

export async function readQuestion(context: Context, info: GraphQLResolveInfo, input: AttributeInputShape): Promise<Asked> {
  const modelId = await modelLoader(context).load(input.model)
  const { request, own } = await context.attributions.prepare(modelId, await questionOf(input, namesOf(context, modelId)))
  keepOwnPrompt(context, info, own)
  return { modelId, request, own }
}

export async function ask(context: Context, asked: Pick<Asked, 'modelId' | 'request'>, timeoutMs: number): Promise<Answer> {
  const outcome = await attributionLoader(context).load({ ...asked, timeoutMs })
  if (outcome.state === 'failed') throw outcome.error
  return outcome
}

builder.queryField('attribute', (t) =>
  t.prismaField({
    type: Attribution,
    nullable: true,
    description:
      'The attribution that the input describes: from the store, or computed now by a worker. ' +
      'Identical requests at the same time are computed once. Null only with an error.',
    args: { input: t.arg({ type: AttributeInput, required: true, description: 'What to attribute, and how.' }) },
    complexity: computationCost,
    extensions: { scope: 'compute' },
    resolve: async (query, _root, { input }, context, info) => {
      const timeoutMs = waitOf(input)
      const { attributions, database } = context
      const asked = await readQuestion(context, info, input)
      // What is stored takes one statement, which is most of the time such an answer takes.
      const stored = await database.result.findUnique({ ...query, where: { key: asked.request.key } })
      if (stored) {
        attributions.noteStored()
        return stored
      }
      const outcome = await ask(context, asked, timeoutMs)
      if (outcome.state === 'pending') throw tookTooLong('attribution', outcome.jobId, timeoutMs)
      return database.result.findUniqueOrThrow({ ...query, where: { key: outcome.key } })
    },
  }),
)

interface RequestedShape {
  key: string | null
  jobId: string | null
}

const RequestedAttribution = builder.objectRef<RequestedShape>('RequestedAttribution').implement({
  description: 'Either the attribution, where it is stored already, or the job that computes it.',
  fields: (t) => ({
    attribution: t.field({
      type: Attribution,
      nullable: true,
      description: 'The attribution; null while it is computed.',
      resolve: ({ key }, _args, context) => (key === null ? null : storedAttributionLoader(context).load(key)),
    }),
    job: t.field({
      type: Job,
      nullable: true,
      description: 'The job that computes it; null when nothing has to be computed.',
      resolve: ({ jobId }) => jobId,
    }),
  }),
})

builder.mutationFields((t) => ({
  requestAttribution: t.field({
    type: RequestedAttribution,
    nullable: true,
    description: 'Asks for an attribution without waiting for it. Null only with an error.',
    args: { input: t.arg({ type: AttributeInput, required: true, description: 'What to attribute, and how.' }) },
    complexity: computationCost,
    extensions: { scope: 'compute' },
    resolve: async (_root, { input }, context, info) => {
      const outcome = await ask(context, await readQuestion(context, info, input), 0)
      return outcome.state === 'stored' ? { key: outcome.key, jobId: null } : { key: null, jobId: outcome.jobId }
    },
  }),
  cancelJob: t.boolean({
    description: 'Calls a job off, for everyone who waits for it. False when it had ended, or there is no such job.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: "The job's global id." }) },
    // Whoever may ask may call off: the id is known to those who asked.
    extensions: { scope: 'compute' },
    resolve: (_root, { id }, { jobs }) => jobs.cancel(id.id),
  }),
}))
