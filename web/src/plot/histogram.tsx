/** How often each strength occurs. */
import { useCallback } from 'react'
import { useTheme } from '../state/theme.ts'
import { count, score } from '../ui/words.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, palettes } from './palette.ts'

export interface Bin {
  from: number
  to: number
  count: number
}

interface HistogramProps {
  label: string
  bins: readonly Bin[]
  /** What is on the axis below. */
  unit: string
  /** Bins that are equally wide on a logarithmic axis. */
  isLogarithmic?: boolean
  /** Bins below zero have the colour of what works against. */
  isSigned?: boolean
}

const HEIGHT = 170

export function Histogram({ label, bins, unit, isLogarithmic = false, isSigned = false }: HistogramProps) {
  const theme = useTheme()
  const draw = useCallback<Draw>(
    (plot, width) => {
      const { positive, negative, accent } = palettes[theme]
      const colour = ({ from, to }: Bin) => css(!isSigned ? accent : (from + to) / 2 < 0 ? negative : positive)
      return plot.plot({
        width,
        height: HEIGHT,
        marginLeft: 52,
        x: {
          label: unit,
          ...(isLogarithmic && {
            type: 'log' as const,
            ticks: 5,
            tickFormat: (value: number) => score(value).replace(/\.?0+$/, ''),
          }),
        },
        y: { label: 'how often', grid: true, ticks: 4 },
        marks: [
          plot.rectY(bins, {
            x1: 'from',
            x2: 'to',
            y: 'count',
            fill: colour,
            insetLeft: 0.5,
            insetRight: 0.5,
            ariaLabel: ({ from, to, count: times }: Bin) => `${score(from)} to ${score(to)}: ${count(times)}`,
          }),
          plot.ruleY([0]),
          plot.tip(
            bins,
            plot.pointerX({
              x: ({ from, to }: Bin) => (isLogarithmic ? Math.sqrt(from * to) : (from + to) / 2),
              y: 'count',
              title: ({ from, to, count: times }: Bin) => `${score(from)} to ${score(to)}\n${count(times)} times`,
            }),
          ),
        ],
      })
    },
    [bins, unit, isLogarithmic, isSigned, theme],
  )
  return <Figure draw={draw} label={label} />
}
