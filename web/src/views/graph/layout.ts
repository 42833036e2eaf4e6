/**
 * Places the nodes of a graph: a column for each token and a row for each step of the computation, with tokens below
 * and logits above, as the residual stream flows. Nodes that reach every position (biases) have a column of their own
 * at the left.
 */
import type { DrawingPartsFragment } from '../../api/generated.ts'

export type DrawnNode = DrawingPartsFragment['nodes'][number]
export type DrawnEdge = DrawingPartsFragment['edges'][number]

export interface PlacedNode {
  node: DrawnNode
  x: number
  y: number
  /** For the arrow keys. Rows count from below, columns from the left. */
  row: number
  column: number
}

export interface GraphLayout {
  width: number
  height: number
  radius: number
  nodes: readonly PlacedNode[]
  byOrdinal: ReadonlyMap<number, PlacedNode>
  rows: readonly { label: string; y: number }[]
  columns: readonly { position: number | null; x: number; width: number }[]
  /** Whether texts under the columns are slanted, and where they stand. */
  leans: boolean
  captionsAt: number
}

const GUTTER = 74
/** The margin below depends on whether texts are straight or slanted. */
const MARGIN = { top: 64, right: 44, straight: 40, leaning: 78 }
const CELL = { padding: 5, least: 26 }
const LINE = { least: 8, most: 15 }
const UNIT = { least: 7, most: 26 }
/** Rows are taller if there are few. */
const ROW = { least: 34, most: 92, all: 420 }
/** Bounds the width of columns if there are few. */
const WIDEST_STRETCH = 3.2
/** Cells are wider than high. */
const SHAPE = 1.8
/** Width of a letter under a column. */
const LETTER = 7

const SUBLAYERS: Readonly<Partial<Record<DrawnNode['kind'], string>>> = { HEAD: 'attention', ATTENTION: 'attention', MLP: 'MLP' }

/** Nodes of one row are computed together: those of a feature set, a layer's heads, its MLP. */
function rowOf({ kind, source, layer }: DrawnNode): { key: string; label: string } {
  if (kind === 'TOKEN' || (kind === 'BIAS' && source === null)) return { key: 'tokens', label: 'tokens' }
  if (kind === 'LOGIT') return { key: 'logits', label: 'logits' }
  if (source !== null) return { key: `set ${source}`, label: source }
  return { key: `layer ${layer} ${SUBLAYERS[kind] ?? ''}`, label: `L${layer} ${SUBLAYERS[kind] ?? ''}`.trim() }
}

const cellKey = (row: number, column: number): string => `${row} ${column}`

