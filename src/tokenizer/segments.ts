/**
 * A text cut by Unicode's rules into words, sentences or what a reader sees as one character. `Intl.Segmenter` alone
 * takes time that grows with the square of the text (18 s for 100,000 characters), since each step looks at all of the
 * text it was given; so it is given windows.
 */

export interface Segment {
  start: number
  text: string
  /** Of words: letters or digits, and no blank or mark. */
  isWord: boolean
}

type Granularity = 'grapheme' | 'word' | 'sentence'

/** The segmentation of a text must not depend on the machine's language. */
const LOCALE = 'en'

/** Small ones cost least, down to some 500 characters. */
const WINDOW_CHARACTERS = 1024

/**
 * Where one segment ends is decided by what follows, at most to the end of the next but one: the last two of a window
 * are cut again with what comes after them. Nothing before a segment's start has a say in it, except where a
 * dictionary finds the words: there a window ends beside a blank or a mark, or, for want of any, after a word.
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
    // One segment fills it: a longer window is needed to see its end.
    length = decided === 0 ? 2 * length : windowCharacters
  }
}

/** Half a character would count as one of its own. */
const beforeCharacter = (text: string, at: number): number =>
  /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at

function decidedOf(found: readonly Segment[]): number {
  const most = Math.max(0, found.length - 2)
  for (let k = most; k > 0; k--) if (!found[k - 1]!.isWord || !found[k]!.isWord) return k
  return most
}
