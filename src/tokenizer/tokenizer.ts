/** Text ⇄ token ids. */
export interface EncodedToken {
  id: number
  /** The text this token adds when the sequence is decoded, e.g. ` Paris`; specials show as written, e.g. `<s>`. */
  text: string
  /** UTF-16 offsets into the encoded text; both null for tokens that stand for no part of it (specials). */
  start: number | null
  end: number | null
}

export interface Tokenizer {
  /** sha256 (hex) of tokenizer.json. */
  readonly hash: string
  /** The id that the tokenizer puts first in every sequence, or null when it adds none. */
  readonly beginningOfSequence: number | null
  /** With special tokens added as the model expects them. */
  encode(text: string): EncodedToken[]
  /** Ids of `text` as a continuation: no special tokens, no prefix space of its own. */
  encodeContinuation(text: string): number[]
  /**
   * The ids that `answer` has when it follows `prompt`: with the leading space where the language of the prompt and the
   * tokenizer want one. The first is the target of a benchmark record.
   */
  encodeAnswer(prompt: string, answer: string): number[]
  /** Each token of a sequence given as ids, with the text it stands for. */
  describe(ids: readonly number[]): EncodedToken[]
  /** The text of one id as it would appear after other text, e.g. ` Paris`. */
  tokenText(id: number): string
  readonly size: number
}
