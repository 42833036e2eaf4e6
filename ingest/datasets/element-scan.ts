/**
 * Finds the end of an element of JSON byte by byte, looking only at quotes and brackets. Two rules keep the damage of
 * an error in the file local. A quote that is not closed on its line opened nothing, since JSON allows no raw line
 * break in a string. A closing brace closes everything opened inside its pair. Every byte is looked at twice at most,
 * whatever the brackets say.
 */
export const QUOTE = 0x22
export const BACKSLASH = 0x5c
export const NEWLINE = 0x0a
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d

/** 1 for the bytes that matter to a scan; nearly all bytes of a file do not. */
const MEANS_SOMETHING = new Uint8Array(256)
for (const byte of [QUOTE, BACKSLASH, NEWLINE, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT])
  MEANS_SOMETHING[byte] = 1

/** No real record opens more brackets; a file that does would only fill the memory. */
const MOST_OPEN = 100_000

export class ElementScan {
  /** Line breaks so far. */
  lines = 0
  /** The brackets that are open, by the byte that opened them, and how many of them are braces. */
  #open: number[] = []
  #objects = 0
  /** Where the open string begins; -1 if none is open. */
  #stringStart = -1

  /**
   * The element ends before `closer` or before a comma. With `through`, commas end nothing, and everything up to
   * `closer` is one element.
   */
  constructor(
    private readonly closer: number,
    private readonly through: boolean,
  ) {}

  get depth(): number {
    return this.#open.length
  }

  get isTooDeep(): boolean {
    return this.#open.length > MOST_OPEN
  }

  /**
   * Goes on at `from`. If the element ends in these bytes, returns the place of its comma or closer; else -1 - p, where
   * p is the place to go on from when there are more bytes.
   */
  scan(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (MEANS_SOMETHING[byte] === 0) continue
      if (byte === NEWLINE) {
        if (this.#stringStart < 0) this.lines++
        // The string's beginning may have been forgotten if the record is too large anyway.
        else at = this.#stringStart
        this.#stringStart = -1
      } else if (byte === BACKSLASH) {
        // A backslash hides the next character, which may come with the next bytes. It does not hide a line break.
        if (at + 1 === bytes.length) return -1 - at
        if (bytes[at + 1] !== NEWLINE) at++
      } else if (byte === QUOTE) this.#stringStart = this.#stringStart < 0 ? at : -1
      else if (this.#stringStart >= 0) continue
      else if (this.#open.length === 0 && ((byte === COMMA && !this.through) || byte === this.closer)) return at
      else if (byte !== COMMA) this.#bracket(byte)
      if (this.isTooDeep) return -1 - at
    }
    return -1 - bytes.length
  }

  /** The bytes before `place` are forgotten, so the byte at `place` is now at 0. */
  forget(place: number): void {
    if (this.#stringStart >= 0) this.#stringStart = Math.max(0, this.#stringStart - place)
  }

  #bracket(byte: number): void {
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open.push(byte)
      if (byte === OPEN_OBJECT) this.#objects++
    } else this.#close(byte === CLOSE_OBJECT ? OPEN_OBJECT : OPEN_ARRAY)
  }

  /**
   * Closes the innermost `opener` and everything left open inside it; a closer without an opener closes nothing. Every
   * bracket is removed once, and openers that do not exist are not searched for. So all calls together take time in
   * proportion to the number of brackets opened.
   */
  #close(opener: number): void {
    const isThere = opener === OPEN_OBJECT ? this.#objects > 0 : this.#open.length > this.#objects
    if (!isThere) return
    for (;;) {
      const last = this.#open.pop()
      if (last === OPEN_OBJECT) this.#objects--
      if (last === opener) return
    }
  }
}
