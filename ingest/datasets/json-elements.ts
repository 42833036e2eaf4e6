/**
 * Cuts JSON that is not one record per line into records: the elements of an array, or of the arrays under some names
 * of one object (`{"data": […]}`). A broken record does not affect the others, and each knows its line.
 *
 * JSON.parse of the whole file offers neither, nor do streaming parsers, which end at the first error. So elements are
 * found by following quotes and brackets (`ElementScan`), and each is parsed alone. If the cut itself becomes
 * uncertain, the file is refused, because guessing would drop records silently.
 */
import { UserError } from '../../src/errors.ts'
import { CUTS_AT_ONCE, type Cut } from './cut.ts'
import {
  BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, ElementScan, NEWLINE, OPEN_ARRAY, OPEN_OBJECT, QUOTE,
} from './element-scan.ts'
import type { ByteWindow } from './window.ts'

const isSpace = (byte: number | undefined) => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09

/** Nobody looks for a longer name. */
const NAME_BYTES = 256

/** A cut, with the name that its array has in the object that holds it; null in an array that stands alone. */
export interface Element extends Cut {
  under: string | null
}

export class JsonElements {
  #at = 0
  #line = 1
  #firstLine = 1
  #cut = 0

  /** `file`: its name in messages. Of elements with more than `keepBytes` only the beginning is kept. */
  constructor(
    private readonly window: ByteWindow,
    private readonly keepBytes: number,
    private readonly file: string,
  ) {}

  /** The elements of the array that the file is. */
  async *ofArray(): AsyncGenerator<Element[]> {
    await this.#space()
    this.#at++ // the bracket
    yield* this.#elements(null)
    await this.#refuseTrailing('array')
  }

