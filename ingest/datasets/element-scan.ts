/**
 * Where an element of JSON ends, found byte by byte by quotes and brackets alone. Two rules keep the damage of a slip
 * local: a quote that is not closed on its line opened nothing (JSON allows no raw line break in a string), and a closing
 * brace closes everything opened inside its pair. Every byte is looked at twice at most, whatever the brackets say.
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

/** 1 for the bytes that mean something to a scan; nearly all of a file are others. */
const MEANS_SOMETHING = new Uint8Array(256)
for (const byte of [QUOTE, BACKSLASH, NEWLINE, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT])
  MEANS_SOMETHING[byte] = 1

/** No record of data opens more; what does would only fill the memory. */
const MOST_OPEN = 100_000

export class ElementScan {
  /** Line breaks that were passed. */
  lines = 0
  /** The brackets that are open, by the byte that opened them, and how many of them are braces. */
  #open: number[] = []
  #objects = 0
  /** Where the string begins that is open; -1 where none is. */
  #stringStart = -1

  /**
   * The element ends before `closer`, or before a comma. With `through` commas end nothing: all that is left before
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
   * Goes on at `from`. Where the element ends in these bytes, the place of its comma or closer; else -1 - p, with p the
   * place to go on from when there are more bytes.
   */
  scan(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (MEANS_SOMETHING[byte] === 0) continue
      if (byte === NEWLINE) {
        if (this.#stringStart < 0) this.lines++
        // The string's beginning may be forgotten in a record that is too large anyway.
        else at = this.#stringStart
        this.#stringStart = -1
      } else if (byte === BACKSLASH) {
        // What a backslash hides may come with the next bytes; a line break it does not hide.
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

  /** The bytes before `place` are forgotten: what stood there stands at 0. */
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
   * Closes the innermost `opener` and all that was left open inside it; a closer without an opener closes nothing. What
   * is passed over is gone, and nothing is searched that is not there: all calls together take as long as what was
   * opened.
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
