/** Paints the picture on a canvas, in a separate thread (painter.ts). */
import { css, palettes } from '../../plot/palette.ts'
import type { Theme } from '../../state/theme.ts'
import { tokenName } from '../../ui/words.ts'
import type { GraphLayout, PlacedNode } from './layout.ts'
import { colourOf, fillOf, opacityOf, outline, route, type Strand, widthOf } from './marks.ts'

export interface Picture {
  layout: GraphLayout
  tokens: readonly string[]
  /** The weakest first. */
  strands: readonly Strand[]
  /** The chosen node and its edges; the others fade. null if none is chosen. */
  chosen: { node: PlacedNode; strands: readonly Strand[] } | null
  pinned: ReadonlySet<string>
  theme: Theme
}

export type Context2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

const FADED = 0.12
const FONT = 'ui-sans-serif, system-ui, sans-serif'
const LONGEST_TEXT = 18

/** Texts of tokens and logits, shortened. */
export const shortText = (text: string): string => {
  const shown = tokenName(text)
  return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT - 1)}…` : shown
}

/** Paints all edges: thousands of curves that do not depend on the chosen node. */
export function paintEdges(context: Context2d, { layout, strands, theme }: Pick<Picture, 'layout' | 'strands' | 'theme'>): void {
  context.clearRect(0, 0, layout.width, layout.height)
  for (const strand of strands) stroke(context, strand, theme, opacityOf(strand))
}

/** `edges`: what `paintEdges` drew. */
export function paint(context: Context2d, picture: Picture, edges: CanvasImageSource): void {
  const { layout, chosen, theme } = picture
  context.clearRect(0, 0, layout.width, layout.height)
  ruled(context, picture)
  context.globalAlpha = chosen ? FADED : 1
  context.drawImage(edges, 0, 0, layout.width, layout.height)
  context.globalAlpha = 1
  for (const strand of chosen?.strands ?? []) stroke(context, strand, theme, Math.min(1, opacityOf(strand) + 0.25))
  const near = new Set([chosen?.node, ...(chosen?.strands ?? []).flatMap(({ from, to }) => [from, to])])
  for (const placed of layout.nodes) node(context, placed, picture, chosen !== null && !near.has(placed))
  texts(context, picture)
}

function stroke(context: Context2d, strand: Strand, theme: Theme, opacity: number): void {
  context.globalAlpha = opacity
  context.strokeStyle = colourOf(strand, theme)
  context.lineWidth = widthOf(strand)
  context.beginPath()
  route(strand, context)
  context.stroke()
  context.globalAlpha = 1
}

function node(context: Context2d, { node: drawn, x, y }: PlacedNode, { layout, chosen, pinned, theme }: Picture, isFar: boolean): void {
  const { ink, accent, surface } = palettes[theme]
  const isChosen = chosen?.node.node === drawn
  context.save()
  context.translate(x, y)
  context.globalAlpha = isFar ? 0.35 : 1
  context.beginPath()
  outline(drawn.kind, layout.radius + (isChosen ? 1.5 : 0), context)
  context.fillStyle = fillOf(drawn, theme)
  context.fill()
  context.lineWidth = isChosen || pinned.has(drawn.nodeId) ? 2.2 : 1
  context.strokeStyle = css(isChosen || pinned.has(drawn.nodeId) ? ink : drawn.kind === 'TOKEN' || drawn.kind === 'LOGIT' ? surface : accent)
  context.stroke()
  context.restore()
}

/** Names of rows, and a hair line for each. */
function ruled(context: Context2d, { layout, theme }: Picture): void {
  const { line, muted } = palettes[theme]
  context.font = `11px ${FONT}`
  context.textBaseline = 'middle'
  for (const { label, y } of layout.rows) {
    context.strokeStyle = css(line)
    context.globalAlpha = 0.6
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(66, y)
    context.lineTo(layout.width - 12, y)
    context.stroke()
    context.globalAlpha = 1
    context.fillStyle = css(muted)
    context.fillText(label, 4, y, 62)
  }
}

/** Tokens under their columns, logits over their squares. */
function texts(context: Context2d, { layout, tokens, theme }: Picture): void {
  context.font = `12px ${FONT}`
  context.fillStyle = css(palettes[theme].ink)
  for (const { x, y, text, angle } of captionsOf(layout, tokens)) {
    context.save()
    context.translate(x, y)
    context.rotate((angle * Math.PI) / 180)
    context.textAlign = angle === 0 ? 'center' : 'left'
    context.fillText(text, 0, 0)
    context.restore()
  }
}

export interface Caption {
  x: number
  y: number
  text: string
  /** In degrees; 0 is centred. */
  angle: number
}

const LEANING = 40

export function captionsOf({ nodes, columns, captionsAt, leans }: GraphLayout, tokens: readonly string[]): Caption[] {
  const below = columns.map(({ position, x }): Caption => {
    const text = position === null ? 'biases' : shortText(tokens[position] ?? '')
    return leans ? { x: x - 4, y: captionsAt - 4, text, angle: LEANING } : { x, y: captionsAt, text, angle: 0 }
  })
  const logits = nodes.filter(({ node: { kind } }) => kind === 'LOGIT')
  return [...below, ...logits.map(({ node: { label }, x, y }): Caption => ({ x: x + 2, y: y - 12, text: shortText(label), angle: -LEANING }))]
}