export function layoutOf(nodes: readonly DrawnNode[], tokens: readonly string[], available: number): GraphLayout {
  const rows = rowsOf(nodes)
  const positions = [...(nodes.some(({ position }) => position === null) ? [null] : []), ...tokens.map((_, position) => position)]
  const columnOf = new Map(positions.map((position, at) => [position, at]))
  const cells = new Map<string, DrawnNode[]>()
  for (const node of nodes) {
    const key = cellKey(rows.numberOf(node), columnOf.get(node.position) ?? 0)
    const members = cells.get(key)
    if (members) members.push(node)
    else cells.set(key, [node])
  }
  const shapes = new Map([...cells].map(([key, { length }]) => [key, shapeOf(length)]))
  const units = positions.map((_, column) => Math.max(1, ...rows.labels.map((__, row) => shapes.get(cellKey(row, column))?.across ?? 1)))
  const lines = rows.labels.map((_, row) => Math.max(1, ...positions.map((__, column) => shapes.get(cellKey(row, column))?.lines ?? 1)))
  const unit = clamp((available - GUTTER - MARGIN.right - positions.length * 2 * CELL.padding) / sumOf(units), UNIT)
  const line = clamp(unit, LINE)
  const own = units.map((count) => Math.max(CELL.least, count * unit + 2 * CELL.padding))
  const stretch = clamp((available - GUTTER - MARGIN.right) / sumOf(own), { least: 1, most: WIDEST_STRETCH })
  const columns = stack(positions.map((position, at) => ({ position, width: own[at]! * stretch })), GUTTER)
  const leastRow = clamp(ROW.all / lines.length, ROW)
  const heights = lines.map((count) => Math.max(leastRow, count * line + 16))
  const leans = columns.some(({ position, width }) => position !== null && (tokens[position]?.length ?? 0) * LETTER > width)
  const below = leans ? MARGIN.leaning : MARGIN.straight
  const height = MARGIN.top + below + sumOf(heights)
  const bottoms = heights.map((_, row) => height - below - sumOf(heights.slice(0, row)))
  const placed = [...cells].flatMap(([key, members]) => {
    const [row = 0, column = 0] = key.split(' ').map(Number)
    const { across } = shapeOf(members.length)
    const { x, width } = columns[column]!
    const middle = bottoms[row]! - heights[row]! / 2
    const count = Math.ceil(members.length / across)
    return inOrder(members).map((node, at): PlacedNode => {
      const line0 = Math.floor(at / across)
      const inLine = Math.min(across, members.length - line0 * across)
      const step = Math.min(unit, (width - 2 * CELL.padding) / inLine)
      return {
        node, row, column,
        x: x + (at - line0 * across - (inLine - 1) / 2) * step,
        y: middle + (line0 - (count - 1) / 2) * line,
      }
    })
  })
  const last = columns.at(-1)
  return {
    width: Math.max(available, (last ? last.x + last.width / 2 : GUTTER) + MARGIN.right),
    height,
    radius: clamp(Math.min(unit, line) * 0.42, { least: 2.6, most: 5.5 }),
    nodes: placed,
    byOrdinal: new Map(placed.map((each) => [each.node.ordinal, each])),
    rows: rows.labels.map((label, row) => ({ label, y: bottoms[row]! - heights[row]! / 2 })),
    columns,
    leans,
    captionsAt: height - below + 14,
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0)
const clamp = (value: number, { least, most }: { least: number; most: number }): number => Math.min(most, Math.max(least, value))

/** How many nodes stand beside each other, and in how many lines. */
function shapeOf(count: number): { across: number; lines: number } {
  const across = Math.max(1, Math.ceil(Math.sqrt(count * SHAPE)))
  return { across, lines: Math.ceil(count / across) }
}

/** The strongest first. */
const inOrder = (nodes: readonly DrawnNode[]): DrawnNode[] => [...nodes].sort((a, b) => a.cumulative - b.cumulative || a.ordinal - b.ordinal)

/** Rows in the order of computation. */
function rowsOf(nodes: readonly DrawnNode[]) {
  const firsts = new Map<string, { label: string; first: number }>()
  for (const node of nodes) {
    const { key, label } = rowOf(node)
    const first = key === 'tokens' ? -1 : key === 'logits' ? Infinity : node.ordinal
    firsts.set(key, { label, first: Math.min(first, firsts.get(key)?.first ?? Infinity) })
  }
  const sorted = [...firsts].sort(([, a], [, b]) => a.first - b.first)
  const numbers = new Map(sorted.map(([key], at) => [key, at]))
  return { labels: sorted.map(([, { label }]) => label), numberOf: (node: DrawnNode) => numbers.get(rowOf(node).key) ?? 0 }
}

/** `x` is the middle of each. */
function stack<T extends { width: number }>(parts: readonly T[], from: number): (T & { x: number })[] {
  let edge = from
  return parts.map((part) => {
    const x = edge + part.width / 2
    edge += part.width
    return { ...part, x }
  })
}

/** The node under the pointer, or near it. */
export function nodeAt({ nodes, radius }: GraphLayout, x: number, y: number): PlacedNode | null {
  let [nearest, least]: [PlacedNode | null, number] = [null, (radius + 5) ** 2]
  for (const placed of nodes) {
    const distance = (placed.x - x) ** 2 + (placed.y - y) ** 2
    if (distance <= least) [nearest, least] = [placed, distance]
  }
  return nearest
}

export type Step = 'left' | 'right' | 'up' | 'down'

/** The node to which an arrow key moves: along the row, or to the nearest node of the next row that has any. */
export function stepFrom({ nodes }: GraphLayout, from: PlacedNode | null, step: Step): PlacedNode | null {
  if (from === null) return nodes.reduce<PlacedNode | null>((best, each) => (best === null || each.row > best.row ? each : best), null)
  const nearest = (among: readonly PlacedNode[]) =>
    among.reduce<PlacedNode | null>((best, each) => (best === null || Math.abs(each.x - from.x) < Math.abs(best.x - from.x) ? each : best), null)
  if (step === 'left' || step === 'right') {
    const row = nodes.filter((each) => each.row === from.row).sort((a, b) => a.x - b.x || a.y - b.y)
    return row[row.indexOf(from) + (step === 'right' ? 1 : -1)] ?? null
  }
  const beyond = nodes.filter((each) => (step === 'up' ? each.row > from.row : each.row < from.row))
  const next = beyond.reduce((best, { row }) => (step === 'up' ? Math.min(best, row) : Math.max(best, row)), step === 'up' ? Infinity : -Infinity)
  return nearest(beyond.filter(({ row }) => row === next))
}
