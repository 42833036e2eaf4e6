/** Influence, scores and pruning on graphs small enough to be done densely. */
import { describe, expect, it } from 'vitest'
import { graphScores, influenceOf } from '../../src/graph/influence.ts'
import type { GraphNode, NodeKind, WholeGraph } from '../../src/graph/node.ts'
import { prune, thresholdOf } from '../../src/graph/prune.ts'
import { Random } from '../random.ts'

const node = (kind: NodeKind, n: number, probability: number | null = null): GraphNode =>
  ({ id: `${kind}${n}`, kind, source: null, layer: 0, index: n, position: 0, value: 1, constant: 0, activation: null, probability })

/** Two tokens, an error, features that read all before them, two logits. */
function randomGraph(features: number): WholeGraph {
  const random = new Random(5)
  const nodes = [
    node('token', 0), node('token', 1), node('error', 2),
    ...Array.from({ length: features }, (_, k) => node('feature', 3 + k)),
    node('logit', 3 + features, 0.6), node('logit', 4 + features, 0.3),
  ]
  const incoming = nodes.map(({ kind }, n) => {
    if (kind !== 'feature' && kind !== 'logit') return null
    const from = Int32Array.from({ length: Math.min(n, 3 + features) }, (_, m) => m)
    return { from, weight: Float64Array.from(from, () => random.normal()), runs: [0] }
  })
  return { nodes, incoming, completenessError: 0 }
}

/** A [to][from], rows that sum to 1. */
function dense({ nodes, incoming }: WholeGraph): number[][] {
  return nodes.map((_, to) => {
    const row = nodes.map(() => 0)
    incoming[to]?.from.forEach((from, e) => (row[from] = Math.abs(incoming[to]!.weight[e]!)))
    const total = row.reduce((sum, value) => sum + value, 0)
    return total > 0 ? row.map((value) => value / total) : row
  })
}

const times = (row: readonly number[], matrix: readonly (readonly number[])[]) =>
  matrix[0]!.map((_, c) => row.reduce((sum, value, r) => sum + value * matrix[r]![c]!, 0))

describe('influence', () => {
  it('is w (A + A² + …) of the dense matrix', () => {
    const graph = randomGraph(6)
    const A = dense(graph)
    const w = graph.nodes.map(({ probability }) => (probability ?? 0) / 0.9)
    const expected = w.map(() => 0)
    let term = w
    for (let power = 0; power < graph.nodes.length; power++) {
      term = times(term, A)
      term.forEach((value, n) => (expected[n]! += value))
    }
    influenceOf(graph, 'direct').forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 12))
  })

  it('of total edges is what leads into the logits, and goes no further', () => {
    const graph = randomGraph(3)
    const A = dense(graph)
    const w = graph.nodes.map(({ probability }) => (probability ?? 0) / 0.9)
    const expected = times(w, A)
    influenceOf(graph, 'total').forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 12))
  })

  it('ends at nodes without edges into them: theirs sums to that of the logits', () => {
    const graph = randomGraph(8)
    const influence = influenceOf(graph, 'direct')
    expect(influence[0]! + influence[1]! + influence[2]!).toBeCloseTo(1, 12)
  })
})

describe('scores', () => {
  it('are those of the dense formulas of circuit-tracer', () => {
    const graph = randomGraph(6)
    const influence = influenceOf(graph, 'direct')
    const [a, b, error] = influence
    const { replacement, completeness } = graphScores(graph, influence)
    expect(replacement).toBeCloseTo((a! + b!) / (a! + b! + error!), 12)
    const A = dense(graph)
    const output = graph.nodes.map(({ probability }, n) => influence[n]! + (probability ?? 0) / 0.9)
    const explained = A.reduce((sum, row, to) => sum + (1 - row[2]!) * output[to]!, 0)
    expect(completeness).toBeCloseTo(explained / output.reduce((sum, value) => sum + value, 0), 12)
  })

  it('are 1 where nothing is unexplained, and null where nothing is there', () => {
    const graph = randomGraph(4)
    const nodes = graph.nodes.map((each) => (each.kind === 'error' ? { ...each, kind: 'bias' as const } : each))
    expect(graphScores({ ...graph, nodes }, influenceOf({ ...graph, nodes }, 'direct'))).toEqual({ replacement: 1, completeness: expect.closeTo(1, 12) })
    expect(graphScores({ nodes: [], incoming: [] }, new Float64Array())).toEqual({ replacement: null, completeness: null })
  })
})

describe('pruning', () => {
  const limits = { nodeThreshold: 0.8, edgeThreshold: 0.98, maxNodes: 100, edges: 'direct' as const }

  it('keeps everything at shares of 1', () => {
    const graph = randomGraph(6)
    const { nodes, edges } = prune(graph, influenceOf(graph, 'direct'), { ...limits, nodeThreshold: 1, edgeThreshold: 1 })
    expect(nodes).toHaveLength(graph.nodes.length)
    expect(edges).toHaveLength(graph.incoming.reduce((sum, into) => sum + (into?.from.length ?? 0), 0))
  })

  it('keeps the fewest nodes that make up the share, always tokens and logits, and no loose ends', () => {
    const graph = randomGraph(20)
    const influence = influenceOf(graph, 'direct')
    const { nodes, edges } = prune(graph, influence, limits)
    const least = thresholdOf(influence, 0.8)
    for (const each of nodes) if (each.kind === 'feature') expect(each.influence).toBeGreaterThanOrEqual(least)
    expect(nodes.length).toBeLessThan(graph.nodes.length)
    expect(nodes.filter(({ kind }) => kind === 'token' || kind === 'logit')).toHaveLength(4)
    for (const [n, { kind }] of nodes.entries()) {
      if (kind !== 'token' && kind !== 'logit') expect(edges.some(({ from }) => from === n)).toBe(true)
      if (kind === 'feature') expect(edges.some(({ to }) => to === n)).toBe(true)
    }
    for (const { from, to, weight, share } of edges) {
      expect(from).toBeLessThan(to)
      expect(Math.abs(weight)).toBeGreaterThan(0)
      expect(share).toBeLessThanOrEqual(1)
    }
    expect(nodes.every(({ cumulative }) => cumulative > 0 && cumulative <= 1)).toBe(true)
  })

  it('keeps at most so many nodes, those with the most influence', () => {
    const graph = randomGraph(20)
    const influence = influenceOf(graph, 'direct')
    const { nodes } = prune(graph, influence, { ...limits, nodeThreshold: 1, edgeThreshold: 1, maxNodes: 9 })
    const best = [...influence.keys()].filter((n) => !['token', 'logit'].includes(graph.nodes[n]!.kind)).sort((a, b) => influence[b]! - influence[a]!).slice(0, 5)
    expect(nodes.filter(({ kind }) => kind !== 'token' && kind !== 'logit').map(({ id }) => id).sort()).toEqual(best.map((n) => graph.nodes[n]!.id).sort())
  })
})
