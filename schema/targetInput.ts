/** What to attribute, as a client says it: exactly one kind of target. */
import type { TargetQuestion } from '../src/attribution/resolve-target.ts'
import { builder } from './builder.ts'

const TokenInput = builder.inputType('TokenInput', {
  description: 'One token of the vocabulary, by exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({
      description: 'Text that is one token where it follows the prompt; the leading space may be left out.',
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
      required: true,
      description: 'The layer whose input is read; L (as many as there are) is the stream before the final norm.',
    }),
    vector: t.floatList({ required: true, description: 'D numbers.' }),
  }),
})

export const TargetInput = builder.inputType('TargetInput', {
  description: 'The number to attribute, exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    logit: t.field({ type: TokenInput, description: 'The logit of this token.' }),
    logitDifference: t.field({ type: LogitDifferenceInput, description: 'The difference of two logits.' }),
    direction: t.field({ type: DirectionInput, description: 'A projection on a direction.' }),
  }),
})

/** As the command line writes it: `#12` is an id and `next` the model's own choice, unless a blank makes them text. */
function tokenName({ text, id }: typeof TokenInput.$inferInput): string {
  if (id != null) return `#${id}`
  return text === 'next' || text?.startsWith('#') ? ` ${text}` : (text ?? '')
}

export function targetQuestion(target: typeof TargetInput.$inferInput | null | undefined): TargetQuestion {
  const { logit, logitDifference, direction } = target ?? {}
  if (logit) return { target: tokenName(logit) }
  if (direction) return { direction }
  if (!logitDifference) return {}
  const { token, minus } = logitDifference
  return { target: token ? tokenName(token) : 'next', minus: tokenName(minus) }
}
