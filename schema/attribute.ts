/**
 * Attributions on demand. `attribute` is a query: it changes nothing that a client can see, the same request always has
 * the same answer, and whether that answer was stored or had to be computed shows in nothing but the time it took.
 * `requestAttribution` is for clients that would rather come back: a mutation, since what it gives depends on when.
 */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { GraphQLError } from 'graphql'
import type { AttributionRequest } from '../src/attribution/request.ts'
import { AttributeInput, type AttributeInputShape, questionOf, waitOf } from './attributeInput.ts'
import { Attribution } from './attribution.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { Job } from './job.ts'
import { attributionLoader } from './loaders/attributions.ts'
import { modelLoader } from './loaders/models.ts'
import { storedAttributionLoader } from './loaders/storedAttributions.ts'
import type { Outcome } from './ports.ts'

/**
 * A computation counts as much as reading this many rows, its tokens once each, and their pairs (which is what a sweep
 * goes through) a thousand to the row. At the server's usual limit one question may have some 4,000 tokens.
 */
const COMPUTATION = 100
const PAIRS_PER_ROW = 1000
const CHARACTERS_PER_TOKEN = 4

function computationCost({ input: { text, tokenIds } }: { input: AttributeInputShape }) {
  const tokens = tokenIds?.length ?? Math.ceil((text?.length ?? 0) / CHARACTERS_PER_TOKEN)
  return { field: COMPUTATION + tokens + tokens ** 2 / PAIRS_PER_ROW, multiplier: 1 }
}

type Answer = Exclude<Outcome, { state: 'failed' }>

interface Asked {
  modelId: number
  request: AttributionRequest
}

async function readQuestion(context: Context, input: AttributeInputShape): Promise<Asked> {
  const modelId = await modelLoader(context).load(input.model)
  return { modelId, request: await context.attributions.resolve(modelId, questionOf(input)) }
}

async function ask(context: Context, asked: Asked, timeoutMs: number): Promise<Answer> {
  const outcome = await attributionLoader(context).load({ ...asked, timeoutMs })
  if (outcome.state === 'failed') throw outcome.error
  return outcome
}

const tookTooLong = (jobId: string, timeoutMs: number) =>
  new GraphQLError(
    `The attribution was not ready after ${timeoutMs / 1000} s. It goes on: ask again, or follow its job by the id here.`,
    { extensions: { code: 'TIMEOUT', jobId: encodeGlobalID('Job', jobId) } },
  )

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
    resolve: async (query, _root, { input }, context) => {
      const timeoutMs = waitOf(input)
      const { attributions, database } = context
      const asked = await readQuestion(context, input)
      // What is stored takes one statement, which is most of the time such an answer takes.
      const key = await attributions.keyOf(asked.modelId, asked.request)
      const stored = await database.result.findUnique({ ...query, where: { key } })
      if (stored) {
        attributions.noteStored()
        return stored
      }
      const outcome = await ask(context, asked, timeoutMs)
      if (outcome.state === 'pending') throw tookTooLong(outcome.jobId, timeoutMs)
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
    resolve: async (_root, { input }, context) => {
      const outcome = await ask(context, await readQuestion(context, input), 0)
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
