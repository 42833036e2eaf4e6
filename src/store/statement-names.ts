/** Names of prepared statements: what has one is parsed and planned by Postgres once per connection, not each time. */

/** A connection keeps every named statement until it closes. The schema's usual queries are some dozens. */
const MOST_NAMES = 300

/**
 * Gives a statement its name when it comes for the second time. Lists of values make texts that never come again
 * (`IN ($1, $2, …)`): these stay without one, as does what comes when all names are taken.
 */
export function statementNames(most = MOST_NAMES): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  const seenOnce = new Set<string>()
  return ({ sql }) => {
    const name = names.get(sql)
    if (name !== undefined) return name
    if (names.size >= most) return UNNAMED
    if (seenOnce.delete(sql)) {
      const given = `tributary_${names.size}`
      names.set(sql, given)
      return given
    }
    if (seenOnce.size >= most) seenOnce.clear()
    seenOnce.add(sql)
    return UNNAMED
  }
}

/** To the protocol the empty name is the statement that the next one replaces. */
const UNNAMED = ''
