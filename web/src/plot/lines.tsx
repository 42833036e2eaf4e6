/** How one number goes through the layers. */
import { useCallback, useEffect } from 'react'
import { currentTheme, useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { type Draw, Figure, type Plot, prepareCharts } from './figure.tsx'
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
  const draw = useCallback<Draw>((plot, width) => traceOf(plot, { points, unit, theme, width }), [points, unit, theme])
  return <Figure draw={draw} label={label} />
}

/** For a view where a click draws the first of these. */
export function useTraceSoon(): void {
  useEffect(() => prepareCharts(SAMPLES), [])
}

const POINTS: readonly TracePoint[] = [0, 1, 2].flatMap((layer) =>
  [true, false].map((isMain) => ({ layer, value: layer / 4, name: '', isMain })))

/** The axes alone, then all of it, since both at once would be a long task. */
const SAMPLES: readonly Draw[] = [
  (plot, width) => plot.plot({ width, marks: [plot.ruleY([0, 1])] }),
  (plot, width) => traceOf(plot, { points: POINTS, unit: '', theme: currentTheme(), width }),
]

interface TraceLook {
  points: readonly TracePoint[]
  unit: string
  theme: keyof typeof palettes
  /** In pixels. */
  width: number
}

function traceOf(plot: Plot, { points, unit, theme, width }: TraceLook): Element {
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
}
