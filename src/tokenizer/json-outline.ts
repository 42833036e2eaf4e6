/**
 * A tokenizer.json without its two large parts. Vocabulary and merges are nine tenths of the file (33 MB for Gemma),
 * and only the library reads them. Parsing them here, too, would cost a second and a half. So one pass over the bytes
 * finds where they are, and only the rest is parsed. The pass also enforces the limit on depth.
 */
import { UserError } from '../errors.ts'
import { BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, isBlank, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './json-bytes.ts'
import { compactMerges } from './merges.ts'

/** Where a value stands in the file: [start, end) in bytes. */
export interface Region {
  start: number
  end: number
}

export interface Outline {
  /** The file with null in place of the regions. */
  rest: unknown
  /** `model.vocab` and `model.merges`; null for what the file does not have. */
  vocab: Region | null
  merges: Region | null
  /** The merges in the form that the library reads fastest. */
  mergesJson: Buffer | null
}

/** Deeper than any tokenizer: steps inside steps inside steps take some ten levels. */
const MAX_DEPTH = 64

/** Refuses (BAD_MODEL) a file that is not JSON, is nested deeper than a tokenizer is, or has a large part twice. */
export function outlineOf(bytes: Buffer, path: string): Outline {
  const found: Record<'vocab' | 'merges', Region | null> = { vocab: null, merges: null }
  let mergesJson: Buffer | null = null
  /** Keys of the objects and arrays around the current place; those of arrays are null. */
  const keys: (string | null)[] = []
  let at = skipBom(bytes)
  while (at < bytes.length) {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at)
      if (keys.length > 0 && keys.length <= 2 && isKey(bytes, end)) keys[keys.length - 1] = textOf(bytes, at, end, path)
      at = end
      continue
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const name = keys.length === 2 && keys[0] === 'model' ? keys[1] : null
      if (name === 'vocab' || name === 'merges') {
        if (found[name] !== null) throw malformed(path, `model.${name} stands there twice`)
        const compact = name === 'merges' && byte === OPEN_ARRAY ? compactMerges(bytes, at) : null
        const end = compact?.end ?? valueEnd(bytes, at, MAX_DEPTH - keys.length)
        if (end < 0) throw malformed(path, `model.${name} does not end, or is nested too deep`)
        found[name] = { start: at, end }
        if (name === 'merges') mergesJson = compact?.json ?? bytes.subarray(at, end)
        at = end
        continue
      }
      keys.push(null)
      if (keys.length > MAX_DEPTH) throw malformed(path, `it is nested more than ${MAX_DEPTH} deep`)
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) keys.pop()
    at++
  }
  return { rest: parseWithout(bytes, Object.values(found), path), ...found, mergesJson }
}

/** The index after the object or array that opens at `at`; -1 if it does not end, or is nested too deep. */
function valueEnd(bytes: Buffer, at: number, mostDepth: number): number {
  const { length } = bytes
  let depth = 0
  for (let i = at; i < length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) {
      // Inlined, because a file has a million and a half strings.
      for (i++; i < length; i++) {
        const inside = bytes[i]
        if (inside === BACKSLASH) i++
        else if (inside === QUOTE) break
      }
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > mostDepth) return -1
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return i + 1
  }
  return -1
}

/** Whether a colon follows, which makes the string that ends here a key. */
function isKey(bytes: Buffer, at: number): boolean {
  while (isBlank(bytes[at])) at++
  return bytes[at] === 0x3a
}

/** The index after the closing quote of the string that opens at `at`, or the end of the file. */
export function stringEnd(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === BACKSLASH) i++
    else if (byte === QUOTE) return i + 1
  }
  return bytes.length
}

function textOf(bytes: Buffer, start: number, end: number, path: string): string {
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)))
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${path} is not JSON; download it again.`, { cause })
  }
}

/** Some editors on Windows write a byte order mark at the beginning of a file. */
const skipBom = (bytes: Buffer): number => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)

function parseWithout(bytes: Buffer, regions: readonly (Region | null)[], path: string): unknown {
  const parts: string[] = []
  let from = skipBom(bytes)
  for (const region of regions.filter((each) => each !== null).sort((a, b) => a.start - b.start)) {
    parts.push(bytes.toString('utf8', from, region.start), 'null')
    from = region.end
  }
  parts.push(bytes.toString('utf8', from))
  try {
    return JSON.parse(parts.join(''))
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${path} is not JSON; download it again.`, { cause })
  }
}

const malformed = (path: string, why: string) =>
  new UserError('BAD_MODEL', `${path} is malformed (${why}); download it again.`)
