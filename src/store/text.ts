/**
 * Postgres stores every text except U+0000 and halves of surrogate pairs. Both occur in the texts of a model's
 * vocabulary (tokens can be single bytes). In texts from users they are refused where the texts come in.
 */
const NUL_PICTURE = '\u2400'
const REPLACEMENT = '\uFFFD'

/** The nearest text that can be stored: U+0000 becomes its picture ␀. */
export const storableText = (text: string): string =>
  text.replaceAll('\0', NUL_PICTURE).replace(/\p{Surrogate}/gu, REPLACEMENT)

/** Why `text` cannot be stored unchanged; null if it can. */
export function whyUnstorable(text: string): string | null {
  if (text.includes('\0')) return 'it holds the character U+0000'
  return /\p{Surrogate}/u.test(text) ? 'it holds half of a surrogate pair' : null
}
