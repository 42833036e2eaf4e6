/** How one number goes through the layers. */
import { useCallback } from 'react'
import { useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, palettes } from './palette.ts'

export interface TracePoint {
  layer: number
  value: number
  /** Whose line it is. */
  name: string
  /** Drawn above the others. */
  isMain: boolean
}

export function Trace({ label, points, unit }: { label: string; points: readonly TracePoint[]; unit: string }) {
  const theme = useTheme()
  const draw = useCallback<Draw>(
    (plot, width) => {
      const { accent, muted } = palettes[theme]
      const main = points.filter(({ isMain }) => isMain)
      return plot.plot({
        width: Math.min(width, 640),
        height: 220,
        marginLeft: 52,
        x: { label: 'split at the input of layer →', ticks: [...new Set(points.map(({ layer }) => layer))], tickFormat: 'd' },
        y: { label: unit, grid: true, nice: true },
        marks: [
          plot.ruleY([0], { stroke: css(muted), strokeOpacity: 0.6 }),
          plot.line(points.filter(({ isMain }) => !isMain), { x: 'layer', y: 'value', z: 'name', stroke: css(muted), strokeOpacity: 0.28 }),
          plot.line(main, { x: 'layer', y: 'value', stroke: css(accent), strokeWidth: 2.4 }),
          plot.dot(main, { x: 'layer', y: 'value', fill: css(accent), r: 4 }),
          plot.text(main, { x: 'layer', y: 'value', text: (point: TracePoint) => signed(point.value), dy: -12, fontSize: 11 }),
          plot.tip(points, plot.pointer({ x: 'layer', y: 'value', title: (point: TracePoint) => `${point.name}\nlayer ${point.layer}: ${signed(point.value)}` })),
        ],
      })
    },
    [points, unit, theme],
  )
  return <Figure draw={draw} label={label} />
}