  /**
   * The file is one object: the elements of each of its arrays whose name `takes` accepts. Other fields are skipped.
   */
  async *ofObject(takes: (name: string) => boolean): AsyncGenerator<Element[]> {
    for await (const name of this.names()) {
      if (takes(name) && (await this.#peek()) === OPEN_ARRAY) {
        this.#at++
        yield* this.#elements(name)
      } else await this.skipValue()
    }
    await this.#refuseTrailing('object')
  }

  /**
   * The file is one object: the names of its fields. After each name the reader stands before the value, which the
   * caller must take or skip before going on.
   */
  async *names(): AsyncGenerator<string> {
    await this.#space()
    this.#firstLine = this.#line
    this.#at++ // the brace
    if ((await this.#peek()) !== CLOSE_OBJECT) {
      for (;;) {
        yield await this.#name()
        const after = await this.#peek()
        if (after === CLOSE_OBJECT) break
        if (after !== COMMA) throw this.#uncertain('a comma or the closing brace')
        this.#at++
      }
    }
    this.#at++
  }

  /**
   * Whether the next value is an array, and whether it may be an array of objects. The array's bracket has then been
   * passed.
   */
  async peekValue(): Promise<{ isArray: boolean; isOfObjects: boolean }> {
    if ((await this.#peek()) !== OPEN_ARRAY) return { isArray: false, isOfObjects: false }
    this.#at++
    const first = await this.#peek()
    return { isArray: true, isOfObjects: first === OPEN_OBJECT || first === CLOSE_ARRAY }
  }

  /** Moves past the next value; with `inside`, past the rest of an array whose bracket has been passed. */
  async skipValue({ inside = false } = {}): Promise<void> {
    const element = await this.#element(inside ? CLOSE_ARRAY : CLOSE_OBJECT, inside)
    if (inside) this.#at++
    if (element === null) throw this.#uncertain('more')
  }

  /** Whether anything but white space follows. */
  async isAtEnd(): Promise<boolean> {
    return (await this.#peek()) === undefined
  }

  /** How many bytes have been passed. */
  get position(): number {
    return this.window.forgotten + this.#at
  }

  /** Whether the object that was read (`names`) began on another line than this one. */
  get isOverLines(): boolean {
    return this.#line > this.#firstLine
  }

  async *#elements(under: string | null): AsyncGenerator<Element[]> {
    if ((await this.#peek()) === CLOSE_ARRAY) {
      this.#at++
      return
    }
    for (let isLast = false; !isLast; ) {
      const cuts: Element[] = []
      isLast = this.#takeHere(cuts, under) || (await this.#takeOne(cuts, under))
      yield cuts
    }
  }

  /**
   * Takes elements that lie completely in the window, as nearly all do, until there are enough; true after the last
   * one. A separate function, because inside the generator this would take three times as long.
   */
  #takeHere(cuts: Element[], under: string | null): boolean {
    const { bytes } = this.window
    while (cuts.length < CUTS_AT_ONCE && this.#spaceHere()) {
      const scan = new ElementScan(CLOSE_ARRAY, false)
      const end = scan.scan(bytes, this.#at)
      // An element that is too large, or does not end in the window, is left to `#takeOne`.
      if (end < 0 || end - this.#at > this.keepBytes) return false
      const found = trimEnd(bytes, this.#at, end)
      cuts.push({ line: this.#line, bytes: found, length: found.length, under })
      this.#cut++
      this.#at = end + 1
      this.#line += scan.lines
      if (bytes[end] === CLOSE_ARRAY) return true
    }
    return false
  }

  /** Takes the next element, wherever it ends, unless there are enough; true after the last one. */
  async #takeOne(cuts: Element[], under: string | null): Promise<boolean> {
    if (cuts.length === CUTS_AT_ONCE) return false
    await this.#space()
    const line = this.#line
    const cut = await this.#element(CLOSE_ARRAY, false)
    if (cut === null)
      throw new UserError(
        'BAD_DATASET',
        `${this.file} is cut off or lacks a closing brace: record ${this.#cut + 1}, which begins on line ${line}, ` +
          'never ends.',
      )
    cuts.push({ ...cut, line, under })
    this.#cut++
    this.#at++
    return this.window.bytes[this.#at - 1] === CLOSE_ARRAY
  }

  /** Moves to the comma or `closer` that ends an element, and cuts the element out; null if the file ends first. */
  async #element(closer: number, through: boolean): Promise<{ bytes: Buffer; length: number } | null> {
    const { window } = this
    const scan = new ElementScan(closer, through)
    let start = this.#at
    let forgotten = 0
    let beginning: Buffer | null = null
    for (;;) {
      const { bytes } = window
      const end = scan.scan(bytes, this.#at)
      if (end >= 0) {
        this.#at = end
        this.#line += scan.lines
        const found = trimEnd(bytes, start, end)
        return { bytes: beginning ?? found, length: forgotten + found.length }
      }
      const at = -1 - end
      if (scan.isTooDeep)
        throw new UserError(
          'BAD_DATASET',
          `${this.file} opens ${scan.depth} brackets in one record (line ${this.#line + scan.lines}) and closes none of ` +
            'them; is it JSON?',
        )
      if (at - start > this.keepBytes) {
        beginning ??= bytes.subarray(start, start + this.keepBytes)
        forgotten += at - start
        start = at
      }
      const isMore = await window.more(start)
      scan.forget(start)
      this.#at = at - start
      start = 0
      if (isMore) continue
      this.#line += scan.lines
      return null
    }
  }

  /** Reads a name and its colon. */
  async #name(): Promise<string> {
    if ((await this.#peek()) !== QUOTE) throw this.#uncertain("a field's name in quotes")
    for (let at = this.#at + 1; ; at++) {
      if (at >= this.window.bytes.length) {
        const keep = this.#at
        if (at - keep > NAME_BYTES * 4 || !(await this.window.more(keep)))
          throw this.#uncertain("a field's name in quotes")
        at -= keep
        this.#at = 0
      }
      const byte = this.window.bytes[at]
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) {
        const name = this.window.bytes.subarray(this.#at + 1, at).toString('utf8')
        this.#at = at + 1
        if ((await this.#peek()) !== COLON) throw this.#uncertain('a colon')
        this.#at++
        return name
      }
    }
  }

  /** Passes white space and returns the next byte without passing it; undefined at the end of the file. */
  async #peek(): Promise<number | undefined> {
    await this.#space()
    return this.window.bytes[this.#at]
  }

  async #space(): Promise<void> {
    while (!this.#spaceHere() && (await this.window.more(this.window.bytes.length))) this.#at = 0
  }

  /** Passes the white space in the window; false if there is nothing else. */
  #spaceHere(): boolean {
    const { bytes } = this.window
    let at = this.#at
    for (; at < bytes.length && isSpace(bytes[at]); at++) if (bytes[at] === NEWLINE) this.#line++
    this.#at = at
    return at < bytes.length
  }

  async #refuseTrailing(what: string): Promise<void> {
    if (await this.isAtEnd()) return
    throw new UserError(
      'BAD_DATASET',
      `${this.file} goes on after its ${what} ends (line ${this.#line}); one ${what} was expected.`,
    )
  }

  #uncertain(expected: string): UserError {
    return new UserError(
      'BAD_DATASET',
      `${this.file} is not valid JSON: ${expected} was expected on line ${this.#line}.`,
    )
  }
}

function trimEnd(bytes: Buffer, start: number, end: number): Buffer {
  let last = end
  while (last > start && isSpace(bytes[last - 1])) last--
  return bytes.subarray(start, last)
}
