/** Sections that several experiments have: curves of means with their tables. */
import type { MeanRow } from '../statistics.ts'
import type { Cell, Section, Table } from './document.ts'

interface CurveSection {
  heading: string
  text: readonly string[]
  /** Axis names; `percent` where x is a share. */
  axes: { x: string; y: string; percent?: boolean }
  means: readonly MeanRow[]
  /** The method that the others are compared with. */
  against: string
}

/** One figure with all curves, a table of means, and one of paired differences. */
export async function curveSection({ heading, text, axes, means, against }: CurveSection): Promise<Section> {
  // Loaded late, because measuring alone does not need the drawing libraries.
  const { curves } = await import('./plot.ts')
  const points = means.flatMap(({ method, setting, x, mean, low, high }) => (x === null ? [] : [{ method, setting, x, mean, low, high }]))
  const differences = means.filter(({ difference }) => difference !== null)
  return {
    heading, text: [...text],
    figures: points.length === 0 ? [] : [curves(heading, points, axes)],
    tables: [
      meansTable(`${axes.y}: means and 95 % intervals`, means, axes.x),
      ...(differences.length === 0 ? [] : [meansTable(
        `${axes.y}: difference from ${against} on the same prompts`,
        differences.map((row) => ({ ...row, ...row.difference! })), axes.x)]),
    ],
  }
}

function meansTable(title: string, means: readonly MeanRow[], x: string): Table {
  return {
    title,
    headings: ['method', 'setting', x, 'mean', 'low', 'high', 'prompts'],
    rows: means.map((row): Cell[] => [row.method, row.setting, row.x, row.mean, row.low, row.high, row.count]),
  }
}
