/** Rows under headings, columns as wide as their widest cell. */

/** `digits`: a number kept as text, so that it stays as it was written, to the digit. */
export type Cell = string | number | { digits: string }

/** Columns whose every cell is a number stand flush right. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => textOf(row[i]).length)))
  const numeric = headings.map((_, i) => rows.every((row) => typeof row[i] === 'number' || typeof row[i] === 'object'))
  const line = (cells: readonly Cell[]) =>
    headings
      .map((_, i) => {
        const cell = textOf(cells[i])
        return numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)
      })
      .join('  ')
      .trimEnd()
  return `${[line(headings), ...rows.map(line)].join('\n')}\n`
}

const textOf = (cell: Cell = ''): string => (typeof cell === 'object' ? cell.digits : String(cell))
