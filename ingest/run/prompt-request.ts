/** One prompt of a dataset → the request that answers it, and how its tokenizer writes it. */
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { resolveQuestion } from '../../src/attribution/resolve.ts'
import type { TokenView } from '../../src/attribution/result.ts'
import { isUserError } from '../../src/errors.ts'
import type { ModelIdentity } from '../../src/model/identity.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { questionOf, type RunOptions } from './options.ts'

export interface PromptRequest {
  request: AttributionRequest
  tokens: TokenView[]
  /** What the record expects, as it follows the prompt; null where it expects nothing. */
  answer: { tokenId: number; text: string; tokens: number } | null
}

export interface PromptModel {
  model: ModelIdentity
  tokenizer: Tokenizer
}

/** A prompt that cannot be asked (too long, an answer without tokens) is the prompt's failure, not the run's. */
export function promptRequest(
  prompt: { text: string; answer: string | null },
  options: RunOptions,
  { model, tokenizer }: PromptModel,
): PromptRequest | { reason: string } {
  try {
    const answer = prompt.answer === null ? null : describeAnswer(prompt.text, prompt.answer, tokenizer)
    const target = options.target === 'answer' && answer ? `#${answer.tokenId}` : 'next'
    const { request, tokens } = resolveQuestion({ ...questionOf(options), text: prompt.text, target }, { model, tokenizer })
    return { request, tokens, answer }
  } catch (error) {
    if (isUserError(error)) return { reason: error.message }
    throw error
  }
}

function describeAnswer(prompt: string, answer: string, tokenizer: Tokenizer): PromptRequest['answer'] {
  const ids = tokenizer.encodeAnswer(prompt, answer)
  const [tokenId] = ids
  return tokenId === undefined ? null : { tokenId, text: tokenizer.tokenText(tokenId), tokens: ids.length }
}
