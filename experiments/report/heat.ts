/** Drawings other than curves: a map of numbers by column and row, and bars. */
import * as Plot from '@observablehq/plot'
import { rounded, type Figure } from './document.ts'
import { draw } from './plot.ts'

/** Numbers are written into the cells only if there are few enough columns. */
const MOST_WRITTEN = 16
/** Narrow drawings stand side by side on a page. */
const [NARROW, WIDE] = [450, 720]
const CELL_WIDTH = 45

/** Two digits; what is nothing beside the largest is 0. */
const brief = (value: number, largest: number): string => (Math.abs(value) < largest / 1000 ? '0' : String(Number(value.toPrecision(2))))

/** Blue is positive, red negative, white 0. */
export function heat(
  title: string, cells: readonly { x: number | string; y: number | string; value: number }[], axes: { x: string; y: string },
): Figure {
  const columns = new Set(cells.map(({ x }) => x)).size
  const rows = new Set(cells.map(({ y }) => y)).size
  const largest = Math.max(...cells.map(({ value }) => Math.abs(value)), 1e-12)
  const data = [...cells]
  return draw(title, {
    width: columns > MOST_WRITTEN ? WIDE : Math.min(WIDE, Math.max(NARROW, 90 + CELL_WIDTH * columns)),
    height: Math.max(140, 60 + 24 * rows), marginLeft: 70, marginBottom: 40, padding: 0.04,
    x: { label: axes.x, ...(columns > 40 && { ticks: [] }) }, y: { label: axes.y, reverse: typeof cells[0]?.y === 'number' },
    color: { type: 'diverging', scheme: 'RdBu', domain: [-largest, largest], pivot: 0 },
    marks: [
      Plot.cell(data, { x: 'x', y: 'y', fill: 'value' }),
      ...(columns > MOST_WRITTEN ? [] : [Plot.text(data, {
        x: 'x', y: 'y', text: ({ value }: { value: number }) => brief(value, largest), fontSize: 9,
        fill: ({ value }: { value: number }) => (Math.abs(value) > 0.6 * largest ? '#ffffff' : '#000000'),
      })]),
    ],
  })
}

/** About the width of a character of a name in the margin, in pixels. */
const CHARACTER_WIDTH = 6.6

/** One bar each, longest where the number is largest. */
export function bars(title: string, entries: readonly { name: string; value: number }[], axis: string): Figure {
  const data = [...entries]
  const longest = Math.max(...entries.map(({ name }) => name.length), 0)
  return draw(title, {
    width: NARROW, height: 60 + 20 * entries.length, marginLeft: Math.min(180, 25 + CHARACTER_WIDTH * longest), marginRight: 50, marginBottom: 40,
    x: { label: axis, grid: true, ticks: 5 }, y: { label: null, domain: entries.map(({ name }) => name) },
    marks: [
      Plot.barX(data, { x: 'value', y: 'name', fill: ({ value }: { value: number }) => (value < 0 ? '#ee6677' : '#4477aa') }),
      // Right of the bar, or right of 0 if the bar points to the left, so that no number covers a bar or a name.
      Plot.text(data, { x: ({ value }: { value: number }) => Math.max(0, value), y: 'name', text: ({ value }: { value: number }) => rounded(value), textAnchor: 'start', dx: 4 }),
      Plot.ruleX([0]),
    ],
  })
}
