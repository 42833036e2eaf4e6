/**
 * How much of a graph's logits passes through each node, as circuit-tracer defines it
 * (https://github.com/safety-research/circuit-tracer, graph.py). The edges into each node are normalised to sum to 1 in
 * absolute value; they form the matrix A. With w the probabilities of the logits, influence = w·(A + A² + …) = w·((I −
 * A)⁻¹ − I). Edges lead from earlier to later nodes, so one backward pass sums the whole series.
 */
import { isUnexplained, type GraphNode, type Incoming, type WholeGraph } from './node.ts'
import type { EdgeKind } from './request.ts'

/** [edges into a node]: |weight| ÷ Σ |weights|; if edges are total, within each run. */
export function normalisedWeights({ weight, runs }: Incoming): Float64Array {
  const normalised = new Float64Array(weight.length)
  for (const [r, from] of runs.entries()) {
    const to = runs[r + 1] ?? weight.length
    let total = 0
    for (let e = from; e < to; e++) total += Math.abs(weight[e]!)
    if (total > 0) for (let e = from; e < to; e++) normalised[e] = Math.abs(weight[e]!) / total
  }
  return normalised
}

/** [nodes]: the probabilities of the logits, normalised to sum to 1; 0 for other nodes. */
export function logitWeights(nodes: readonly GraphNode[]): Float64Array {
  const weights = Float64Array.from(nodes, ({ kind, probability }) => (kind === 'logit' ? (probability ?? 0) : 0))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return total > 0 ? weights.map((weight) => weight / total) : weights
}

/**
 * [nodes]: influence on the logits. A total edge already contains all paths, so with total edges only the edges into the
 * logits count.
 */
export function influenceOf({ nodes, incoming }: Pick<WholeGraph, 'nodes' | 'incoming'>, edges: EdgeKind): Float64Array {
  const weights = logitWeights(nodes)
  const influence = new Float64Array(nodes.length)
  for (let target = nodes.length - 1; target >= 0; target--) {
    const into = incoming[target]
    const passed = weights[target]! + (edges === 'direct' ? influence[target]! : 0)
    if (!into || passed === 0) continue
    const normalised = normalisedWeights(into)
    for (let e = 0; e < normalised.length; e++) influence[into.from[e]!]! += passed * normalised[e]!
  }
  return influence
}

export interface GraphScores {
  /**
   * Of the influence that ends at tokens or at unexplained nodes, the share that ends at tokens. null if none ends at
   * either.
   */
  replacement: number | null
  /** Of what leads into the nodes, weighted by their influence, the share that comes from explained nodes. */
  completeness: number | null
}

export function graphScores({ nodes, incoming }: Pick<WholeGraph, 'nodes' | 'incoming'>, influence: Float64Array): GraphScores {
  const weights = logitWeights(nodes)
  let [tokens, unexplained, explained, total] = [0, 0, 0, 0]
  for (const [n, { kind }] of nodes.entries()) {
    if (kind === 'token') tokens += influence[n]!
    if (isUnexplained(kind)) unexplained += influence[n]!
    const into = incoming[n]
    const output = influence[n]! + weights[n]!
    let share = 0
    if (into) normalisedWeights(into).forEach((weight, e) => (share += isUnexplained(nodes[into.from[e]!]!.kind) ? weight / into.runs.length : 0))
    explained += (1 - share) * output
    total += output
  }
  return {
    replacement: tokens + unexplained > 0 ? tokens / (tokens + unexplained) : null,
    completeness: total > 0 ? explained / total : null,
  }
}
