/**
 * From a user's question about a head to a prepared one. Defaults are decided here, for the command line and GraphQL alike.
 */
import { prepareQuestion, type AttributionQuestion, type ResolveContext } from '../attribution/resolve.ts'
import { resolvePrompt } from '../attribution/resolve-prompt.ts'
import { resolvePartition } from '../depass/partition/kinds.ts'
import { UserError } from '../errors.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import { prepareAttention, type PreparedAttention } from './prepare.ts'
import { MAX_KEYS } from './request.ts'

const DEFAULT_KEYS = 5

export interface AttentionQuestion extends Omit<AttributionQuestion, 'position' | 'target' | 'minus' | 'direction' | 'feature' | 'decode' | 'mode'> {
  /** Which head. */
  attention: { layer: number; head: number }
  /** Negative counts from the end; by default the last. */
  query?: number | null
  /** Negative counts from the end; by default the keys with the highest attention. */
  key?: number | null
  /** How many keys with the highest attention; by default 5. */
  keys?: number | null
}

export interface PreparedAttentionQuestion extends PreparedAttention {
  readonly tokens: readonly TokenView[]
  /** The prompt as it was written; null for a prompt of token ids. */
  readonly text: string | null
  /** Sentences about what the user probably did not mean. */
  readonly warnings: readonly string[]
}

/** Refuses (UserError) a question that has no valid meaning, or that does not fit the model. */
export async function prepareAttentionQuestion(question: AttentionQuestion, context: ResolveContext): Promise<PreparedAttentionQuestion> {
  const { attention, query, key, keys, text, messages, tokenIds, rule, temperature, excludeFirst, ...partition } = question
  // Prompt, rule and first token are resolved like those of an attribution by token.
  const prompt = { text, messages, tokenIds }
  const read = { ...prompt, position: query, rule, temperature, by: 'token', ...(partition.by === 'token' && { excludeFirst }) }
  const { request: base, tokens, text: written, warnings } = await prepareQuestion(read, context)
  if (excludeFirst && partition.by !== 'token')
    throw new UserError('BAD_INPUT', `Excluding the first token belongs to a split by token, but the split is by ${partition.by}.`)
  if (key != null && keys != null) throw new UserError('BAD_INPUT', 'One key was named, and a number of keys; give one of them.')
  const resolved = resolvePartition(partition, await resolvePrompt(prompt, context.model, context.tokenizer), context.model)
  const request = {
    tokenIds: base.tokenIds, ...attention, query: base.position,
    keys: key == null ? { most: mostOf(keys ?? DEFAULT_KEYS) } : { key: fromEnd(key, tokens.length) },
    partition: resolved.partition, rule: base.rule, temperature: base.temperature,
    excludeFirst: partition.by === 'token' && base.excludeFirst,
  }
  return { ...prepareAttention(request, context, { groupLabels: resolved.groupLabels }), tokens, text: written, warnings }
}

function mostOf(keys: number): number {
  if (Number.isInteger(keys) && keys >= 1 && keys <= MAX_KEYS) return keys
  throw new UserError('BAD_INPUT', `${keys} keys were asked for; expected 1 to ${MAX_KEYS}.`)
}

function fromEnd(position: number, N: number): number {
  const at = position < 0 ? N + position : position
  if (Number.isInteger(at) && at >= 0 && at < N) return at
  throw new UserError(
    'BAD_INPUT', `The key ${position} was asked for, but the prompt has ${N} tokens: positions 0 to ${N - 1}, or -${N} to -1 from the end.`)
}
