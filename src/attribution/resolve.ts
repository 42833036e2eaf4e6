/**
 * What people say → an attribution request: text, words for a target, negative positions and everything left out become
 * the numbers that a request consists of. The one place where defaults are decided, for the command line and GraphQL
 * alike; what cannot be meant is refused with a sentence.
 */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { Estimate } from './attributor.ts'
import { DEFAULT_TEMPERATURE, MAX_DECODED, type AttributionRequest, type Mode, type Rule } from './request.ts'
import { describeCost } from './resolve-cost.ts'
import { resolvePartition, type PartitionQuestion } from './resolve-partition.ts'
import { resolvePrompt, type PromptQuestion, type ResolvedPrompt } from './resolve-prompt.ts'
import { resolveTarget, type TargetQuestion } from './resolve-target.ts'
import type { TokenView } from './result.ts'

export interface AttributionQuestion extends PromptQuestion, TargetQuestion, PartitionQuestion {
  /** Where the target is read; negative counts from the end. By default the last. */
  position?: number | null
  mode?: Mode | null
  rule?: Rule | null
  /** τ of the softmax rule. */
  temperature?: number | null
  /** Also decode each component: its tokens with the k largest logits. */
  decode?: number | null
  /** For `token`; by default true where the tokenizer adds a beginning-of-sequence token. */
  excludeFirst?: boolean | null
}

/** What resolving needs to know of a model; an Attributor is one, and so is what a server knows without its weights. */
export interface ResolveContext {
  readonly model: ModelIdentity
  readonly tokenizer: Tokenizer | null
  /** Says what an over-long prompt would have cost; left out where nothing can tell. */
  estimate?(request: AttributionRequest): Estimate
}

interface ResolvedQuestion {
  request: AttributionRequest
  /** The prompt's tokens, for showing. */
  tokens: TokenView[]
  /** What the groups of a group partition are called, in its order. */
  groupLabels: string[] | null
}

export function resolveQuestion(question: AttributionQuestion, context: ResolveContext): ResolvedQuestion {
  const { model, tokenizer } = context
  const prompt = resolvePrompt(question, model, tokenizer)
  const { partition, groupLabels } = resolvePartition(question, prompt, model)
  const base = {
    tokenIds: prompt.tokens.map((token) => token.id),
    partition,
    mode: question.mode ?? 'corrected',
    ...resolveRule(question),
    excludeFirst: resolveExcludeFirst(question, tokenizer),
  }
  refuseOverlong(base, prompt, context)
  const position = resolvePosition(question.position ?? -1, prompt.tokens.length)
  const target = resolveTarget(question, prompt, position, model, tokenizer)
  const request: AttributionRequest = { ...base, position, target, ...resolveDecode(question) }
  refuseUnreachable(request)
  return { request, tokens: prompt.tokens, groupLabels }
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

function resolveRule({ rule, temperature }: AttributionQuestion): { rule: Rule; temperature: number } {
  const chosen = rule ?? 'softmax'
  if (temperature == null) return { rule: chosen, temperature: DEFAULT_TEMPERATURE }
  if (chosen !== 'softmax')
    throw new UserError('BAD_INPUT', `The temperature belongs to the softmax rule; leave it out with the rule ${chosen}.`)
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new UserError('BAD_INPUT', `The temperature is ${temperature}; expected a number above 0, such as ${DEFAULT_TEMPERATURE}.`)
  return { rule: chosen, temperature }
}

function resolveExcludeFirst({ by, mode, excludeFirst }: AttributionQuestion, tokenizer: Tokenizer | null): boolean {
  // The authors' code excludes the first token always, whatever it is.
  const byDefault = mode === 'reference' || (tokenizer?.beginningOfSequence ?? null) !== null
  if (by === 'token') return excludeFirst ?? byDefault
  if (excludeFirst) throw new UserError('BAD_INPUT', `Excluding the first token belongs to a split by token, but the split is by ${by}.`)
  return false
}

function refuseOverlong(base: Omit<AttributionRequest, 'position' | 'target'>, prompt: ResolvedPrompt, context: ResolveContext) {
  const { model } = context
  const length = prompt.tokens.length
  if (length <= model.maxPositions) return
  const cost = context.estimate?.({ ...base, position: length - 1, target: { type: 'logit', tokenId: 'next' } })
  throw new UserError(
    'TOO_LARGE',
    `The prompt has ${length} tokens, but ${model.name} takes at most ${model.maxPositions}` +
      `${cost ? ` (it would have needed ${describeCost(cost)})` : ''}; shorten it by ${length - model.maxPositions} tokens.`,
  )
}

/** A direction that is read before the split is made says nothing about its components. */
function refuseUnreachable({ partition, target }: AttributionRequest) {
  if (target.type !== 'direction' || partition.layer === 'all') return
  const splitsInput = partition.by === 'token' || partition.by === 'group' || partition.by === 'subspace'
  const first = splitsInput ? partition.layer : partition.layer + 1
  if (target.layer < first)
    throw new UserError(
      'BAD_INPUT',
      `The direction is read at the input of layer ${target.layer}, before the split by ${partition.by} at layer ` +
        `${partition.layer}; read it at layer ${first} or later.`,
    )
}
