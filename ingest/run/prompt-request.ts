/** Turns one prompt of a dataset into a prepared request, with the tokens that the tokenizer makes of it. */
import { z } from 'zod'
import { prepareQuestion, type PreparedQuestion, type ResolveContext } from '../../src/attribution/resolve.ts'
import { isUserError, UserError } from '../../src/errors.ts'
import type { TargetQuestion } from '../../src/attribution/target/kind.ts'
import { type ChatMessage, chatSchema } from '../../src/tokenizer/chat.ts'
import type { Tokenizer, TokenView } from '../../src/tokenizer/tokenizer.ts'
import { type PreparedInterventionQuestion, prepareInterventionQuestion } from '../../src/interventions/resolve.ts'
import { interventionQuestionOf, questionOf, type RunOptions } from './options.ts'

/** The second kind if the run asks for interventions. */
export type PreparedPrompt = PreparedQuestion | PreparedInterventionQuestion

export const isIntervention = (prepared: PreparedPrompt): prepared is PreparedInterventionQuestion => 'changes' in prepared.request
export const isAttribution = (prepared: PreparedPrompt): prepared is PreparedQuestion => !isIntervention(prepared)

export interface PromptRequest {
  prepared: PreparedPrompt
  /** The tokens of the prompt alone; if the target is a whole answer, the request continues them with its tokens. */
  promptTokens: readonly TokenView[]
  /** The record's expected answer as it follows the prompt; null if the record has none. */
  answer: { tokenId: number; text: string; tokens: number } | null
}

/** What an ingest needs of a model: how it reads text, and what a request will cost. No weights. */
export interface PromptModel extends ResolveContext {
  readonly tokenizer: Tokenizer
}

/** The fields of a record that a target may name. */
export interface PromptRecord {
  text: string
  answer: string | null
  subject?: string | null
  /** Whatever else the record had. */
  extra?: unknown
}

const FIELD = 'field:'

/** The field that a target's word names; null if it names none. */
export const fieldNamed = (name: string): string | null => (name.startsWith(FIELD) ? name.slice(FIELD.length) : null)

/** A prompt that cannot be asked (too long, an answer without tokens) is the prompt's failure, not the run's. */
export async function promptRequest(
  prompt: PromptRecord, options: RunOptions, model: PromptModel,
): Promise<PromptRequest | { reason: string }> {
  try {
    const messages = options.chat === undefined ? null : messagesOf(prompt, options.chat)
    // The answer of a chat follows the text that the template writes.
    const read = messages === null ? prompt : { ...prompt, text: (await model.tokenizer.renderChat(messages, model.model.name)).text }
    const answer = prompt.answer === null ? null : await firstToken(read.text, prompt.answer, model.tokenizer)
    const said = await targetOf(options, read, answer, model.tokenizer)
    const asked = messages === null ? { text: prompt.text } : { messages }
    const prepared = await prepareFor(options, { ...said, ...asked }, model, answer?.tokenId ?? null)
    const promptTokens = prepared.tokens.slice(0, prepared.tokens.length - answerTokensRead(prepared))
    return { prepared, answer, promptTokens: messages === null ? promptTokens : promptTokens.map(withoutPlace) }
  } catch (error) {
    if (isUserError(error)) return { reason: error.message }
    throw error
  }
}

/** Removes the spans of a chat's tokens, because they refer to the template's output and not to the record's text. */
const withoutPlace = (token: TokenView): TokenView => ({ ...token, start: null, end: null })

function messagesOf({ extra }: PromptRecord, field: string): ChatMessage[] {
  const value = extraSchema.parse(extra)[field]
  if (value === undefined) throw new UserError('BAD_INPUT', `This record has no field ${field}; --chat names the field that holds its messages.`)
  const read = chatSchema.safeParse(value)
  if (read.success) return read.data
  throw new UserError('BAD_INPUT', `The field ${field} of this record is no chat; expected [{"role": "user", "content": "…"}, …].`)
}

/** The tokens of an answer that the model reads: all but the last. */
const answerTokensRead = ({ request: { target } }: PreparedPrompt) => (target.type === 'answer' ? target.tokenIds.length - 1 : 0)

/** The target in the words of a question. */
async function targetOf(
  { target, minus, direction, feature, answer: whole }: RunOptions, prompt: PromptRecord, first: PromptRequest['answer'], tokenizer: Tokenizer,
): Promise<TargetQuestion> {
  const named = (name: string) => tokenOf(name, prompt, first, tokenizer)
  const difference = minus !== undefined && { minus: await named(minus) }
  if (whole !== undefined) return { answer: answerText(whole, prompt), ...difference }
  // A direction or a feature is read instead of a token.
  return direction || feature ? {} : { target: await named(target), ...difference }
}

function answerText(name: string, prompt: PromptRecord): string {
  const field = fieldNamed(name)
  if (field !== null) return fieldOf(prompt, field)
  if (name !== 'answer') return name
  if (prompt.answer !== null) return prompt.answer
  throw new UserError('BAD_INPUT', 'This record has no answer; name a field that holds one (field:NAME), or give a text.')
}

/** The question that a run asks of one prompt. */
export function prepareFor(
  options: RunOptions, prompt: TargetQuestion & ({ text: string } | { messages: readonly ChatMessage[] }), model: PromptModel,
  expectedTokenId: number | null = null,
): Promise<PreparedPrompt> {
  const { intervene } = options
  if (intervene === undefined) return prepareQuestion({ ...questionOf(options), ...prompt }, model, { expectedTokenId })
  return prepareInterventionQuestion({ ...interventionQuestionOf(options, intervene), ...prompt }, model)
}

/** What a target's word means for this record, as a question says it. */
async function tokenOf(
  name: string, prompt: PromptRecord, answer: PromptRequest['answer'], tokenizer: Tokenizer,
): Promise<string> {
  if (name === 'answer') return answer ? `#${answer.tokenId}` : 'next'
  const field = fieldNamed(name)
  if (field === null) return name
  const token = await firstToken(prompt.text, fieldOf(prompt, field), tokenizer)
  if (token) return `#${token.tokenId}`
  throw new UserError('BAD_INPUT', `The field ${field} of this record is a text without tokens.`)
}

const extraSchema = z.record(z.string(), z.unknown()).catch({})

function fieldOf(prompt: PromptRecord, field: string): string {
  const fields: Record<string, unknown> = {
    ...extraSchema.parse(prompt.extra), text: prompt.text, answer: prompt.answer, subject: prompt.subject,
  }
  const value = fields[field]
  if (typeof value === 'string' && value !== '') return value
  if (value !== undefined && value !== null)
    throw new UserError('BAD_INPUT', `The field ${field} of this record is ${JSON.stringify(value)}; a target needs a text.`)
  const known = Object.keys(fields).filter((name) => typeof fields[name] === 'string')
  throw new UserError('BAD_INPUT', `This record has no field ${field}; its texts are ${known.join(', ')}.`)
}

async function firstToken(prompt: string, answer: string, tokenizer: Tokenizer): Promise<PromptRequest['answer']> {
  const ids = await tokenizer.encodeAnswer(prompt, answer)
  const [tokenId] = ids
  return tokenId === undefined ? null : { tokenId, text: tokenizer.tokenText(tokenId), tokens: ids.length }
}
