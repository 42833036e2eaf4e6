/** The pinned nodes as a small graph of their own, in which a group stands as one node. */
import type { DrawnEdge, DrawnNode } from './layout.ts'
import type { Notes } from './notes.ts'

export interface Part {
  /** The label of a group, or the id of a node. */
  id: string
  label: string
  /** More than one for groups. */
  nodes: readonly DrawnNode[]
  isGroup: boolean
}

export interface PartEdge {
  from: Part
  to: Part
  /** −1 … 1: the share of `from` in what leads into `to`. Members of a group count by their influence. */
  share: number
}

export function subgraphOf(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[], { groups, words }: Notes): { parts: Part[]; edges: PartEdge[] } {
  const wordsOf = new Map(words.map(({ node, text }) => [node, text]))
  const grouped = groups.map(({ label, nodes: ids }): Part => ({ id: label, label, nodes: nodes.filter(({ nodeId }) => ids.includes(nodeId)), isGroup: true }))
  const inGroup = new Set(grouped.flatMap((part) => part.nodes.map(({ nodeId }) => nodeId)))
  const alone = nodes.filter(({ nodeId }) => !inGroup.has(nodeId))
    .map((node): Part => ({ id: node.nodeId, label: wordsOf.get(node.nodeId) ?? node.label, nodes: [node], isGroup: false }))
  const parts = [...grouped.filter((part) => part.nodes.length > 0), ...alone]
  const partOf = new Map(parts.flatMap((part) => part.nodes.map((node) => [node.ordinal, part] as const)))
  const weightOf = memberWeights(parts)
  const shares = new Map<Part, Map<Part, number>>()
  for (const edge of edges) {
    const [from, to] = [partOf.get(edge.from), partOf.get(edge.to)]
    if (!from || !to || from === to) continue
    const into = shares.get(to) ?? new Map<Part, number>()
    into.set(from, (into.get(from) ?? 0) + Math.sign(edge.weight) * edge.share * (weightOf.get(edge.to) ?? 0))
    shares.set(to, into)
  }
  const links = [...shares].flatMap(([to, into]) => [...into].map(([from, share]): PartEdge => ({ from, to, share })))
  return { parts, edges: links.sort((a, b) => Math.abs(b.share) - Math.abs(a.share)) }
}

/**
 * By ordinal: the weight of a member in its group, by its influence or, for a logit, its probability. If all of these
 * are 0, all members count the same.
 */
function memberWeights(parts: readonly Part[]): Map<number, number> {
  return new Map(parts.flatMap(({ nodes }) => {
    const own = nodes.map(({ influence, probability }) => influence + (probability ?? 0))
    const total = own.reduce((sum, each) => sum + each, 0)
    return nodes.map(({ ordinal }, at) => [ordinal, total > 0 ? own[at]! / total : 1 / nodes.length] as const)
  }))
}

export interface PlacedPart {
  part: Part
  x: number
  y: number
  width: number
}

const BOX = { height: 30, gap: 14, row: 66, letter: 7.2, padding: 22, most: 220 }

/** Places parts in rows, from below, by the length of the longest path that leads to them. */
export function placeParts(parts: readonly Part[], edges: readonly PartEdge[]): { placed: PlacedPart[]; width: number; height: number } {
  const order = [...parts].sort((a, b) => firstOf(a) - firstOf(b))
  const levels = new Map<Part, number>(order.map((part) => [part, 0]))
  // Two groups may lead into each other; the one that comes first in the computation stays below.
  for (const part of order) {
    const before = edges.filter(({ from, to }) => to === part && firstOf(from) < firstOf(part))
    levels.set(part, Math.max(0, ...before.map(({ from }) => (levels.get(from) ?? 0) + 1)))
  }
  const most = Math.max(0, ...levels.values())
  const rows = Array.from({ length: most + 1 }, (_, level) => order.filter((part) => levels.get(part) === level))
  // A group's label also shows how many nodes it has.
  const widthOf = ({ label, isGroup }: Part) => Math.min(BOX.most, (label.length + (isGroup ? 4 : 0)) * BOX.letter + BOX.padding)
  const widths = rows.map((row) => row.reduce((sum, part) => sum + widthOf(part) + BOX.gap, BOX.gap))
  const width = Math.max(320, ...widths)
  const height = rows.length * BOX.row + 10
  const placed = rows.flatMap((row, level) => {
    let x = (width - widths[level]!) / 2 + BOX.gap
    return row.map((part): PlacedPart => {
      const own = widthOf(part)
      const at = { part, x: x + own / 2, y: height - BOX.row * level - BOX.row / 2, width: own }
      x += own + BOX.gap
      return at
    })
  })
  return { placed, width, height }
}

const firstOf = ({ nodes }: Part): number => Math.min(...nodes.map(({ ordinal }) => ordinal))
export const BOX_HEIGHT = BOX.height
