/** How nodes and edges look, on a canvas and in an SVG alike: shapes by kind, colours by sign, widths by share. */
import { line, linkVertical, type SymbolType, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape'
import { palettes } from '../../plot/palette.ts'
import type { Theme } from '../../state/theme.ts'
import type { DrawnEdge, DrawnNode, GraphLayout, PlacedNode } from './layout.ts'

type Kind = DrawnNode['kind']

const SHAPES: Readonly<Record<Kind, SymbolType>> = {
  TOKEN: symbolSquare, LOGIT: symbolSquare, FEATURE: symbolCircle, HEAD: symbolCircle, ATTENTION: symbolCircle, MLP: symbolTriangle,
  ERROR: symbolDiamond, REST: symbolDiamond, SKIP: symbolDiamond, STREAM: symbolDiamond, SAE_BIAS: symbolDiamond, BIAS: symbolDiamond,
}

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  TOKEN: 'token', LOGIT: 'logit', FEATURE: 'feature', HEAD: 'head', ATTENTION: 'attention', MLP: 'MLP', ERROR: 'error', REST: 'other features',
  SKIP: 'skip', STREAM: 'stream', SAE_BIAS: 'bias of the set', BIAS: 'bias',
}

/** The legend of the shapes. */
export const LEGEND: readonly { shape: string; kinds: readonly Kind[]; name: string }[] = [
  { shape: '●', kinds: ['FEATURE'], name: 'features' },
  { shape: '●', kinds: ['HEAD', 'ATTENTION'], name: 'attention' },
  { shape: '▲', kinds: ['MLP'], name: 'MLPs' },
  { shape: '◇', kinds: ['ERROR', 'REST', 'SKIP', 'STREAM', 'SAE_BIAS', 'BIAS'], name: 'errors, the rest and biases' },
  { shape: '■', kinds: ['TOKEN', 'LOGIT'], name: 'tokens and logits' },
]

/** Squares and diamonds have the same extent as circles. */
const areaOf = (radius: number): number => Math.PI * radius ** 2

/** d3-shape's types know no OffscreenCanvas, whose context draws paths as any other. */
type Context = Parameters<ReturnType<typeof symbol>['context']>[0] | OffscreenCanvasRenderingContext2D
type Known = Parameters<ReturnType<typeof symbol>['context']>[0]

/** The outline of a node around (0, 0): drawn into a context, or as the path of an SVG. */
export function outline(kind: Kind, radius: number, context: Context = null): string | null {
  return symbol().type(SHAPES[kind]).size(areaOf(radius)).context(context as Known)() as string | null
}

export interface Strand {
  from: PlacedNode
  to: PlacedNode
  edge: DrawnEdge
  /** 0 … 1 */
  strength: number
}

const EXPONENT = 0.6

/** Both ends must be drawn; the weakest first, so that the strongest lie on top. */
export function strandsOf(edges: readonly DrawnEdge[], { byOrdinal }: Pick<GraphLayout, 'byOrdinal'>): Strand[] {
  const strands = edges.flatMap((edge): Strand[] => {
    const [from, to] = [byOrdinal.get(edge.from), byOrdinal.get(edge.to)]
    return from && to ? [{ from, to, edge, strength: Math.min(1, edge.share) ** EXPONENT }] : []
  })
  return strands.sort((a, b) => a.strength - b.strength)
}

const WIDTHS = { least: 0.5, most: 4.5 }
export const widthOf = ({ strength }: Strand): number => WIDTHS.least + (WIDTHS.most - WIDTHS.least) * strength
export const opacityOf = ({ strength }: Strand): number => 0.12 + 0.6 * strength

const rgb = ([r, g, b]: readonly [number, number, number]): string => `rgb(${r} ${g} ${b})`
export function colourOf({ edge }: Strand, theme: Theme): string {
  const { positive, negative } = palettes[theme]
  return rgb(edge.weight < 0 ? negative : positive)
}

const curve = linkVertical<Strand, PlacedNode>().source(({ from }) => from).target(({ to }) => to).x(({ x }) => x).y(({ y }) => y)
const straight = line<PlacedNode>().x(({ x }) => x).y(({ y }) => y)

/** Within a row there is no room for a curve. */
export function route(strand: Strand, context: Context = null): string | null {
  const { from, to } = strand
  if (from.row !== to.row) return curve.context(context as Known)(strand) as string | null
  return straight.context(context as Known)([from, to])
}

/** The fill of a node: nodes that explain something are full, others hollow. */
export function fillOf({ kind }: DrawnNode, theme: Theme): string {
  const { accent, surface, ink } = palettes[theme]
  if (kind === 'TOKEN' || kind === 'LOGIT') return rgb(ink)
  return SHAPES[kind] === symbolDiamond ? rgb(surface) : rgb(accent)
}
