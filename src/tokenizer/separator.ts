/** The separator between a prompt and its answer if the two are written as one text. */

/** Scripts that put no space between words. */
const unspacedScripts = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan']
const unspacedMarks = '。、，！？：；「」『』（）《》〈〉【】ー'
const UNSPACED = new RegExp(`[${unspacedScripts.map((name) => `\\p{Script=${name}}`).join('')}${unspacedMarks}]`, 'u')
/** Opening brackets and quotes, and signs that attach to what follows. */
const LEANS_FORWARD = /[\p{Ps}\p{Pi}¿¡$£€#@/\\-]/u
/** Closing brackets and quotes, and punctuation that attaches to what comes before. */
const LEANS_BACK = /[\p{Pe}\p{Pf}.,;:!?%…]/u
/** A straight quote is an opening one if no word precedes it. */
const OPENING_QUOTE = /(^|[\s\p{Ps}])["'`]$/u
const CONTRACTION = /^'(s|re|ve|ll|d|m|t)\b/iu

/** The separator, and the answer in the form that follows the prompt; the prompt is unchanged. */
export function joinAnswer(prompt: string, answer: string): { separator: '' | ' '; answer: string } {
  if (prompt === '') return { separator: '', answer }
  if (/\s$/u.test(prompt)) return { separator: '', answer: answer.trimStart() }
  if (/^\s/u.test(answer)) return { separator: '', answer }
  const last = prompt.match(/.$/su)?.[0] ?? ''
  const first = answer.match(/^./su)?.[0] ?? ''
  const touches = UNSPACED.test(last) || UNSPACED.test(first) || LEANS_FORWARD.test(last) || LEANS_BACK.test(first) ||
    OPENING_QUOTE.test(prompt) || CONTRACTION.test(answer)
  return { separator: touches ? '' : ' ', answer }
}
