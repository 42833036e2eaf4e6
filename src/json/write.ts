/** Values → JSON text, with every number as it was written in the text that `readJson` read. */
import { stringify } from 'lossless-json'
import { isLosslessNumber, MAY_CHANGE, survives } from './number.ts'

/**
 * Like JSON.stringify, but numbers that were kept as text are written without quotes. Undefined fields are left out.
 */
export function writeJson(value: unknown): string {
  return (holdsText(value) ? stringify(value) : JSON.stringify(value)) ?? 'null'
}

/** Whether some number in `value` was kept as text. */
function holdsText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return isLosslessNumber(value) || Object.values(value).some(holdsText)
}

/** The same, with sorted fields in every object, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (isLosslessNumber(value)) return value.value
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (hasToJson(value)) return canonicalJson(value.toJSON())
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{${fields.sort(byName).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
}

const hasToJson = (value: object): value is { toJSON(): unknown } =>
  'toJSON' in value && typeof value.toJSON === 'function'

const DIGITS = /^(?:0|[1-9]\d{0,9})$/
const LARGEST_INDEX = 2 ** 32 - 2
const isIndex = (name: string) => DIGITS.test(name) && Number(name) <= LARGEST_INDEX

/** Names that are whole numbers come first, by value, as in JavaScript's own order; then the others, by code unit. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const [aIndex, bIndex] = [isIndex(a), isIndex(b)]
  if (aIndex && bIndex) return Number(a) - Number(b)
  if (aIndex !== bIndex) return aIndex ? -1 : 1
  return a < b ? -1 : 1
}

/**
 * JSON text for programs that read every number as a double, like JavaScript: numbers that would change are written as
 * strings of their digits. Everything else stays unchanged.
 */
export const withNumbersQuoted = (json: string): string =>
  MAY_CHANGE.test(json) ? quoteTokens(json, NUMBER, (number) => !survives(number)) : json

/** Every byte that may follow the first byte of a number; in valid JSON nothing else can follow there. */
const NUMBER = /-?\d[\d.eE+-]*/

/**
 * Puts quotes around the tokens that `token` finds outside strings, if `isMeant` accepts them. A pattern that also
 * matched strings would exhaust its stack in a string of a few megabytes.
 */
export function quoteTokens(json: string, token: RegExp, isMeant: (token: string) => boolean = () => true): string {
  const pattern = new RegExp(`"|${token.source}`, 'g')
  let quoted = ''
  let copied = 0
  for (let found = pattern.exec(json); found; found = pattern.exec(json)) {
    const [text] = found
    if (text === '"') pattern.lastIndex = endOfString(json, found.index)
    else if (isMeant(text)) {
      quoted += `${json.slice(copied, found.index)}"${text}"`
      copied = pattern.lastIndex
    }
  }
  return quoted + json.slice(copied)
}

const BACKSLASH = 0x5c

/** The index after the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = json.indexOf('"', at)
    if (quote < 0) return json.length
    at = quote
    let backslashes = 0
    while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
}
