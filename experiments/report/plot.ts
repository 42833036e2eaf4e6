/** Drawings by Observable Plot in a document without a browser (linkedom), as SVG that needs nothing else. */
import * as Plot from '@observablehq/plot'
import { DOMParser } from 'linkedom'
import type { Figure } from './document.ts'

/** The font of PNGs (`png.ts`), and of browsers that have it. */
export const FONT = 'DejaVu Sans'

const document = new DOMParser().parseFromString('<!doctype html><html><body></body></html>', 'text/html')

/** Colours that colour-blind people can tell apart (Tol's "bright" and "muted"); the first is for DePass. */
const COLOURS = [
  '#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#777777', '#882255', '#999933', '#44aa99', '#ddaa77', '#332288',
]

/** If `names` come in a fixed order, each has a fixed colour. */
export const colours = (names: readonly string[]) => ({
  domain: [...names], range: names.map((_, i) => COLOURS[i % COLOURS.length]!),
})

/** One drawing. If colours mean names, its legend is part of the drawing. */
export function draw(title: string, options: Plot.PlotOptions, legend: readonly string[] = []): Figure {
  const node = Plot.plot({
    width: 720, style: { fontFamily: `${FONT}, system-ui, sans-serif`, fontSize: '11px', background: 'white' }, ...options, document,
  })
  const drawing = String(node.outerHTML)
  return { title, svg: withLegend(drawing, legend, options) }
}

const LINE = 16

/** Adds lines of squares and names below the drawing, because Plot's own legends are HTML beside it. */
function withLegend(svg: string, names: readonly string[], { color }: Plot.PlotOptions): string {
  const plain = svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
  if (names.length === 0) return plain
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(plain)?.map(Number) ?? []
  if (width === undefined || height === undefined) throw new Error('a drawing without a size')
  const domain = [...(color?.domain ?? [])].map(String)
  const range = [...((color?.range as Iterable<string> | undefined) ?? [])]
  const columns = Math.max(1, Math.floor((width - 40) / 165))
  const entries = names.map((name, i) => {
    const [x, y] = [40 + (i % columns) * 165, height + 4 + Math.floor(i / columns) * LINE]
    const colour = range[domain.indexOf(name)] ?? '#000000'
    return `<rect x="${x}" y="${y}" width="10" height="10" fill="${colour}"/>` +
      `<text x="${x + 15}" y="${y + 9}" text-anchor="start">${escaped(name)}</text>`
  })
  const full = height + 8 + Math.ceil(names.length / columns) * LINE
  return plain
    .replace(/viewBox="0 0 [\d.]+ [\d.]+"/, `viewBox="0 0 ${width} ${full}"`)
    .replace(/ height="[\d.]+"/, ` height="${full}"`)
    .replace(/<\/svg>$/, `<g font-size="11">${entries.join('')}</g></svg>`)
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export interface CurvePoint {
  method: string
  /** One panel each. */
  setting: string
  x: number
  mean: number
  low: number
  high: number
}

/** Means over x by method, one panel a setting, with their 95 % intervals as bands. */
export function curves(title: string, points: readonly CurvePoint[], axes: { x: string; y: string; percent?: boolean }): Figure {
  const names = [...new Set(points.map(({ method }) => method))]
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  // The first method's curve lies on top of the others.
  const data = [...points].sort((a, b) => names.indexOf(b.method) - names.indexOf(a.method) || a.x - b.x)
  const at = { x: 'x', fx: 'setting', z: 'method' } as const
  return draw(title, {
    height: 340, marginLeft: 50, color: colours(names),
    x: { label: axes.x, ticks: xs.length > 12 ? 8 : xs, ...(axes.percent && { percent: true, ticks: xs.map((x) => 100 * x) }) },
    y: { label: axes.y, grid: true, nice: true },
    fx: { label: null, domain: [...new Set(points.map(({ setting }) => setting))] },
    marks: [
      Plot.areaY(data, { ...at, y1: 'low', y2: 'high', fill: 'method', fillOpacity: 0.12 }),
      Plot.line(data, { ...at, y: 'mean', stroke: 'method', strokeWidth: 1.6 }),
      Plot.dot(data, { ...at, y: 'mean', fill: 'method', r: 2 }),
      Plot.ruleY([0]),
    ],
  }, names)
}
