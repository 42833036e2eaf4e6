/**
 * A JSON array, record by record: one broken record does not cost the others, and each knows its line.
 *
 * JSON.parse of the whole file gives neither, so the array is cut into elements by following quotes and brackets
 * (all ASCII, so bytes suffice, and a file may be larger than a JavaScript string) and each element is parsed alone.
 * Two rules keep the damage of a slip local: a quote that is not closed on its line opened nothing (JSON allows no raw
 * line break in a string), and a closing brace closes everything opened inside its pair. Where the cut itself becomes uncertain the file
 * is refused: guessing would drop records without a word.
 */
import { UserError } from '../../src/errors.ts'
import { parseRecord } from './json-value.ts'
import type { RawRecord } from './record.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** `bytes` begin with the array's bracket, white space aside. */
export function* readJsonArray(bytes: Buffer, recordBytes: number, file: string): Generator<RawRecord> {
  let at = 0
  let line = 1
  const skipSpace = () => {
    for (; at < bytes.length && isSpace(bytes[at]); at++) if (bytes[at] === NEWLINE) line++
  }
  skipSpace()
  at++ // the array's own bracket
  skipSpace()
  if (bytes[at] === CLOSE_ARRAY) return refuseTrailing()

  for (let record = 1; ; record++) {
    const start = at
    const startLine = line
    const last = skipElement()
    if (last === null)
      throw new UserError(
        'BAD_DATASET',
        `${file} is cut off or lacks a closing brace: record ${record}, which begins on line ${startLine}, never ends.`,
      )
    yield { record, line: startLine, ...parseRecord(trimEnd(bytes.subarray(start, at)), recordBytes) }
    at++ // the comma, or the closing bracket
    if (last) return refuseTrailing()
    skipSpace()
  }

  /** Moves to the comma or bracket that ends the element; true for the bracket, null at the end of the file. */
  function skipElement(): boolean | null {
    const open: number[] = []
    let stringStart: number | null = null
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === NEWLINE && stringStart !== null) {
        at = stringStart
        stringStart = null
      } else if (byte === NEWLINE) line++
      else if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at++
      else if (byte === QUOTE) stringStart = stringStart === null ? at : null
      else if (stringStart !== null) continue
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) open.push(byte)
      else if (open.length === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) return byte === CLOSE_ARRAY
      else if (byte === CLOSE_OBJECT) closeBack(open, OPEN_OBJECT)
      else if (byte === CLOSE_ARRAY) closeBack(open, OPEN_ARRAY)
    }
    return null
  }

  function refuseTrailing() {
    if (bytes[at] === CLOSE_ARRAY) at++
    skipSpace()
    if (at < bytes.length)
      throw new UserError('BAD_DATASET', `${file} goes on after its array ends (line ${line}); one array was expected.`)
  }
}

/** Closes the innermost `opener` and all that was left open inside it; a stray closer stays part of the element. */
function closeBack(open: number[], opener: number) {
  const at = open.lastIndexOf(opener)
  if (at >= 0) open.length = at
}

function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && isSpace(bytes[end - 1])) end--
  return bytes.subarray(0, end)
}
