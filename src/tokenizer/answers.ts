/** Which ids a user means by a target, and which ids an answer has after its prompt. */
import { UserError } from '../errors.ts'
import { joinAnswer } from './separator.ts'

/**
 * In characters. A longer target is refused unread; a shorter one of several tokens is refused with a list of them.
 */
const LONGEST_NAMED_TARGET = 1000

/** The functions of a tokenizer that are needed to find targets. */
export interface IdSource {
  /** The ids of each text by itself, without special tokens. */
  plain(texts: string[]): Promise<number[][]>
  continuation(text: string): Promise<number[]>
  isToken(id: number): boolean
  tokenText(id: number): string
  size: number
  /** No token has more characters. */
  longest: number
}

export async function encodeAnswer(source: IdSource, prompt: string, given: string): Promise<number[]> {
  const { separator, answer } = joinAnswer(prompt, given)
  const [promptIds = [], whole = []] = await source.plain([prompt, prompt + separator + answer])
  // If the answer would change the prompt's own tokens, it is encoded separately: the model sees those tokens unchanged.
  const stable = whole.length > promptIds.length && promptIds.every((id, k) => id === whole[k])
  const ids = stable ? whole.slice(promptIds.length) : await source.continuation(separator + answer)
  if (answer.trim() === '' || ids.length === 0) {
    throw new UserError('BAD_INPUT', `The answer ${JSON.stringify(given)} has no tokens; expected a word or more.`)
  }
  return ids
}

export async function findTarget(source: IdSource, text: string, prompt?: string): Promise<number> {
  const byId = /^#(\d+)$/.exec(text)?.[1]
  if (byId !== undefined) return knownId(source, Number(byId))
  if (text.length > Math.max(source.longest, LONGEST_NAMED_TARGET)) {
    throw new UserError('BAD_INPUT', `The target has ${text.length} characters, more than any token of this model; ` +
      'a target is one token, such as the first of that text.')
  }
  const ids = prompt === undefined ? await source.continuation(text) : await encodeAnswer(source, prompt, text)
  const [first] = ids
  if (first === undefined) throw new UserError('BAD_INPUT', 'The target is empty; give the text of one token, or #ID.')
  if (ids.length === 1) return first
  const list = ids.slice(0, 12).map((id) => `#${id} ${JSON.stringify(source.tokenText(id))}`).join(', ')
  throw new UserError('BAD_INPUT', `The target ${JSON.stringify(text)} is ${ids.length} tokens: ${list}` +
    `${ids.length > 12 ? ' …' : ''}; a target is one token. Take the first with --target '#${first}'.`)
}

function knownId({ isToken, size }: IdSource, id: number): number {
  if (isToken(id)) return id
  throw new UserError('BAD_INPUT', `The target #${id} is not a token; ids go from 0 to ${size - 1}.`)
}
