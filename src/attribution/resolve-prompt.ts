/** The prompt: from text or token ids to the sequence that the model reads, with the text of every token. */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { ChatMessage, ChatSpan } from '../tokenizer/chat.ts'
import type { EncodedToken, Tokenizer, TokenView } from '../tokenizer/tokenizer.ts'

export interface ResolvedPrompt {
  tokens: TokenView[]
  /** The text that the tokens' offsets index; null without a tokenizer. */
  text: string | null
  /** Of a chat: the span of each message and whose it is. */
  messages?: readonly ChatSpan[]
  /** Hints at what the user probably did not mean. */
  warnings?: readonly string[]
  /** [T]: the answer that continues the prompt; `tokens` ends with all of the answer's tokens but the last. */
  answer?: readonly number[]
}

export interface PromptQuestion {
  text?: string | null
  /** A chat, which the model's chat template turns into text. */
  messages?: readonly ChatMessage[] | null
  tokenIds?: readonly number[] | null
  /** Continues the prompt: a text, or ids as `#1,#2`. */
  answer?: string | null
}

/** No token stands for more characters than this on average; longer texts are refused before they are tokenized. */
const CHARACTERS_PER_TOKEN = 32
const ALWAYS_TOKENIZED_CHARACTERS = 1 << 20

export async function resolvePrompt(
  question: PromptQuestion, model: ModelIdentity, tokenizer: Tokenizer | null,
): Promise<ResolvedPrompt> {
  const prompt = await promptAlone(question, model, tokenizer)
  return question.answer == null ? prompt : continued(prompt, await answerIds(question.answer, prompt, model, tokenizer), tokenizer)
}

/** The token ids of an answer that follows its prompt. */
async function answerIds(
  answer: string, { text }: ResolvedPrompt, model: ModelIdentity, tokenizer: Tokenizer | null,
): Promise<number[]> {
  if (/^#\d+(,#\d+)*$/.test(answer)) return answer.split(',').map((id) => Number(id.slice(1)))
  refuseBroken(answer, 'The answer')
  if (tokenizer && text !== null) return tokenizer.encodeAnswer(text, answer)
  throw new UserError(
    'BAD_INPUT',
    `The model ${model.name} has no tokenizer.json, so the answer ${JSON.stringify(answer)} means nothing to it; give its ids, as #1,#2.`,
  )
}

/** The prompt followed by every token of its answer but the last, which the model only predicts. */
function continued(prompt: ResolvedPrompt, answer: readonly number[], tokenizer: Tokenizer | null): ResolvedPrompt {
  const before = prompt.tokens.map(({ id }) => id)
  const read = answer.slice(0, -1)
  const described = tokenizer?.describe([...before, ...read]).slice(before.length)
    ?? read.map((id) => ({ id, text: `#${id}`, start: null, end: null }))
  let text = prompt.text
  const tokens = described.map(({ id, text: own, start }, t): TokenView => {
    const index = before.length + t
    if (text === null || start === null) return { index, id, text: own, start: null, end: null }
    const from = text.length
    text += own
    return { index, id, text: own, start: from, end: text.length }
  })
  return { ...prompt, text, tokens: [...prompt.tokens, ...tokens], answer }
}

async function promptAlone(
  question: PromptQuestion, model: ModelIdentity, tokenizer: Tokenizer | null,
): Promise<ResolvedPrompt> {
  const text = question.text ?? null
  const ids = question.tokenIds ?? null
  const messages = question.messages ?? null
  if (text !== null && ids !== null) throw new UserError('BAD_INPUT', 'The prompt was given as text and as token ids; give one of them.')
  if (messages !== null) {
    if (text === null && ids === null) return promptOfChat(messages, model, tokenizer)
    throw new UserError('BAD_INPUT', 'The prompt was given as messages and otherwise; give one of them.')
  }
  if (text !== null) return promptOfText(text, model, tokenizer)
  if (ids !== null) return promptOfIds(ids, model, tokenizer)
  throw new UserError('BAD_INPUT', 'There is no prompt; give it as text, as messages or as token ids.')
}

async function promptOfText(text: string, model: ModelIdentity, tokenizer: Tokenizer | null): Promise<ResolvedPrompt> {
  refuseBroken(text, 'The prompt')
  if (text.trim() === '') throw new UserError('BAD_INPUT', 'The prompt is empty; give a text of at least one word.')
  if (!tokenizer)
    throw new UserError('BAD_INPUT', `The model ${model.name} has no tokenizer.json; give the prompt as token ids.`)
  refuseLong(text, model)
  const tokens = withIndex(await tokenizer.encode(text))
  return { tokens, text, warnings: warningsOf(tokens, tokenizer) }
}

/** A tokenizer would silently read U+FFFD for half of a surrogate pair, which is no character. */
export function refuseBroken(text: string, what: string): void {
  const at = text.search(/\p{Surrogate}/u)
  if (at < 0) return
  const code = text.charCodeAt(at).toString(16).toUpperCase()
  throw new UserError('BAD_INPUT', `${what} has half of a surrogate pair (U+${code}) at character ${at}, which is no character; repair the text.`)
}

function refuseLong(text: string, model: ModelIdentity): void {
  const limit = Math.max(ALWAYS_TOKENIZED_CHARACTERS, model.maxPositions * CHARACTERS_PER_TOKEN)
  if (text.length > limit)
    throw new UserError(
      'TOO_LARGE',
      `The prompt has ${text.length} characters; the model ${model.name} takes at most ${model.maxPositions} tokens.`,
    )
}

/** Tokenizes the text of the chat template, which writes the special tokens itself. */
async function promptOfChat(
  messages: readonly ChatMessage[], model: ModelIdentity, tokenizer: Tokenizer | null,
): Promise<ResolvedPrompt> {
  if (!tokenizer)
    throw new UserError('BAD_INPUT', `The model ${model.name} has no tokenizer.json, so it has no chat; give the prompt as token ids.`)
  const chat = await tokenizer.renderChat(messages, model.name)
  refuseBroken(chat.text, 'The chat')
  refuseLong(chat.text, model)
  return { tokens: withIndex(await tokenizer.encode(chat.text, { specials: false })), ...chat }
}

/**
 * Warns of two beginning-of-sequence tokens. Models are trained on one; a second one changes every number without a
 * visible sign.
 */
function warningsOf(tokens: readonly TokenView[], { beginningOfSequence }: Tokenizer): string[] {
  const [first, second] = tokens
  const isTwice = beginningOfSequence !== null && first?.id === beginningOfSequence && second?.id === beginningOfSequence
  if (!isTwice) return []
  return [`The prompt begins with ${second.text}, which the tokenizer adds by itself: the model reads it twice; ` +
    'leave it out of the text.']
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

/** Token ids come without a text. Their text is made by joining the texts of all tokens that are not special. */
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
