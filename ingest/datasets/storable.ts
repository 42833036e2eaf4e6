/**
 * Finds values that Postgres refuses: U+0000, halves of surrogate pairs (JSON escapes can spell both), and numbers of
 * thousands of digits. If they are found here, only their record is refused; if the database found them, the whole
 * dataset would be.
 */
import { isLosslessNumber, whyUnstorableNumber } from '../../src/json/number.ts'
import { MAX_DEPTH } from '../../src/json/read.ts'

/** Why `value` cannot be stored, to be read after "record 5 (line 12) …"; null where it can. */
export function unstorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return unstorableText(value)
  if (typeof value !== 'object' || value === null) return null
  if (isLosslessNumber(value)) return whyUnstorableNumber(value)
  if (depth >= MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`
  for (const [key, item] of Object.entries(value)) {
    const reason = unstorableText(key) ?? unstorable(item, depth + 1)
    if (reason !== null) return reason
  }
  return null
}

function unstorableText(text: string): string | null {
  if (text.includes('\0')) return 'holds the character U+0000, which a database cannot store'
  return SURROGATE.test(text) && HALF_PAIR.test(text)
    ? 'holds half of a surrogate pair, which is not a character'
    : null
}

/** Matches whole pairs as well as halves, which is five times as fast as matching only halves; few texts have any. */
const SURROGATE = /[\ud800-\udfff]/
const HALF_PAIR = /\p{Surrogate}/u
