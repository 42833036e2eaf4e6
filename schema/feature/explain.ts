/**
 * Writing explanations needs the scope `compute`, which everyone has on the server's own machine. Removing one removes
 * it for everyone, so only admins may do it.
 */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { explanationKey } from '../../src/store/explanations.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { explanationLoader, type ExplanationRow } from '../loaders/feature-explanations.ts'
import { FeatureExplanation } from './explanation.ts'
import { findFeatures } from './feature-ref.ts'
import { readExplanationId } from './names.ts'

const MOST_CHARACTERS = 2000
const MOST_NAME = 100
const compute = { scope: 'compute' } as const

const text = (most: number) =>
  z.string().max(most, `must have at most ${most} characters`).refine((value) => value.trim() !== '', 'must not be blank')

const Vote = builder.enumType('Vote', {
  description: 'What one thinks of an explanation.',
  values: {
    UP: { value: 1, description: 'For it.' },
    DOWN: { value: -1, description: 'Against it.' },
    NONE: { value: 0, description: 'Neither: an earlier vote is taken back.' },
  },
} as const)

const AddExplanationInput = builder.inputType('AddExplanationInput', {
  description: 'What a feature is about.',
  fields: (t) => ({
    model: t.string({ required: true, description: 'The slug or hash of the model.' }),
    source: t.string({ required: true, description: 'The feature set, e.g. `6-res-jb`.' }),
    index: t.int({ required: true, description: 'The feature, from 0.' }),
    description: t.string({ required: true, validate: { schema: text(MOST_CHARACTERS) }, description: `What it is about, in at most ${MOST_CHARACTERS} characters.` }),
    method: t.string({ validate: { schema: text(MOST_NAME) }, description: 'How it was made, e.g. `human`, `oai_token-act-pair`.' }),
    explainer: t.string({ validate: { schema: text(MOST_NAME) }, description: 'The model that wrote it, where one did.' }),
  }),
})

async function addExplanation(context: Context, input: typeof AddExplanationInput.$inferInput): Promise<ExplanationRow> {
  const { database, author } = context
  const { model, source, index } = input
  const [feature] = await findFeatures(context, [{ model, source, index }])
  if (!feature) throw new UserError('NOT_FOUND', `There is no feature ${model}/${source}/${index} here; \`featureSets\` lists the sets there are.`)
  const said = { index, description: input.description.trim(), author, method: input.method ?? null, explainer: input.explainer ?? null }
  const key = explanationKey(said)
  await database.featureExplanation.createMany({ data: [{ setId: feature.setId, key, ...said }], skipDuplicates: true })
  return database.featureExplanation.findUniqueOrThrow({ where: { setId_key: { setId: feature.setId, key } } })
}

async function requireExplanation(context: Context, id: string): Promise<ExplanationRow> {
  const found = await explanationLoader(context).load(readExplanationId(id))
  if (found) return found
  throw new UserError('NOT_FOUND', 'There is no such explanation (any more).')
}

const again = ({ database }: Context, { setId, key }: ExplanationRow) =>
  database.featureExplanation.findUniqueOrThrow({ where: { setId_key: { setId, key } } })

async function vote(context: Context, explanation: ExplanationRow, value: -1 | 0 | 1): Promise<void> {
  const { database, author: voter } = context
  const { setId, id: explanationId } = explanation
  if (value === 0) await database.featureVote.deleteMany({ where: { setId, explanationId, voter } })
  // One statement, so that two votes of one voter at the same time count as one.
  else await database.$executeRaw`
    INSERT INTO feature_vote (set_id, explanation_id, voter, vote) VALUES (${setId}, ${explanationId}, ${voter}, ${value}::int2)
    ON CONFLICT (set_id, explanation_id, voter) DO UPDATE SET vote = EXCLUDED.vote`
}

const explanationId = 'The global id of the explanation.'

builder.mutationFields((t) => ({
  addExplanation: t.field({
    type: FeatureExplanation,
    nullable: true,
    description: 'Says what a feature is about, in the name of the API key. Said again it is the same. Null only with an error.',
    args: { input: t.arg({ type: AddExplanationInput, required: true, description: 'Which feature, and what it is about.' }) },
    extensions: compute,
    resolve: (_root, { input }, context) => addExplanation(context, input),
  }),
  scoreExplanation: t.field({
    type: FeatureExplanation,
    nullable: true,
    description: 'Says how well an explanation predicts activations; it replaces an earlier score. Null only with an error.',
    args: {
      id: t.arg.globalID({ required: true, for: FeatureExplanation, description: explanationId }),
      score: t.arg.float({ required: true, description: 'Larger is better; explanations of one feature are compared by it.' }),
      method: t.arg.string({ required: true, validate: { schema: text(MOST_NAME) }, description: 'How it was found, e.g. `recall_alt`.' }),
    },
    extensions: compute,
    resolve: async (_root, { id, score, method }, context) => {
      const explanation = await requireExplanation(context, id.id)
      const { setId, key } = explanation
      return context.database.featureExplanation.update({ where: { setId_key: { setId, key } }, data: { score, scoreMethod: method } })
    },
  }),
  voteExplanation: t.field({
    type: FeatureExplanation,
    nullable: true,
    description: 'Votes for or against an explanation, once for each API key; a second vote replaces the first. Null only with an error.',
    args: {
      id: t.arg.globalID({ required: true, for: FeatureExplanation, description: explanationId }),
      vote: t.arg({ type: Vote, required: true, description: 'For it, against it, or neither.' }),
    },
    extensions: compute,
    resolve: async (_root, { id, vote: value }, context) => {
      const explanation = await requireExplanation(context, id.id)
      await vote(context, explanation, value)
      return again(context, explanation)
    },
  }),
  removeExplanation: t.boolean({
    description: 'Takes an explanation away, with its votes. False when there is none. For admins.',
    args: { id: t.arg.globalID({ required: true, for: FeatureExplanation, description: explanationId }) },
    resolve: async (_root, { id }, context) => {
      const found = await explanationLoader(context).load(readExplanationId(id.id))
      if (!found) return false
      const { setId, id: own } = found
      return (await context.database.featureExplanation.deleteMany({ where: { setId, id: own } })).count > 0
    },
  }),
}))
