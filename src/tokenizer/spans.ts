/**
 * The library's offsets → spans in UTF-16 that are in order, do not overlap, and include every character that a reader would
 * count as part of a token.
 *
 * 1. If characters were left out, tokens are searched in the text, because the library counts on as if nothing were missing.
 * 2. In a run of byte tokens with one common range (a Unigram model writes unknown characters in this way), each token gets
 *    its own character.
 * 3. If ranges overlap (one character with several tokens), the last of the tokens gets the character.
 * 4. Marks that were composed with the letter before them, or dropped, belong to that letter's token. Blanks that were
 *    merged into one belong to the token of that one.
 * 5. Code points become UTF-16 units.
 */
import type { Piece, Pieces } from './pieces.ts'

export interface Span {
  start: number
  end: number
}

/**
 * `offsets`: start and end of each token in code points. Pieces are in the order of the tokens; null for tokens without
 * text.
 */
export function spansOf(
  text: string,
  offsets: Int32Array,
  pieces: readonly (Piece | null)[],
  { byteFallback, leavesOut }: Pick<Pieces, 'byteFallback' | 'leavesOut'>,
): (Span | null)[] {
  const spans = pieces.map((piece, k): Span | null => (piece ? { start: offsets[2 * k]!, end: offsets[2 * k + 1]! } : null))
  const characters = Array.from(text)
  if (leavesOut) lookUp(spans, pieces, characters)
  if (byteFallback) shareRuns(spans, pieces)
  const inText = spans.filter((span) => span !== null)
  cutOverlaps(inText)
  addMarks(inText, characters)
  addBlanks(inText, characters)
  const units = unitsOf(characters, text.length)
  for (const span of inText) {
    span.start = units(span.start)
    span.end = units(span.end)
  }
  return spans
}

/** Searches tokens in the text. A token that is not found literally (the text was normalised) keeps its span. */
function lookUp(spans: readonly (Span | null)[], pieces: readonly (Piece | null)[], characters: readonly string[]): void {
  const bytes = Buffer.from(characters.join(''))
  const characterAt = new Uint32Array(bytes.length + 1)
  let at = 0
  characters.forEach((character, k) => {
    const length = Buffer.byteLength(character)
    characterAt.fill(k, at, at + length)
    at += length
  })
  characterAt[bytes.length] = characters.length
  let from = 0
  for (const [k, piece] of pieces.entries()) {
    const span = spans[k]
    if (!span || !piece || piece.kind === 'unknown') continue
    const wanted = piece.kind === 'bytes' ? Buffer.from(piece.bytes) : Buffer.from(piece.text)
    // A space that the tokenizer inserted is not in the text.
    const bare = wanted[0] === BLANK ? wanted.subarray(1) : wanted
    const [full, stripped] = [bytes.indexOf(wanted, from), bytes.indexOf(bare, from)]
    const found = full >= 0 && full <= stripped ? wanted : bare
    const start = found === wanted ? full : stripped
    if (start < 0 || found.length === 0) continue
    span.start = characterAt[start]!
    span.end = characterAt[start + found.length - 1]! + 1
    from = start + found.length
  }
}

const BLANK = 0x20

function shareRuns(spans: readonly (Span | null)[], pieces: readonly (Piece | null)[]): void {
  for (let first = 0; first < spans.length; first++) {
    const range = spans[first]
    if (!range || range.end - range.start < 2 || pieces[first]?.kind !== 'bytes') continue
    let last = first
    const isAlike = (k: number) =>
      pieces[k]?.kind === 'bytes' && spans[k]?.start === range.start && spans[k]?.end === range.end
    while (isAlike(last + 1)) last++
    const run = pieces.slice(first, last + 1)
    const bytes = Uint8Array.from(run.flatMap((piece) => (piece?.kind === 'bytes' ? Array.from(piece.bytes) : [])))
    const { start, end } = range
    // Only if the range has as many characters as the bytes make, and each token is one byte, can the tokens be assigned.
    if (bytes.length === last - first + 1 && charactersIn(bytes) === end - start) {
      let character = start - 1
      bytes.forEach((byte, k) => {
        if (startsCharacter(byte)) character++
        spans[first + k]!.start = character
        spans[first + k]!.end = character + 1
      })
    }
    first = last
  }
}

const startsCharacter = (byte: number) => (byte & 0xc0) !== 0x80
const charactersIn = (bytes: Uint8Array) => bytes.filter(startsCharacter).length

function cutOverlaps(spans: readonly Span[]): void {
  let reached = 0
  spans.forEach((span, k) => {
    const next = spans[k + 1]?.start ?? Infinity
    span.start = Math.max(span.start, reached)
    span.end = Math.max(span.start, Math.min(span.end, next))
    reached = span.end
  })
}

/** Marks, and the vowels and finals of Korean letters, which are displayed as one character with the preceding one. */
const CONTINUES = /^[\p{M}\u{1160}-\u{11ff}\u{200c}\u{200d}]$/u

function addMarks(spans: readonly Span[], characters: readonly string[]): void {
  spans.forEach((span, k) => {
    const limit = spans[k + 1]?.start ?? characters.length
    if (span.end === span.start) return
    while (span.end < limit && CONTINUES.test(characters[span.end]!)) span.end++
  })
}

const IS_BLANK = /^\s$/u

function addBlanks(spans: readonly Span[], characters: readonly string[]): void {
  spans.forEach((span, k) => {
    const limit = spans[k - 1]?.end ?? span.start
    const isBlank = (at: number) => IS_BLANK.test(characters[at] ?? '')
    if (span.end === span.start || span.start === limit || !isBlank(span.start)) return
    let start = span.start
    while (start > limit && isBlank(start - 1)) start--
    if (start === limit) span.start = start
  })
}

/** Code points → UTF-16 units. */
function unitsOf(characters: readonly string[], length: number): (at: number) => number {
  if (characters.length === length) return (at) => at
  const units = new Uint32Array(characters.length + 1)
  characters.forEach((character, k) => { units[k + 1] = units[k]! + character.length })
  return (at) => units[Math.min(at, characters.length)]!
}
