/** Rows under headings, columns as wide as their widest cell. */

/** Columns whose every cell is a number stand flush right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => String(row[i] ?? '').length)))
  const numeric = headings.map((_, i) => rows.every((row) => typeof row[i] === 'number'))
  const line = (cells: readonly (string | number)[]) =>
    headings
      .map((_, i) => {
        const cell = String(cells[i] ?? '')
        return numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)
      })
      .join('  ')
      .trimEnd()
  return `${[line(headings), ...rows.map(line)].join('\n')}\n`
}
