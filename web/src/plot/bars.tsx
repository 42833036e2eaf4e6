/** The largest of many, as bars to both sides of zero. */
import { useCallback } from 'react'
import { useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { useLinks } from '../state/links.ts'
import { cut, roomOf, ROW } from './bar-labels.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, palettes } from './palette.ts'

export interface Bar {
  label: string
  value: number
  /** Where the label leads. */
  href?: string
}

/** Width in pixels of a number, at the end of a bar to the left or at the right edge. */
const NUMBER = 52
const RIGHT = 68

/** `width`: that of the bars, in pixels. Leaves room for the number beside the longest bar to the left. */
function domainOf(bars: readonly Bar[], width: number): [number, number] {
  const values = bars.map(({ value }) => value)
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)]
  const share = Math.min(0.5, NUMBER / Math.max(1, width))
  return [least < 0 ? least - (share / (1 - share)) * (most - least) : 0, most]
}

export function Bars({ label, bars, unit }: { label: string; bars: readonly Bar[]; unit: string }) {
  const theme = useTheme()
  const followLink = useLinks()
  const draw = useCallback<Draw>(
    (plot, width) => {
      const { positive, negative } = palettes[theme]
      const isLinked = bars.some(({ href }) => href !== undefined)
      const room = roomOf(bars, width)
      return plot.plot({
        width,
        height: bars.length * ROW + 44,
        marginLeft: room,
        marginRight: RIGHT,
        x: { label: unit, axis: 'top', grid: true, domain: domainOf(bars, width - room - RIGHT) },
        y: { domain: bars.map((bar) => bar.label), label: null, tickSize: 0, ...(isLinked && { axis: null }) },
        marks: [
          ...(isLinked
            ? [
                plot.text(bars, {
                  y: 'label',
                  text: (bar: Bar) => cut(bar.label, room),
                  title: 'label',
                  href: 'href',
                  frameAnchor: 'left',
                  textAnchor: 'end',
                  dx: -8,
                }),
              ]
            : []),
          plot.barX(bars, {
            x: 'value',
            y: 'label',
            rx: 2,
            fill: (bar: Bar) => css(bar.value < 0 ? negative : positive),
            insetTop: 2,
            insetBottom: 2,
          }),
          plot.text(bars, {
            x: 'value',
            y: 'label',
            text: (bar: Bar) => signed(bar.value),
            fontSize: 11,
            dx: 6,
            textAnchor: 'start',
            filter: (bar: Bar) => bar.value >= 0,
          }),
          plot.text(bars, {
            x: 'value',
            y: 'label',
            text: (bar: Bar) => signed(bar.value),
            fontSize: 11,
            dx: -6,
            textAnchor: 'end',
            filter: (bar: Bar) => bar.value < 0,
          }),
          plot.ruleX([0]),
        ],
      })
    },
    [bars, unit, theme],
  )
  return <Figure draw={draw} label={label} onClick={followLink} />
}
