/**
 * JSON text → values, without loss. Numbers that JavaScript would change are kept as text. An object that names a
 * field twice is refused, because one of the two would be lost. Text without either is read by JSON.parse, which is
 * about five times as fast as lossless-json; lossless-json reads the rest.
 */
import { parse } from 'lossless-json'
import { LosslessNumber, MAY_CHANGE, survives } from './number.ts'

/** `isPlain`: no string contains escapes like \\u0000, and no number had to be kept as text. */
export type ReadJson = { value: unknown; isPlain: boolean } | { reason: string }

/** Deeper nesting has no use in data, and would exhaust the stack of code that walks it. */
export const MAX_DEPTH = 32

/** The value, or why there is none, in words that follow "record 5 …". */
export function readJson(text: string): ReadJson {
  try {
    const value: unknown = JSON.parse(text)
    const fields = countFields(value, 0)
    if (fields === null) return { reason: `is nested more than ${MAX_DEPTH} levels deep` }
    if (!MAY_CHANGE.test(text) && fields === namesIn(text)) return { value, isPlain: !text.includes('\\u') }
    return { value: parse(text, null, { parseNumber, onDuplicateKey }), isPlain: false }
  } catch (error) {
    if (error instanceof DuplicateField) return { reason: error.message }
    return { reason: `is not valid JSON (${error instanceof Error ? oneLine(error.message) : 'unreadable'})` }
  }
}

const parseNumber = (text: string) => (survives(text) ? Number(text) : new LosslessNumber(text))

class DuplicateField extends Error {}

/** Called only if the two values differ; if they are equal, nothing is lost. */
function onDuplicateKey({ key }: { key: string }): never {
  throw new DuplicateField(
    `has two fields called ${JSON.stringify(key.slice(0, 60)).replace(/\p{C}/gu, '\uFFFD')}; give each a name of its own`,
  )
}

/** The number of fields of all objects in `value`; null if they are nested too deep. */
function countFields(value: unknown, depth: number): number | null {
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= MAX_DEPTH) return null
  const inner = Object.values(value)
  let count = Array.isArray(value) ? 0 : inner.length
  for (const each of inner) {
    if (typeof each !== 'object' || each === null) continue
    const more = countFields(each, depth + 1)
    if (more === null) return null
    count += more
  }
  return count
}

const QUOTE = 0x22
const SPACE = 0x20

/**
 * How often a quote is followed by a colon, as after every field's name. This may also occur inside a string, so the
 * count can be too high, but never too low.
 */
function namesIn(text: string): number {
  let count = 0
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1
    while (before > 0 && text.charCodeAt(before) <= SPACE) before--
    if (text.charCodeAt(before) === QUOTE) count++
  }
  return count
}

/** Messages quote the text, which may contain anything, so they are reduced to one line. */
const oneLine = (message: string) => message.replace(/[\s\p{C}]+/gu, ' ')
