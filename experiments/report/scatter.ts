/** Points in a plane, coloured by what they are. */
import * as Plot from '@observablehq/plot'
import type { Figure } from './document.ts'
import { colours, draw } from './plot.ts'

export function scatter(title: string, points: readonly { x: number; y: number; name: string }[]): Figure {
  const names = [...new Set(points.map(({ name }) => name))]
  return draw(title, {
    height: 420, width: 520, color: colours(names), x: { label: null, ticks: [] }, y: { label: null, ticks: [] },
    marks: [Plot.frame({ stroke: '#cccccc' }), Plot.dot([...points], { x: 'x', y: 'y', fill: 'name', r: 3, fillOpacity: 0.8 })],
  }, names)
}
