/**
 * Postgres stores every text but U+0000 and halves of surrogate pairs. In what a model's vocabulary spells, both occur
 * (bytes as tokens); what people send is refused where it comes in.
 */
const NUL_PICTURE = '\u2400'
const REPLACEMENT = '\uFFFD'

/** The nearest text that can be stored: U+0000 as its picture ␀. */
export const storableText = (text: string): string =>
  text.replaceAll('\0', NUL_PICTURE).replace(/\p{Surrogate}/gu, REPLACEMENT)

/** Why `text` cannot be stored as it is; null where it can. */
export function whyUnstorable(text: string): string | null {
  if (text.includes('\0')) return 'it holds the character U+0000'
  return /\p{Surrogate}/u.test(text) ? 'it holds half of a surrogate pair' : null
}
