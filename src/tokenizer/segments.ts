/**
 * Splits a text by Unicode's rules into words, sentences or user-perceived characters. `Intl.Segmenter` alone takes
 * time that grows with the square of the text (18 s for 100,000 characters), because each step looks at the whole
 * text. So it is given one window of the text at a time.
 */

export interface Segment {
  start: number
  text: string
  /** For words: whether it has letters or digits, unlike blanks and punctuation. */
  isWord: boolean
}

type Granularity = 'grapheme' | 'word' | 'sentence'

/** A fixed locale, because the segmentation must not depend on the machine's language. */
const LOCALE = 'en'

/** Small windows cost least, down to some 500 characters. */
const WINDOW_CHARACTERS = 1024

/**
 * The end of a segment depends on the text after it, at most up to the end of the second segment after it. So the last
 * two segments of a window are split again, together with the text after them. Text before a segment's start has no
 * influence, except for words found by a dictionary: there a window ends next to a blank or punctuation, or otherwise
 * after a word.
 */
export function* segmentsOf(text: string, granularity: Granularity, windowCharacters = WINDOW_CHARACTERS): Generator<Segment> {
  const segmenter = new Intl.Segmenter(LOCALE, { granularity })
  let start = 0
  let length = windowCharacters
  while (start < text.length) {
    const end = beforeCharacter(text, start + length)
    const found = Array.from(segmenter.segment(text.slice(start, end)), ({ segment, index, isWordLike }) =>
      ({ start: start + index, text: segment, isWord: isWordLike === true }))
    const isLast = end >= text.length
    const decided = isLast ? found.length : decidedOf(found)
    yield* found.slice(0, decided)
    start = isLast ? text.length : found[decided]!.start
    // If one segment fills the window, a longer window is needed to find its end.
    length = decided === 0 ? 2 * length : windowCharacters
  }
}

/** Moves a window's end before a surrogate pair, because half of a pair would count as a character. */
const beforeCharacter = (text: string, at: number): number =>
  /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at

function decidedOf(found: readonly Segment[]): number {
  const most = Math.max(0, found.length - 2)
  for (let k = most; k > 0; k--) if (!found[k - 1]!.isWord || !found[k]!.isWord) return k
  return most
}
