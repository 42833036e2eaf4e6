/**
 * JSON text → values, without loss: numbers that JavaScript would change stay as they are written, and an object that
 * names a field twice is refused, since one of the two would be gone. JSON.parse reads what cannot be concerned, some
 * five times as fast as lossless-json, which reads the rest.
 */
import { parse } from 'lossless-json'
import { LosslessNumber, MAY_CHANGE, survives } from './number.ts'

/** `isPlain`: no text in it was written with escapes like \\u0000, and no number had to be kept as text. */
export type ReadJson = { value: unknown; isPlain: boolean } | { reason: string }

/** Deeper nesting has no use in data and would exhaust the stack of whatever walks it. */
export const MAX_DEPTH = 32

/** The value, or why there is none, to be read after "record 5 …". */
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

/** Called where the two values differ; where they are equal, nothing is lost. */
function onDuplicateKey({ key }: { key: string }): never {
  throw new DuplicateField(
    `has two fields called ${JSON.stringify(key.slice(0, 60)).replace(/\p{C}/gu, '\uFFFD')}; give each a name of its own`,
  )
}

/** How many fields all objects in `value` have; null where they are nested too deep. */
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
 * How often a quote and a colon follow each other, as they do behind every field's name. They may do so inside a
 * string, too: there seem to be more fields then, never fewer.
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

/** Messages quote the text, which may hold anything. */
const oneLine = (message: string) => message.replace(/[\s\p{C}]+/gu, ' ')
