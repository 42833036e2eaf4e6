/**
 * Which part of a graph is kept, as in circuit-tracer's `prune_graph`: the nodes that make up a share of all influence, and
 * among them the edges that make up a share of the influence through edges. Nodes that are left without edges are dropped. A
 * budget of nodes cuts further, by influence. Tokens and logits always stay.
 */
import { influenceOf, logitWeights, normalisedWeights } from './influence.ts'
import { hasIncoming, type GraphNode, type Incoming, type WholeGraph } from './node.ts'
import type { EdgeKind } from './request.ts'

export interface PrunedNode extends GraphNode {
  /** Influence on the logits, in the whole graph. */
  influence: number
  /** The share of all influence of this node and the nodes with more: thresholds are compared with it. */
  cumulative: number
}

export interface PrunedEdge {
  /** Indices among the nodes that are kept. */
  from: number
  to: number
  weight: number
  /** Its share of all edges into `to` in the whole graph, in absolute value. */
  share: number
}

export interface PrunedGraph {
  nodes: readonly PrunedNode[]
  /** By target, then by |weight|. */
  edges: readonly PrunedEdge[]
}

interface Limits {
  nodeThreshold: number
  edgeThreshold: number
  maxNodes: number
  edges: EdgeKind
}

export function prune(whole: WholeGraph, influence: Float64Array, limits: Limits): PrunedGraph {
  const { nodes, incoming } = whole
  const kept = keptNodes(nodes, influence, limits)
  const shares = incoming.map((into) => (into ? normalisedWeights(into) : null))
  const among = incoming.map((into, n) => (into && kept[n] ? restricted(into, kept) : null))
  const edges = keptEdges(nodes, among, limits)
  dropLoose(nodes, kept, edges)
  const cumulative = cumulativeShares(influence)
  const numbers = new Map<number, number>()
  const left = nodes.flatMap((node, n): PrunedNode[] => {
    if (!kept[n]) return []
    numbers.set(n, numbers.size)
    return [{ ...node, influence: influence[n]!, cumulative: cumulative[n]! }]
  })
  const drawn = edges.map(({ from, to, place }): PrunedEdge => (
    { from: numbers.get(from)!, to: numbers.get(to)!, weight: incoming[to]!.weight[place]!, share: shares[to]![place]! }))
  return { nodes: left, edges: drawn.sort((a, b) => a.to - b.to || Math.abs(b.weight) - Math.abs(a.weight) || a.from - b.from) }
}

const isAlwaysKept = ({ kind }: GraphNode) => kind === 'token' || kind === 'logit'

/** [nodes]: 1 for those that are kept. */
function keptNodes(nodes: readonly GraphNode[], influence: Float64Array, { nodeThreshold, maxNodes }: Limits): Uint8Array {
  const least = thresholdOf(influence, nodeThreshold)
  const others = nodes.flatMap((node, n) => (!isAlwaysKept(node) && influence[n]! >= least && influence[n]! > 0 ? [n] : []))
  others.sort((a, b) => influence[b]! - influence[a]! || a - b)
  const kept = Uint8Array.from(nodes, (node) => (isAlwaysKept(node) ? 1 : 0))
  const room = Math.max(0, maxNodes - kept.reduce((sum, one) => sum + one, 0))
  for (const n of others.slice(0, room)) kept[n] = 1
  return kept
}

/** The largest scores together make up the share; this is the smallest of them. */
export function thresholdOf(scores: Float64Array, share: number): number {
  const sorted = scores.slice().sort().reverse()
  const total = sorted.reduce((sum, score) => sum + score, 0)
  let sum = 0
  for (const score of sorted) {
    sum += score
    if (sum >= share * total) return score
  }
  return sorted.at(-1) ?? 0
}

interface PlacedEdge {
  from: number
  to: number
  /** Its index among the edges into `to` in the whole graph. */
  place: number
}

/** Edges from nodes that are kept, with their indices. */
function restricted({ from, weight, runs }: Incoming, kept: Uint8Array): Incoming & { places: number[] } {
  const places: number[] = []
  const starts: number[] = []
  for (const [r, begin] of runs.entries()) {
    starts.push(places.length)
    for (let e = begin; e < (runs[r + 1] ?? from.length); e++) if (kept[from[e]!]) places.push(e)
  }
  return {
    from: Int32Array.from(places, (e) => from[e]!), weight: Float64Array.from(places, (e) => weight[e]!), runs: starts, places,
  }
}

/** Edges are ranked by their share of their target, times what the target passes on; the largest are kept. */
function keptEdges(
  nodes: readonly GraphNode[], incoming: readonly ((Incoming & { places: number[] }) | null)[], { edgeThreshold, edges: kind }: Limits,
): PlacedEdge[] {
  const influence = influenceOf({ nodes, incoming }, kind)
  const weights = logitWeights(nodes)
  const all: PlacedEdge[] = []
  const scores: number[] = []
  for (const [to, into] of incoming.entries()) {
    if (!into) continue
    // In a graph of total edges a node passes nothing on, so its edges are ranked by the node's own influence.
    const output = influence[to]! + weights[to]!
    normalisedWeights(into).forEach((weight, e) => {
      all.push({ from: into.from[e]!, to, place: into.places[e]! })
      scores.push(weight * output)
    })
  }
  const least = thresholdOf(Float64Array.from(scores), edgeThreshold)
  return all.filter((_, e) => scores[e]! >= least && scores[e]! > 0)
}

/** Repeatedly drops nodes without outgoing edges, and those that need incoming edges and have none, with their edges. */
function dropLoose(nodes: readonly GraphNode[], kept: Uint8Array, edges: PlacedEdge[]): void {
  for (;;) {
    const [out, into] = [new Set(edges.map(({ from }) => from)), new Set(edges.map(({ to }) => to))]
    const loose = nodes.flatMap((node, n) =>
      kept[n] && !isAlwaysKept(node) && (!out.has(n) || (hasIncoming(node.kind) && !into.has(n))) ? [n] : [])
    if (loose.length === 0) return
    for (const n of loose) kept[n] = 0
    const stays = edges.filter(({ from, to }) => kept[from] && kept[to])
    edges.splice(0, edges.length, ...stays)
  }
}

/** [nodes]: the share of all influence of this node and the nodes with more. */
function cumulativeShares(influence: Float64Array): Float64Array {
  const order = [...influence.keys()].sort((a, b) => influence[b]! - influence[a]! || a - b)
  const total = influence.reduce((sum, each) => sum + each, 0)
  const shares = new Float64Array(influence.length)
  let sum = 0
  for (const n of order) {
    sum += influence[n]!
    shares[n] = total > 0 ? Math.min(1, sum / total) : 0
  }
  return shares
}
