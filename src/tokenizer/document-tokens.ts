/** The tokens of a prompt as documents list them: texts that join to the prompt, and a name where a text is empty. */
import type { Tokenizer, TokenView } from './tokenizer.ts'

export interface DocumentToken {
  index: number
  id: number
  /** Empty for the first parts of a character that several tokens make up: the last of them has it. */
  text: string
  /** What to call a token without a text, such as `<0xE2>`. */
  label?: string
}

export const documentTokens = (tokens: readonly Pick<TokenView, 'index' | 'id' | 'text'>[], tokenizer: Pick<Tokenizer, 'tokenText'> | null): DocumentToken[] =>
  tokens.map(({ index, id, text }) => ({ index, id, text, ...(text === '' && tokenizer !== null && { label: tokenizer.tokenText(id) }) }))
