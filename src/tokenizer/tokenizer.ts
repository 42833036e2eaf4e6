/** Text ⇄ token ids. */
import type { ChatMessage, RenderedChat } from './chat.ts'

export interface EncodedToken {
  id: number
  /**
   * The text this token adds when the sequence is decoded, e.g. ` Paris`; specials show as written, e.g. `<s>`. Of a
   * character that is spread over several tokens the last one has the text and the others have none (''):
   * `tokenText` gives something to show for these.
   */
  text: string
  /**
   * UTF-16 offsets into the text; both null for tokens that stand for no part of it (specials that the tokenizer adds).
   * In order and without overlap; equal where a later token completes the character that this one begins.
   */
  start: number | null
  end: number | null
}

/** One token of a sequence, with the text that it stands for. */
export interface TokenView extends EncodedToken {
  /** Its position, from 0. */
  index: number
}

export interface Tokenizer {
  /** sha256 (hex) of what decides ids: of tokenizer.json alone where the files beside it change none. */
  readonly hash: string
  /** The id that the tokenizer puts first in every sequence, or null when it adds none. */
  readonly beginningOfSequence: number | null
  /** One more than the largest id. */
  readonly size: number
  /**
   * With special tokens added as the model expects them, unless told otherwise: a chat template writes its own. Refuses
   * (BAD_INPUT) a text that the library cannot read or takes too long for.
   */
  encode(text: string, options?: { specials?: boolean }): Promise<EncodedToken[]>
  /** Messages as the folder's chat template writes them. Refuses (BAD_INPUT) where there is none, or it takes them not. */
  renderChat(messages: readonly ChatMessage[]): Promise<RenderedChat>
  /** Ids of `text` as a continuation: no special tokens, no prefix space of its own. */
  encodeContinuation(text: string): Promise<number[]>
  /**
   * The ids that `answer` has when it follows `prompt`: with the leading space where the language of the prompt and the
   * tokenizer want one. The first is the target of a benchmark record. Refuses (BAD_INPUT) an answer without tokens.
   */
  encodeAnswer(prompt: string, answer: string): Promise<number[]>
  /**
   * The one id that a user means by `text`: a token's text exactly as written (` Paris` and `Paris` differ), or `#ID`.
   * With a prompt, the text as it would follow it. Refuses (BAD_INPUT) what is several tokens, and names them.
   */
  findTarget(text: string, prompt?: string): Promise<number>
  /** Each token of a sequence given as ids; offsets into the text that the sequence decodes to, specials left out. */
  describe(ids: readonly number[]): EncodedToken[]
  /**
   * The text of one id as it would appear after other text, e.g. ` Paris`. For a person to read, so never empty: a part
   * of a character is given by its bytes, `<0xE2><0x82>`, and an id that the tokenizer does not know as `#ID`.
   */
  tokenText(id: number): string
}
