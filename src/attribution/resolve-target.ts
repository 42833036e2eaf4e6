/** What is attributed: the words people use for a token, or a direction → a checked target. */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { Target } from './request.ts'
import { requireToken, type ResolvedPrompt } from './resolve-prompt.ts'
import { requireVector } from './resolve-vector.ts'

export interface TargetQuestion {
  /**
   * `next` (the model's own next token), `#123` (a token id), or text that is one token where it follows the prompt.
   * A blank in front is taken as written; without one it is added where the tokenizer wants one.
   */
  target?: string | null
  /** Makes it a difference of two logits: target minus this. */
  minus?: string | null
  /** Instead of a token. */
  direction?: DirectionQuestion | null
}

interface DirectionQuestion {
  /** [D] */
  vector: readonly number[]
  /** The layer whose input is read; by default L, the stream before the final norm. */
  layer?: number | null
}

export function resolveTarget(
  question: TargetQuestion,
  prompt: ResolvedPrompt,
  position: number,
  model: ModelIdentity,
  tokenizer: Tokenizer | null,
): Target {
  const { target = null, minus = null, direction = null } = question
  if (direction !== null) {
    if (target !== null || minus !== null)
      throw new UserError('BAD_INPUT', 'A target token and a direction were given; give one of them.')
    return resolveDirection(direction, model)
  }
  const tokenNamed = (name: string, what: string) =>
    /^#[\d-]/.test(name)
      ? tokenOfId(name.slice(1), model, what)
      : tokenOfText(name, textUpTo(prompt, position), model, tokenizer, what)
  const tokenId = target === null || target === 'next' ? 'next' : tokenNamed(target, 'target')
  if (minus === null) return { type: 'logit', tokenId }
  const minusTokenId = tokenNamed(minus, 'token to subtract')
  if (tokenId === minusTokenId)
    throw new UserError('BAD_INPUT', `The target and the token to subtract are the same (#${tokenId}); give two different ones.`)
  return { type: 'logitDifference', tokenId, minusTokenId }
}

function tokenOfId(digits: string, model: ModelIdentity, what: string): number {
  const id = /^\d+$/.test(digits) ? Number(digits) : NaN
  if (Number.isNaN(id)) throw new UserError('BAD_INPUT', `The ${what} #${digits} is not a token id; expected # and a whole number.`)
  requireToken(id, model, `The ${what}`)
  return id
}

function tokenOfText(text: string, before: string, model: ModelIdentity, tokenizer: Tokenizer | null, what: string): number {
  if (text === '') throw new UserError('BAD_INPUT', `The ${what} is empty; give a text, # and a token id, or next.`)
  if (!tokenizer)
    throw new UserError(
      'BAD_INPUT',
      `The model ${model.name} has no tokenizer.json, so the ${what} ${JSON.stringify(text)} means nothing to it; give # and a token id.`,
    )
  return /^\s/.test(text) ? tokenizer.findTarget(text) : tokenizer.findTarget(text, before)
}

/** What stands before the token that is asked about. */
function textUpTo({ tokens, text }: ResolvedPrompt, position: number): string {
  if (text === null || position === tokens.length - 1) return text ?? ''
  const end = tokens.slice(0, position + 1).findLast((token) => token.end !== null)?.end ?? 0
  return text.slice(0, end)
}

function resolveDirection({ layer: given, vector }: DirectionQuestion, model: ModelIdentity): Target {
  const layer = given ?? model.layers
  if (!Number.isInteger(layer) || layer < 0 || layer > model.layers)
    throw new UserError(
      'BAD_INPUT',
      `The direction is to be read at layer ${layer}; ${model.name} has the layer inputs 0 to ${model.layers - 1}, and ` +
        `${model.layers} for the stream before the final norm.`,
    )
  requireVector(vector, model, 'The direction')
  if (vector.every((value) => value === 0)) throw new UserError('BAD_INPUT', 'The direction is all zeros; every score would be 0.')
  return { type: 'direction', layer, vector: [...vector] }
}
