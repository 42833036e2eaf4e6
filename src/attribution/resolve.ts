/**
 * From a user's question to a prepared request: text, words for a target, negative positions and defaults become the
 * numbers of a request. Defaults are decided only here, for the command line, ingest and GraphQL alike. A question
 * without a valid meaning is refused with a sentence that says why.
 */
import { resolvePartition } from '../depass/partition/kinds.ts'
import type { PartitionQuestion } from '../depass/partition/kind.ts'
import { UserError } from '../errors.ts'
import type { ChatSpan } from '../tokenizer/chat.ts'
import type { Tokenizer, TokenView } from '../tokenizer/tokenizer.ts'
import { describeCost } from './cost.ts'
import { excludesFirst } from './exclude-first.ts'
import { prepareRequest, type PrepareContext, type PreparedRequest, type PrepareOptions } from './prepare.ts'
import { DEFAULT_TEMPERATURE, MAX_DECODED, type AttributionRequest, type Mode, type Rule } from './request.ts'
import { resolvePrompt, type PromptQuestion } from './resolve-prompt.ts'
import type { TargetQuestion } from './target/kind.ts'
import { resolveTarget } from './target/kinds.ts'
import { counted } from '../counted.ts'

export interface AttributionQuestion extends PromptQuestion, TargetQuestion, PartitionQuestion {
  /** Where the target is read; negative counts from the end. By default the last. */
  position?: number | null
  mode?: Mode | null
  rule?: Rule | null
  /** τ of the softmax rule. */
  temperature?: number | null
  /** Also decode each component: the tokens with its k largest logits. */
  decode?: number | null
  /** For `token`; by default true if the tokenizer adds a beginning-of-sequence token. */
  excludeFirst?: boolean | null
}

/** What a question is resolved with. An Attributor has it, and so does a server that knows a model without its weights. */
export interface ResolveContext extends PrepareContext {
  readonly tokenizer: Tokenizer | null
}

export interface PreparedQuestion extends PreparedRequest {
  /** The prompt's tokens, for showing. */
  readonly tokens: readonly TokenView[]
  /** The prompt as it was written, which the tokens' offsets index; null for a prompt of token ids. */
  readonly text: string | null
  /** Of a chat: the span of each message and whose it is. */
  readonly messages?: readonly ChatSpan[]
  /** Sentences about what the user probably did not mean. */
  readonly warnings: readonly string[]
}

/** Refuses (UserError) a question that has no valid meaning, or that does not fit the model. */
export async function prepareQuestion(
  question: AttributionQuestion, context: ResolveContext, { expectedTokenId = null }: Partial<Pick<PrepareOptions, 'expectedTokenId'>> = {},
): Promise<PreparedQuestion> {
  const { model, tokenizer } = context
  const prompt = await resolvePrompt(question, model, tokenizer)
  const { partition, groupLabels } = resolvePartition(question, prompt, model)
  const base = {
    tokenIds: prompt.tokens.map((token) => token.id),
    partition,
    mode: question.mode ?? 'corrected',
    ...resolveRule(question),
    excludeFirst: resolveExcludeFirst(question, tokenizer),
  }
  refuseOverlong(base, context)
  refusePositionOfAnswer(question)
  const position = resolvePosition(question.position ?? -1, prompt.tokens.length)
  const target = await resolveTarget(question, { prompt, position, model, tokenizer })
  const request: AttributionRequest = { ...base, position, target, ...resolveDecode(question) }
  return {
    ...prepareRequest(request, context, { groupLabels, expectedTokenId }),
    tokens: prompt.tokens,
    text: question.tokenIds == null ? prompt.text : null,
    ...(prompt.messages && { messages: prompt.messages }),
    warnings: prompt.warnings ?? [],
  }
}

function refusePositionOfAnswer({ answer, position }: AttributionQuestion): void {
  if (answer == null || position == null || position === -1) return
  throw new UserError(
    'BAD_INPUT',
    `Position ${position} was asked for with a whole answer, whose tokens are read where each is predicted; leave the position out.`,
  )
}

function resolveDecode({ decode }: AttributionQuestion): { decode?: number } {
  if (decode == null) return {}
  if (Number.isInteger(decode) && decode >= 1 && decode <= MAX_DECODED) return { decode }
  throw new UserError('BAD_INPUT', `${decode} decoded tokens were asked for; expected 1 to ${MAX_DECODED} for each component.`)
}

function resolvePosition(position: number, length: number): number {
  const at = position < 0 ? length + position : position
  if (Number.isInteger(at) && at >= 0 && at < length) return at
  throw new UserError(
    'BAD_INPUT',
    `Position ${position} was asked for, but the prompt has ${length} tokens: positions 0 to ${length - 1}, or -${length} to -1 from the end.`,
  )
}

/**
 * Relevances are divided by the temperature in float32. Beyond these it would overflow for models with large relevances,
 * and at these already one component takes everything, or all take the same.
 */
const LEAST_TEMPERATURE = 1e-6
const LARGEST_TEMPERATURE = 1e6

function resolveRule({ rule, temperature }: AttributionQuestion): { rule: Rule; temperature: number } {
  const chosen = rule ?? 'softmax'
  if (temperature == null) return { rule: chosen, temperature: DEFAULT_TEMPERATURE }
  if (chosen !== 'softmax')
    throw new UserError('BAD_INPUT', `The temperature belongs to the softmax rule; leave it out with the rule ${chosen}.`)
  if (!(temperature >= LEAST_TEMPERATURE && temperature <= LARGEST_TEMPERATURE))
    throw new UserError(
      'BAD_INPUT', `The temperature is ${temperature}; expected a number from ${LEAST_TEMPERATURE} to ${LARGEST_TEMPERATURE}, such as ${DEFAULT_TEMPERATURE}.`)
  return { rule: chosen, temperature }
}

function resolveExcludeFirst({ by, mode, rule, excludeFirst }: AttributionQuestion, tokenizer: Tokenizer | null): boolean {
  if (by === 'token') return excludeFirst ?? excludesFirst({ mode: mode ?? 'corrected', rule: rule ?? 'softmax' }, tokenizer)
  if (excludeFirst) throw new UserError('BAD_INPUT', `Excluding the first token belongs to a split by token, but the split is by ${by}.`)
  return false
}

/** Refuses a prompt that is too long before its target is resolved, and says what it would have cost. */
function refuseOverlong(base: Omit<AttributionRequest, 'position' | 'target'>, context: ResolveContext): void {
  const { model, config, engine, memoryLimitBytes } = context
  const length = base.tokenIds.length
  if (length <= model.maxPositions) return
  // Field by field: a context may be a loaded model, whose getters a spread would leave out.
  const roomy: PrepareContext = { config, engine, memoryLimitBytes, model: { ...model, maxPositions: length } }
  const { plan } = prepareRequest({ ...base, position: length - 1, target: { type: 'logit', tokenId: 'next' } }, roomy)
  throw new UserError(
    'TOO_LARGE',
    `The prompt has ${length} tokens, but ${model.name} takes at most ${model.maxPositions}` +
      `${plan ? ` (it would have needed ${describeCost(plan.cost)})` : ''}; shorten it by ${counted(length - model.maxPositions, 'token')}.`,
  )
}
