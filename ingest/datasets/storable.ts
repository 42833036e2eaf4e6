/**
 * Strings that Postgres refuses: U+0000, and halves of surrogate pairs (JSON escapes can spell both). Found here, in
 * the record they come from, they cost one record; found by the database they would cost the whole batch.
 */

/** Deeper nesting has no use in a dataset and would exhaust the stack of whatever walks it. */
const MAX_DEPTH = 32

/** Why `value` cannot be stored, to be read after "record 5 (line 12) …"; null where it can. */
export function unstorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'holds the character U+0000, which a database cannot store'
    return /\p{Surrogate}/u.test(value) ? 'holds half of a surrogate pair, which is not a character' : null
  }
  if (typeof value !== 'object' || value === null) return null
  if (depth >= MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`
  for (const [key, item] of Object.entries(value)) {
    const reason = unstorable(key) ?? unstorable(item, depth + 1)
    if (reason !== null) return reason
  }
  return null
}
