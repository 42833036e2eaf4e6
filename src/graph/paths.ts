/**
 * The strongest paths of a graph. A path's weight is the product of the shares of its edges (|edge| ÷ Σ |edges| into the
 * target, with the edge's sign): the part of the last node that comes along the path. Edges lead from earlier to later
 * nodes.
 */
import { unknownNode } from './unknown-node.ts'

export interface PathEdge {
  from: number
  to: number
  weight: number
  share: number
}

export interface GraphPath {
  /** From the first to the last. */
  nodes: number[]
  /** Product of the shares, with the sign of the product of the weights. */
  weight: number
}

/** What is known of a node that a path may begin or end at. */
export interface PathNode {
  ordinal: number
  /** Such as 2_320_5. */
  name: string
  kind: string
  /** Of a logit. */
  probability: number | null
}

/** Names of nodes; null: from any token, to the likeliest logit. */
export interface PathEnds {
  from: string | null
  to: string | null
}

/** The strongest paths between two nodes of a graph. Refuses (NOT_FOUND) names that are none of its nodes. */
export function pathsBetween(nodes: readonly PathNode[], edges: readonly PathEdge[], { from, to }: PathEnds, count: number): GraphPath[] {
  const named = (name: string) => {
    const node = nodes.find((each) => each.name === name)
    if (node) return node
    throw unknownNode('NOT_FOUND', name, (nodes.find(({ kind }) => kind === 'feature') ?? nodes[0])?.name)
  }
  const starts = from === null ? nodes.filter(({ kind }) => kind === 'token') : [named(from)]
  const logits = nodes.filter(({ kind }) => kind === 'logit').sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
  const end = to === null ? logits[0] : named(to)
  return end === undefined ? [] : strongestPaths(edges, new Set(starts.map(({ ordinal }) => ordinal)), end.ordinal, count)
}

/** A search that takes more steps than this stops with the paths found so far. */
const MAX_STEPS = 200_000

/**
 * The `count` paths with the largest |weight| from any of `from` to `to`, largest first. The best weight from the starts
 * to each node is computed first. It bounds what a partial path can still reach, so the search meets paths in order.
 */
export function strongestPaths(edges: readonly PathEdge[], from: ReadonlySet<number>, to: number, count: number): GraphPath[] {
  const into = new Map<number, PathEdge[]>()
  for (const edge of edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge])
  const best = bestFrom(edges, from)
  const open = new Heap<{ nodes: number[]; weight: number; bound: number }>((a, b) => b.bound - a.bound)
  open.push({ nodes: [to], weight: 1, bound: best.get(to) ?? 0 })
  const found: GraphPath[] = []
  for (let steps = 0; found.length < count && steps < MAX_STEPS; steps++) {
    const next = open.pop()
    if (next === undefined || next.bound === 0) break
    const [first] = next.nodes
    // A start ends the path; longer paths through it are separate paths.
    if (from.has(first!) && next.nodes.length > 1) {
      found.push({ nodes: next.nodes, weight: next.weight })
      continue
    }
    for (const { from: before, weight, share } of into.get(first!) ?? []) {
      const signed = next.weight * share * Math.sign(weight)
      const bound = Math.abs(signed) * (best.get(before) ?? 0)
      if (bound > 0) open.push({ nodes: [before, ...next.nodes], weight: signed, bound })
    }
  }
  return found
}

/** For each node, the largest |weight| of a path from a start to it; 1 for starts. */
function bestFrom(edges: readonly PathEdge[], from: ReadonlySet<number>): Map<number, number> {
  const best = new Map<number, number>([...from].map((node) => [node, 1]))
  for (const { from: before, to, share } of [...edges].sort((a, b) => a.to - b.to)) {
    if (from.has(to)) continue
    const through = (best.get(before) ?? 0) * share
    if (through > (best.get(to) ?? 0)) best.set(to, through)
  }
  return best
}

/** A binary heap: the first in order comes out first. */
class Heap<T> {
  readonly #items: T[] = []
  readonly #compare: (a: T, b: T) => number
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#compare(items[parent]!, item) <= 0) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#compare(items[child + 1]!, items[child]!) < 0) child++
      if (this.#compare(last, items[child]!) <= 0) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }
}
