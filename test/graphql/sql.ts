/** SQL as a snapshot shows it: what is read and how it is joined, without what differs between runs or says nothing. */

const CLAUSES = /^(FROM|LEFT JOIN|WHERE|ORDER BY|GROUP BY|LIMIT)\b/

export function normaliseSql(sql: string): string {
  const plain = sql
    .replaceAll('"public".', '')
    .replace(/\/\*.*?\*\//g, '')
    .replaceAll('"', '')
    .replace(/\$\d+/g, '?')
    .replace(/IN \(\?(,\?)*\)/g, 'IN (?)')
    .replace(/ OFFSET \?/g, '')
    .replace(/WHERE 1=1 AND /g, 'WHERE ')
    .replace(/ WHERE 1=1\b/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s*\)/g, ')')
    .trim()
  return indent(plain)
}

/** A line per clause, indented by the depth of the subquery it belongs to. */
function indent(sql: string): string {
  const lines: string[] = []
  let line = ''
  const subqueries: boolean[] = []
  const depth = () => subqueries.filter(Boolean).length
  const end = () => {
    if (line.trim()) lines.push(line.trimEnd())
    line = ''
  }
  for (let i = 0; i < sql.length; i++) {
    const rest = sql.slice(i)
    if (rest.startsWith('(')) {
      const opensSubquery = rest.startsWith('(SELECT')
      subqueries.push(opensSubquery)
      line += '('
      if (opensSubquery) {
        end()
        line = '  '.repeat(depth())
      }
      continue
    }
    if (rest.startsWith(')')) subqueries.pop()
    if (CLAUSES.test(rest) && sql[i - 1] === ' ') {
      end()
      line = '  '.repeat(depth())
    }
    line += sql[i]
  }
  end()
  return lines.join('\n')
}
