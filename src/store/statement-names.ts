/**
 * Names of prepared statements. Postgres parses and plans a named statement once per connection instead of each time.
 */

/** A connection keeps every named statement until it closes. The schema's usual queries are a few dozen. */
const MOST_NAMES = 300

/**
 * Gives a statement its name when it is used for the second time. Texts with lists of values (`IN ($1, $2, …)`) hardly
 * ever come again, so they get no name. Nor do statements that come after all names are taken.
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

/** In the protocol, the statement with the empty name is replaced by the next one. */
const UNNAMED = ''
