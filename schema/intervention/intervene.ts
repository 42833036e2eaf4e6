/** Interventions on demand: `intervention` waits for its answer, `requestIntervention` does not. */
import type { GraphQLResolveInfo } from 'graphql'
import { UserError } from '../../src/errors.ts'
import type { PreparedIntervention } from '../../src/interventions/prepare.ts'
import { targetQuestion, TargetInput } from '../attribution/target-input.ts'
import { Mode, Rule } from '../attribution/method.ts'
import { builder } from '../builder.ts'
import { entries } from '../cost.ts'
import type { Context } from '../context.ts'
import { keepOwnPrompt } from '../dataset/own-prompt.ts'
import { MessageInput, promptText } from '../dataset/prompt-input.ts'
import { costOf, DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from '../job/computation.ts'
import { Job } from '../job/job.ts'
import { answered, type Demand, requested, type Requested } from '../job/on-demand.ts'
import { interventionLoader } from '../loaders/answers.ts'
import { namesOf } from '../loaders/feature-sources.ts'
import { modelLoader } from '../loaders/models.ts'
import { storedInterventionLoader } from '../loaders/stored-answers.ts'
import { ChangesInput, changesQuestion } from './change-input.ts'
import { Intervention } from './intervention.ts'

/** The pass as it is, changed, changed with attention frozen, and an attribution. */
const PASSES = 4

const InterventionInput = builder.inputType('InterventionInput', {
  description: 'One intervention to be computed, or to be found if it was computed before.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.', ...promptText }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.', ...entries(0) }),
    messages: t.field({
      type: [MessageInput], description: "The prompt as a chat, written by the model's own chat template; instead of `text`.", ...entries(0),
    }),
    position: t.int({ description: 'Where the target is read: from 0, or negative from the end; the last position when absent.' }),
    target: t.field({ type: TargetInput, description: "What to look at; the logit of the model's own next token when absent." }),
    changes: t.field({ type: ChangesInput, required: true, description: 'What is changed.' }),
    shown: t.int({ description: "How many of the model's first choices are shown, 1 to 100; 5 when absent." }),
    mode: t.field({ type: Mode, description: 'Of the attribution beside it; CORRECTED when absent.' }),
    rule: t.field({ type: Rule, description: 'Of the attribution beside it; SOFTMAX when absent.' }),
    temperature: t.float({ description: 'τ of the softmax rule; 0.1 when absent.' }),
    excludeFirst: t.boolean({
      description: 'Whether the first position takes no MLP share except at itself, and is never chosen by score; when absent, as the tokenizer has it.',
    }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})
type Input = typeof InterventionInput.$inferInput

async function prepare(context: Context, info: GraphQLResolveInfo, input: Input): Promise<{ modelId: number; request: PreparedIntervention }> {
  const modelId = await modelLoader(context).load(input.model)
  const { text, messages, tokenIds, position, shown, mode, rule, temperature, excludeFirst, target, changes } = input
  const to = changes.meanOver == null ? null : { mean: await contentHashOf(context, changes.meanOver) }
  const names = namesOf(context, modelId)
  const question = {
    ...(await targetQuestion(target, names)), ...(await changesQuestion(changes, to, names)), text, messages, tokenIds, position, shown, mode, rule, temperature, excludeFirst,
  }
  const { request, own } = await context.interventions.prepare(modelId, question)
  keepOwnPrompt(context, info, own)
  return { modelId, request }
}

async function contentHashOf({ database }: Context, slug: string): Promise<string> {
  const dataset = await database.dataset.findUnique({ where: { slug }, select: { contentHash: true } })
  if (dataset) return dataset.contentHash
  throw new UserError('NOT_FOUND', `There is no dataset ${JSON.stringify(slug)} here; \`datasets\` lists those there are.`)
}

const interventions: Demand<PreparedIntervention> = { what: 'intervention', port: (context) => context.interventions, loader: interventionLoader }

builder.queryField('intervention', (t) =>
  t.prismaField({
    type: Intervention,
    nullable: true,
    description: 'The intervention that the input describes: from the store, or computed now by a worker. Null only with an error.',
    args: { input: t.arg({ type: InterventionInput, required: true, description: 'What to change, and what to look at.' }) },
    complexity: ({ input }) => costOf(input, PASSES),
    extensions: { scope: 'compute' },
    resolve: async (query, _root, { input }, context, info) =>
      answered(interventions, context, await prepare(context, info, input), input.timeoutMs ?? DEFAULT_WAIT_MS, (key) =>
        context.database.intervention.findUnique({ ...query, where: { key } })),
  }),
)

const RequestedIntervention = builder.objectRef<Requested>('RequestedIntervention').implement({
  description: 'Either the intervention, where it is stored already, or the job that computes it.',
  fields: (t) => ({
    intervention: t.field({
      type: Intervention,
      nullable: true,
      description: 'The intervention; null while it is computed.',
      resolve: ({ key }, _args, context) => (key === null ? null : storedInterventionLoader(context).load(key)),
    }),
    job: t.field({
      type: Job, nullable: true, description: 'The job that computes it; null when nothing has to be computed.', resolve: ({ jobId }) => jobId,
    }),
  }),
})

builder.mutationField('requestIntervention', (t) =>
  t.field({
    type: RequestedIntervention,
    nullable: true,
    description: 'Asks for an intervention without waiting for it. Null only with an error.',
    args: { input: t.arg({ type: InterventionInput, required: true, description: 'What to change, and what to look at.' }) },
    complexity: ({ input }) => costOf(input, PASSES),
    extensions: { scope: 'compute' },
    resolve: async (_root, { input }, context, info) => requested(interventions, context, await prepare(context, info, input)),
  }),
)
