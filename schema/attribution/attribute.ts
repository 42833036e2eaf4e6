/**
 * Attributions on demand. `attribute` is a query, because it changes nothing that a client can see: the same request
 * always has the same answer, and only the time it takes shows whether the answer was stored or computed.
 * `requestAttribution` is for clients that would rather come back. It is a mutation, since its result depends on when
 * it is asked.
 */
import type { GraphQLResolveInfo } from 'graphql'
import type { PreparedRequest } from '../../src/attribution/prepare.ts'
import { AttributeInput, type AttributeInputShape, questionOf, waitOf } from './attribute-input.ts'
import { Attribution } from './attribution.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { keepOwnPrompt } from '../dataset/own-prompt.ts'
import { Job } from '../job/job.ts'
import { computationCost } from '../job/computation.ts'
import { answered, type Demand, requested, type Requested } from '../job/on-demand.ts'
import { attributionLoader } from '../loaders/answers.ts'
import { namesOf } from '../loaders/feature-sources.ts'
import { modelLoader } from '../loaders/models.ts'
import { storedAttributionLoader } from '../loaders/stored-answers.ts'
import type { OwnPrompt } from '../ports.ts'

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

export const attributions: Demand<PreparedRequest> = { what: 'attribution', port: (context) => context.attributions, loader: attributionLoader }

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
    resolve: async (query, _root, { input }, context, info) =>
      answered(attributions, context, await readQuestion(context, info, input), waitOf(input), (key) =>
        context.database.result.findUnique({ ...query, where: { key } })),
  }),
)

const RequestedAttribution = builder.objectRef<Requested>('RequestedAttribution').implement({
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
    resolve: async (_root, { input }, context, info) => requested(attributions, context, await readQuestion(context, info, input)),
  }),
  cancelJob: t.boolean({
    description: 'Calls a job off, for everyone who waits for it. False when it had ended, or there is no such job.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: "The job's global id." }) },
    // Whoever may ask for a computation may also cancel one.
    extensions: { scope: 'compute' },
    resolve: (_root, { id }, { jobs }) => jobs.cancel(id.id),
  }),
}))
