/** Parts of two things as bars in three columns (first, first minus second, second), one row and one scale for all. */
import { useCallback } from 'react'
import { useLinks } from '../state/links.ts'
import { useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { cut, roomOf, ROW } from './bar-labels.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, palettes } from './palette.ts'

export interface DifferenceBar {
  label: string
  /** null where there is no such part. */
  first: number | null
  second: number | null
  difference: number
  /** What is said in place of a number where there is no such part. */
  absence: string
  /** Where the label leads. */
  href?: string
}

export const SIDES = ['First prompt', 'First minus second', 'Second prompt'] as const
type Side = (typeof SIDES)[number]

/** One bar of one column. */
interface Value {
  label: string
  side: Side
  value: number | null
  absence: string
}

/** Narrower charts have the difference alone, so that its numbers can be read. */
const WIDTH_FOR_ALL = 620
/** Width in pixels of a number beside a bar. */
const NUMBER = 54
/** Above the bars: the names of the columns. */
const TOP = 34

export const valuesOf = (bars: readonly DifferenceBar[], sides: readonly Side[]): Value[] =>
  bars.flatMap(({ label, first, second, difference, absence }) => {
    const of = { 'First prompt': first, 'First minus second': difference, 'Second prompt': second }
    return sides.map((side) => ({ label, side, value: of[side], absence }))
  })

/** From the smallest to the largest value, zero included, with room for a number at both ends. `width`: in pixels. */
function domainOf(values: readonly Value[], width: number): [number, number] {
  const numbers = values.flatMap(({ value }) => value ?? [])
  const [least, most] = [Math.min(0, ...numbers), Math.max(0, ...numbers)]
  const room = ((most - least || 1) * NUMBER) / Math.max(1, width - 2 * NUMBER)
  return [least - room, most + room]
}

export function DifferenceBars({ label, bars }: { label: string; bars: readonly DifferenceBar[] }) {
  const theme = useTheme()
  const followLink = useLinks()
  const draw = useCallback<Draw>(
    (plot, width) => {
      const { positive, negative, muted, line } = palettes[theme]
      const sides = width < WIDTH_FOR_ALL ? SIDES.slice(1, 2) : SIDES
      const values = valuesOf(bars, sides)
      const room = roomOf(bars, width)
      const at = { x: 'value', y: 'label', fx: 'side' } as const
      const number = { ...at, fontSize: 11, text: ({ value }: Value) => signed(value ?? 0) }
      return plot.plot({
        width,
        height: bars.length * ROW + TOP + 6,
        marginLeft: room,
        marginRight: 4,
        marginTop: TOP,
        marginBottom: 6,
        x: { axis: null, domain: domainOf(values, (width - room) / sides.length) },
        y: { domain: bars.map((bar) => bar.label), axis: null },
        fx: { domain: [...sides], axis: 'top', label: null, padding: 0.04 },
        marks: [
          plot.text(bars, {
            y: 'label',
            fx: () => sides[0],
            text: (bar: DifferenceBar) => cut(bar.label, room),
            title: 'label',
            href: 'href',
            frameAnchor: 'left',
            textAnchor: 'end',
            dx: -8,
          }),
          plot.barX(values, {
            ...at,
            rx: 2,
            insetTop: 2,
            insetBottom: 2,
            fill: ({ value }: Value) => css((value ?? 0) < 0 ? negative : positive),
            ariaLabel: ({ label: name, side, value }: Value) => `${name}, ${side}, ${signed(value ?? 0)}`,
            filter: ({ value }: Value) => value !== null,
          }),
          plot.text(values, { ...number, dx: 6, textAnchor: 'start', filter: ({ value }: Value) => value !== null && value >= 0 }),
          plot.text(values, { ...number, dx: -6, textAnchor: 'end', filter: ({ value }: Value) => value !== null && value < 0 }),
          plot.text(values, {
            ...at, x: () => 0, text: 'absence', dx: 6, textAnchor: 'start', fontSize: 11, fontStyle: 'italic', fill: css(muted), filter: ({ value }: Value) => value === null,
          }),
          plot.ruleX([0], { stroke: css(line) }),
        ],
      })
    },
    [bars, theme],
  )
  return <Figure draw={draw} label={label} onClick={followLink} />
}
