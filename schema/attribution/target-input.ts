/** What to attribute, as a client says it: exactly one kind of target. */
import type { TargetQuestion } from '../../src/attribution/target/kind.ts'
import type { Names } from '../loaders/feature-sources.ts'
import { UserError } from '../../src/errors.ts'
import { forTokenizer } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { entries, NUMBER_COST } from '../cost.ts'

const TokenInput = builder.inputType('TokenInput', {
  description: 'One token of the vocabulary, by exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({
      description: 'Text that is one token where it follows the prompt; the leading space may be left out.',
      ...forTokenizer,
    }),
    id: t.int({ description: 'Its number in the vocabulary.' }),
  }),
})

const LogitDifferenceInput = builder.inputType('LogitDifferenceInput', {
  description: 'The logit of one token minus that of another.',
  fields: (t) => ({
    token: t.field({ type: TokenInput, description: "The first token; the model's own next token when absent." }),
    minus: t.field({ type: TokenInput, required: true, description: 'The token whose logit is subtracted.' }),
  }),
})

const DirectionInput = builder.inputType('DirectionInput', {
  description: 'The projection of the stream on a direction: probe weights, a row of an SAE encoder …',
  fields: (t) => ({
    layer: t.int({
      description: "The layer whose input is read; L (as many as there are) is the stream before the final norm. The probe's own when absent.",
    }),
    vector: t.floatList({ description: 'D numbers.', ...entries(NUMBER_COST) }),
    probe: t.string({ description: 'Instead of `vector`: a trained probe of the model with one direction; its name in `probes`.' }),
  }),
})

const FeatureTargetInput = builder.inputType('FeatureTargetInput', {
  description: 'The pre-activation of a feature, where its set reads.',
  fields: (t) => ({
    source: t.string({ required: true, description: "The feature set: one of the model's, such as 6-res-jb." }),
    index: t.int({ required: true, description: 'Its number in the set, from 0.' }),
  }),
})

const AnswerInput = builder.inputType('AnswerInput', {
  description: 'An answer of any number of tokens that follows the prompt, by exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'Its text; the leading space may be left out.', ...forTokenizer }),
    tokenIds: t.intList({ description: 'Its tokens, by their numbers in the vocabulary.', ...entries(NUMBER_COST) }),
  }),
})

export const TargetInput = builder.inputType('TargetInput', {
  description: 'The number to attribute, exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    logit: t.field({ type: TokenInput, description: 'The logit of this token.' }),
    logitDifference: t.field({ type: LogitDifferenceInput, description: 'The difference of two logits.' }),
    direction: t.field({ type: DirectionInput, description: 'A projection on a direction.' }),
    feature: t.field({ type: FeatureTargetInput, description: 'The pre-activation of a feature.' }),
    answer: t.field({
      type: AnswerInput,
      description: 'A whole answer: the sum of the logits of its tokens, each read where it is predicted.',
    }),
  }),
})

/**
 * The token as the command line writes it. There `#12` is an id and `next` the model's own choice, unless a leading
 * blank makes them text.
 */
function tokenName({ text, id }: typeof TokenInput.$inferInput): string {
  if (id != null) return `#${id}`
  return text === 'next' || text?.startsWith('#') ? ` ${text}` : (text ?? '')
}

function answerName({ text, tokenIds }: typeof AnswerInput.$inferInput): string {
  if (tokenIds != null) return tokenIds.map((id) => `#${id}`).join(',')
  return text?.startsWith('#') ? ` ${text}` : (text ?? '')
}

async function directionOf({ layer, vector, probe }: typeof DirectionInput.$inferInput, names: Names): Promise<{ layer: number; vector: readonly number[] }> {
  if ((probe == null) === (vector == null)) throw new UserError('BAD_INPUT', 'A direction is a `vector` or that of a `probe`; give one of them.')
  if (vector != null) {
    if (layer == null) throw new UserError('BAD_INPUT', 'A vector is read at a layer; give `layer`.')
    return { layer, vector }
  }
  const named = await names.probe(probe!)
  const [only, ...more] = named.weights
  if (!only || more.length > 0)
    throw new UserError('BAD_INPUT', `The probe ${probe} has ${named.weights.length} directions, one for each class; a direction is one. As a subspace it is { subspace: { probe } }.`)
  return { layer: layer ?? named.layer, vector: only }
}

/** `names`: what the names of feature sets and probes stand for. */
export async function targetQuestion(
  target: typeof TargetInput.$inferInput | null | undefined, names: Names,
): Promise<TargetQuestion> {
  const { logit, logitDifference, direction, feature, answer } = target ?? {}
  if (answer) return { answer: answerName(answer) }
  if (logit) return { target: tokenName(logit) }
  if (direction) return { direction: await directionOf(direction, names) }
  if (feature) return { feature: { set: await names.set(feature.source), index: feature.index } }
  if (!logitDifference) return {}
  const { token, minus } = logitDifference
  return { target: token ? tokenName(token) : 'next', minus: tokenName(minus) }
}
