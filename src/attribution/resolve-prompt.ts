/** The prompt: text or token ids → the sequence that the model reads, with the text of every token. */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { EncodedToken, Tokenizer } from '../tokenizer/tokenizer.ts'
import type { TokenView } from './result.ts'

export interface ResolvedPrompt {
  tokens: TokenView[]
  /** What the tokens' offsets count in; null without a tokenizer. */
  text: string | null
}

export interface PromptQuestion {
  text?: string | null
  tokenIds?: readonly number[] | null
}

/** No token stands for more characters than this on average; longer texts are refused before they are tokenized. */
const CHARACTERS_PER_TOKEN = 32
const ALWAYS_TOKENIZED_CHARACTERS = 1 << 20

export function resolvePrompt(question: PromptQuestion, model: ModelIdentity, tokenizer: Tokenizer | null): ResolvedPrompt {
  const text = question.text ?? null
  const ids = question.tokenIds ?? null
  if (text !== null && ids !== null) throw new UserError('BAD_INPUT', 'The prompt was given as text and as token ids; give one of them.')
  if (text !== null) return promptOfText(text, model, tokenizer)
  if (ids !== null) return promptOfIds(ids, model, tokenizer)
  throw new UserError('BAD_INPUT', 'There is no prompt; give it as text or as token ids.')
}

function promptOfText(text: string, model: ModelIdentity, tokenizer: Tokenizer | null): ResolvedPrompt {
  if (text.trim() === '') throw new UserError('BAD_INPUT', 'The prompt is empty; give a text of at least one word.')
  if (!tokenizer)
    throw new UserError('BAD_INPUT', `The model ${model.name} has no tokenizer.json; give the prompt as token ids.`)
  const limit = Math.max(ALWAYS_TOKENIZED_CHARACTERS, model.maxPositions * CHARACTERS_PER_TOKEN)
  if (text.length > limit)
    throw new UserError(
      'TOO_LARGE',
      `The prompt has ${text.length} characters; the model ${model.name} takes at most ${model.maxPositions} tokens.`,
    )
  return { tokens: withIndex(tokenizer.encode(text)), text }
}

function promptOfIds(ids: readonly number[], model: ModelIdentity, tokenizer: Tokenizer | null): ResolvedPrompt {
  if (ids.length === 0) throw new UserError('BAD_INPUT', 'The list of token ids is empty; give at least one id.')
  for (const [index, id] of ids.entries()) requireToken(id, model, `Token ${index} of the prompt`)
  if (!tokenizer) return { tokens: ids.map((id, index) => ({ index, id, text: `#${id}`, start: null, end: null })), text: null }
  return placeTokens(tokenizer.describe(ids))
}

export function requireToken(id: number, model: ModelIdentity, what: string): void {
  if (Number.isInteger(id) && id >= 0 && id < model.vocabularySize) return
  throw new UserError(
    'BAD_INPUT',
    `${what} is ${id}; the ids of ${model.name} are the whole numbers from 0 to ${model.vocabularySize - 1}.`,
  )
}

const withIndex = (tokens: readonly EncodedToken[]): TokenView[] =>
  tokens.map(({ id, text, start, end }, index) => ({ index, id, text, start, end }))

/** Ids come without a text; theirs is what the tokens say one after another, specials apart. */
function placeTokens(described: readonly EncodedToken[]): ResolvedPrompt {
  let text = ''
  const tokens = described.map((token, index): TokenView => {
    const special = token.start === null
    const start = special ? null : text.length
    if (!special) text += token.text
    return { index, id: token.id, text: token.text, start, end: special ? null : text.length }
  })
  return { tokens, text }
}
