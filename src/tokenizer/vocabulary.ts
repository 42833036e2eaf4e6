/**
 * Which token an id stands for, read from the bytes of a vocabulary. No string is made for each of its quarter of a
 * million tokens, because only a few hundred are needed at a time.
 */
import { shown, UserError } from '../errors.ts'
import { byteOfCharacter } from './byte-alphabet.ts'
import { isBlank, OPEN_ARRAY, QUOTE } from './json-bytes.ts'
import { type Region, stringEnd } from './json-outline.ts'

export interface Vocabulary {
  /** One more than the largest id. */
  size: number
  /** How many tokens there are. */
  count: number
  /** No token has more bytes than this. */
  longest: number
  /** The token as the vocabulary spells it; null for an id without a token. */
  tokenOf(id: number): string | null
  /** Whether every byte has a token, `<0x00>` to `<0xFF>`. If so, every character of a text can be written. */
  hasAllBytes: boolean
  /** The same for the characters of byte-level BPE. */
  hasByteAlphabet: boolean
}

const MAX_ID = 10_000_000
const MAX_TOKENS = 5_000_000

const BYTE_TOKEN = /^"<0x[0-9A-F]{2}>"$/
const BYTE_TOKEN_LENGTH = '"<0x00>"'.length
const LESS_THAN = 0x3c
const BACKSLASH = 0x5c

/**
 * Whether the bytes are one character of one or two bytes, or the escape of one. All characters of the byte alphabet
 * are.
 */
function isCharacter(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start
  if (length === 1) return true
  const first = bytes[start]!
  return first === BACKSLASH ? length === 2 || length === 6 : length === 2 && first >= 0xc2
}

/** A growing list of numbers up to 2^31, without an object for each. */
class Growing {
  length = 0
  #numbers = new Int32Array(1 << 16)

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const more = new Int32Array(2 * this.length)
      more.set(this.#numbers)
      this.#numbers = more
    }
    this.#numbers[this.length++] = value
  }

  at = (index: number): number => this.#numbers[index]!
}

/** `{"token": id, …}` or `[["token", score], …]`. Refuses (BAD_MODEL) anything else, and ids beyond reason. */
export function readVocabulary(bytes: Buffer, region: Region, path: string): Vocabulary {
  const refuse = (why: string): never => {
    throw new UserError('BAD_MODEL', `${path} is malformed at model.vocab (${why}); download it again.`)
  }
  const isList = bytes[region.start] === OPEN_ARRAY
  const starts = new Growing()
  const ids = new Growing()
  let size = 0
  let longest = 0
  let byteTokens = 0
  let letters = 0
  let at = region.start + 1
  const last = region.end - 1
  while (at < last) {
    if (bytes[at] !== QUOTE) {
      at++
      continue
    }
    const end = stringEnd(bytes, at)
    const id = isList ? ids.length : idAfter(bytes, end)
    if (!(id >= 0 && id <= MAX_ID)) refuse(`the id of ${shown(bytes.toString('utf8', at + 1, end - 1))} is no whole number up to ${MAX_ID}`)
    starts.push(at)
    ids.push(id)
    if (ids.length > MAX_TOKENS) refuse(`more than ${MAX_TOKENS} tokens`)
    if (id >= size) size = id + 1
    if (end - at - 2 > longest) longest = end - at - 2
    const mayBeByte = end - at === BYTE_TOKEN_LENGTH && bytes[at + 1] === LESS_THAN
    if (mayBeByte && BYTE_TOKEN.test(bytes.toString('latin1', at, end))) byteTokens++
    if (isCharacter(bytes, at + 1, end - 1) && byteOfCharacter.has(JSON.parse(bytes.toString('utf8', at, end)))) letters++
    at = end
  }
  const byId = new Int32Array(size).fill(-1)
  for (let k = 0; k < ids.length; k++) byId[ids.at(k)] = starts.at(k)
  return {
    size,
    count: ids.length,
    longest,
    tokenOf: (id) => {
      const start = byId[id] ?? -1
      return start < 0 ? null : String(JSON.parse(bytes.toString('utf8', start, stringEnd(bytes, start))))
    },
    hasAllBytes: byteTokens === 256,
    hasByteAlphabet: letters === byteOfCharacter.size,
  }
}

/** The whole number after a key, or NaN. */
function idAfter(bytes: Buffer, at: number): number {
  while (isBlank(bytes[at]) || bytes[at] === 0x3a) at++
  const start = at
  let id = 0
  for (; bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) id = id * 10 + bytes[at]! - 0x30
  while (isBlank(bytes[at])) at++
  const ends = bytes[at] === 0x2c || bytes[at] === 0x7d
  return at > start && ends ? id : NaN
}
