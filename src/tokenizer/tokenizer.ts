/** Text ⇄ token ids. */
import type { ChatMessage, RenderedChat } from './chat.ts'

export interface EncodedToken {
  id: number
  /**
   * The text this token adds when the sequence is decoded, e.g. ` Paris`; special tokens are given as written, e.g. `<s>`.
   * If a character is spread over several tokens, the last one has the text and the others have none (''): `tokenText`
   * gives something to show for these.
   */
  text: string
  /**
   * UTF-16 offsets into the text; both null for tokens without a part of it (special tokens that the tokenizer adds). They
   * are in order and do not overlap. Start and end are equal if a later token completes the character that this one
   * begins.
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
  /** sha256 (hex) of whatever decides ids: of tokenizer.json alone if the files beside it change no id. */
  readonly hash: string
  /** The id that the tokenizer puts first in every sequence; null if it adds none. */
  readonly beginningOfSequence: number | null
  /** One more than the largest id. */
  readonly size: number
  /**
   * Encodes a text, by default with the special tokens that the model expects; a chat template writes its own. Refuses
   * (BAD_INPUT) a text that the library cannot read, or takes too long for.
   */
  encode(text: string, options?: { specials?: boolean }): Promise<EncodedToken[]>
  /**
   * Messages in the form of the folder's chat template. Refuses (BAD_INPUT) if there is no template, or if it refuses the
   * messages; the sentence calls the model as the caller does, because a folder is nobody's business but the server's.
   */
  renderChat(messages: readonly ChatMessage[], modelName?: string): Promise<RenderedChat>
  /** Ids of `text` as a continuation: without special tokens or an added space in front. */
  encodeContinuation(text: string): Promise<number[]>
  /**
   * The ids of `answer` after `prompt`, with a leading space if the prompt's language and the tokenizer need one. The
   * first id is the target of a benchmark record. Refuses (BAD_INPUT) an answer without tokens.
   */
  encodeAnswer(prompt: string, answer: string): Promise<number[]>
  /**
   * The one id that a user means by `text`: a token's text exactly as written (` Paris` and `Paris` differ), or `#ID`.
   * With a prompt, the text in the form that follows the prompt. Refuses (BAD_INPUT) a text of several tokens, and names
   * them.
   */
  findTarget(text: string, prompt?: string): Promise<number>
  /** The tokens of a sequence of ids. Offsets are into the decoded text of the sequence, without special tokens. */
  describe(ids: readonly number[]): EncodedToken[]
  /**
   * The text of one id as it would appear after other text, e.g. ` Paris`. It is for people, so it is never empty: a part
   * of a character is given by its bytes, `<0xE2><0x82>`, and an id that the tokenizer does not know as `#ID`.
   */
  tokenText(id: number): string
}
