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

/** Of the other edges and of nodes without an edge to the chosen one. */
const FADED = 0.12
const FAR = 0.35
const FONT = 'ui-sans-serif, system-ui, sans-serif'
const LONGEST_TEXT = 18

/** Texts of tokens and logits, shortened. */
export const shortText = (text: string): string => {
  const shown = tokenName(text)
  return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT - 1)}…` : shown
}

/** What does not depend on the chosen node, each painted once: thousands of curves and shapes take a browser longer than a step. */
export interface Layers<T> {
  edges: T
  nodes: T
  words: T
}

type Still = Pick<Picture, 'layout' | 'tokens' | 'strands' | 'theme'>

export const paintLayer: Layers<(context: Context2d, picture: Still) => void> = {
  edges(context, { strands, theme }) {
    for (const strand of strands) stroke(context, strand, theme, opacityOf(strand))
  },
  nodes(context, { layout, theme }) {
    for (const placed of layout.nodes) node(context, placed, { layout, theme }, { isChosen: false, isPinned: false })
  },
  words(context, { layout, tokens, theme }) {
    texts(context, { layout, tokens, theme })
  },
}

/** The layers, and above them what is chosen and what is pinned. */
export function paint(context: Context2d, picture: Omit<Picture, 'strands' | 'tokens'>, layers: Layers<CanvasImageSource>): void {
  const { layout, chosen, pinned, theme } = picture
  const lay = (layer: CanvasImageSource, opacity: number) => {
    context.globalAlpha = opacity
    context.drawImage(layer, 0, 0, layout.width, layout.height)
    context.globalAlpha = 1
  }
  context.clearRect(0, 0, layout.width, layout.height)
  ruled(context, picture)
  lay(layers.edges, chosen ? FADED : 1)
  for (const strand of chosen?.strands ?? []) stroke(context, strand, theme, Math.min(1, opacityOf(strand) + 0.25))
  lay(layers.nodes, chosen ? FAR : 1)
  const near = new Set([...(chosen ? [chosen.node] : []), ...(chosen?.strands ?? []).flatMap(({ from, to }) => [from, to])])
  const standsOut = (placed: PlacedNode) => near.has(placed) || pinned.has(placed.node.nodeId)
  for (const placed of layout.nodes.filter(standsOut)) {
    node(context, placed, { layout, theme }, { isChosen: placed === chosen?.node, isPinned: pinned.has(placed.node.nodeId) })
  }
  lay(layers.words, 1)
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

interface Look {
  isChosen: boolean
  isPinned: boolean
}

function node(context: Context2d, { node: drawn, x, y }: PlacedNode, { layout, theme }: Pick<Picture, 'layout' | 'theme'>, { isChosen, isPinned }: Look): void {
  const { ink, accent, surface } = palettes[theme]
  context.save()
  context.translate(x, y)
  context.beginPath()
  outline(drawn.kind, layout.radius + (isChosen ? 1.5 : 0), context)
  context.fillStyle = fillOf(drawn, theme)
  context.fill()
  context.lineWidth = isChosen || isPinned ? 2.2 : 1
  context.strokeStyle = css(isChosen || isPinned ? ink : drawn.kind === 'TOKEN' || drawn.kind === 'LOGIT' ? surface : accent)
  context.stroke()
  context.restore()
}

/** Names of rows, and a hair line for each. */
function ruled(context: Context2d, { layout, theme }: Pick<Picture, 'layout' | 'theme'>): void {
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
function texts(context: Context2d, { layout, tokens, theme }: Pick<Picture, 'layout' | 'tokens' | 'theme'>): void {
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
