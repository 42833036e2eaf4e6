/**
 * Total edges of a module graph under a linear rule, in float64 and the long way: every direct edge as a matrix [D, D] that
 * takes what a node adds to its share of another, all of them in one matrix B over nodes and directions, and all ways from
 * node to node by solving (I − B) u = v. Nothing is shared with the product.
 */
import {
  activeMlps, attentionPattern, centre, forwardLayer, linear, mixedHeads, mixtureOutput, project, scaleOf, softCap,
} from '../invariants/forward.ts'
import { dot, sum, times, type Layer, type Matrix, type Norm, type PlainModel, type Vector } from '../invariants/plain-model.ts'

export interface DenseNode {
  /** As the graph names it. */
  id: string
  position: number
  /** [D] */
  vector: Vector
  /** How much of the stream [N, D] that it reads, taken apart, is in what it adds. Zero for tokens. */
  read(part: Vector, at: number): Vector
  /** How many of the nodes stand before it. */
  before: number
}

export interface DenseGraph {
  nodes: DenseNode[]
  /** Edges from node to node, [target][source]: direct ones, and those by all ways. */
  direct: Matrix
  total: Matrix
  /** Into the logit of a token at the last position, [source]. */
  logit(tokenId: number): { direct: Vector; total: Vector }
}

export function denseGraph(model: PlainModel, tokenIds: readonly number[], by: 'head' | 'module'): DenseGraph {
  const { nodes, x } = nodesOf(model, tokenIds, by)
  const D = x[0]!.length
  const size = nodes.length * D
  const unit = (d: number) => Array.from({ length: D }, (_, e) => Number(e === d))
  const B = Array.from({ length: size }, () => new Float64Array(size))
  for (const [t, target] of nodes.entries()) {
    for (let s = 0; s < target.before; s++) {
      for (let d = 0; d < D; d++) target.read(unit(d), nodes[s]!.position).forEach((value, e) => (B[t * D + e]![s * D + d] = value))
    }
  }
  const lines = B.map((line, r) => line.map((value, c) => Number(r === c) - value))
  const columns = solve(lines, nodes.map(({ vector }, s) => Float64Array.from({ length: size }, (_, r) => (Math.floor(r / D) === s ? vector[r % D]! : 0))))
  const along = (t: number, share: Vector) => dot(share, nodes[t]!.vector) / Math.sqrt(dot(nodes[t]!.vector, nodes[t]!.vector))
  const whole = (s: number, t: number) => [...columns[s]!.subarray(t * D, (t + 1) * D)]
  const last = tokenIds.length - 1
  return {
    nodes,
    direct: nodes.map(({ read, before }, t) => nodes.map(({ vector, position }, s) => (s < before ? along(t, read(vector, position)) : 0))),
    total: nodes.map((_, t) => nodes.map((__, s) => (s === t ? 0 : along(t, whole(s, t))))),
    logit(tokenId) {
      const row = times(model.head[tokenId]!, model.logitScale)
      const project1 = (part: Vector) => dot(row, through(model.finalNorm, part, x[last]!))
      const logit = dot(row, through(model.finalNorm, x[last]!, x[last]!, true))
      const cap = logit === 0 ? 1 : softCap(logit, model.logitCap) / logit
      // What a node adds to the stream, and what of it others add there.
      const reaching = (s: number) => nodes.reduce((sofar, { position }, t) => (position === last ? sum(sofar, whole(s, t)) : sofar), Array<number>(D).fill(0))
      return {
        direct: nodes.map(({ position, vector }) => (position === last ? cap * project1(vector) : 0)),
        total: nodes.map((_, s) => cap * project1(reaching(s))),
      }
    },
  }
}

/** A part of x through a norm with the scale of x. */
function through(of: Norm | null, part: Vector, x: Vector, takesBias = false): Vector {
  if (of === null) return part
  const scale = scaleOf(of, x)
  return centre(of, part).map((value, d) => value * scale * of.gain[d]! + (takesBias ? of.bias?.[d] ?? 0 : 0))
}

function nodesOf(model: PlainModel, tokenIds: readonly number[], by: 'head' | 'module'): { nodes: DenseNode[]; x: Matrix } {
  let x = model.embed(tokenIds)
  const zero = () => Array<number>(x[0]!.length).fill(0)
  const nodes: DenseNode[] = x.map((vector, position) => ({ id: `E_${tokenIds[position]}_${position}`, position, vector, read: zero, before: 0 }))
  for (const [l, layer] of model.layers.entries()) {
    const before = nodes.length
    nodes.push(...attentionNodes(model, layer, l, x, by).map((node) => ({ ...node, before })))
    const middle = middleOf(model, layer, x)
    nodes.push(...mlpNodes(model, layer, l, model.parallel ? x : middle).map((node) => ({ ...node, before: model.parallel ? before : nodes.length })))
    x = forwardLayer(model, layer, x)
  }
  return { nodes, x }
}

/** With its neurons silent, a layer is what stands before its MLP. */
const middleOf = (model: PlainModel, layer: Layer, x: Matrix): Matrix =>
  forwardLayer(model, { ...layer, mixture: { mlps: [], weights: () => [] }, postMlpNorm: null }, x)

function attentionNodes(model: PlainModel, layer: Layer, l: number, x: Matrix, by: 'head' | 'module'): Omit<DenseNode, 'before'>[] {
  const { H, K, width } = model
  const pattern = attentionPattern(model, layer, x)
  const mixed = mixedHeads(model, layer, x)
  const behind = (part: Vector, i: number) =>
    times(through(layer.postAttnNorm, part, linear(layer.output, mixed[i]!)), model.residualScale)
  const out = (h: number, z: Vector) => {
    const all = Array<number>(H * width).fill(0)
    z.forEach((value, e) => (all[h * width + e] = value))
    return project(layer.output.weight, all)
  }
  const head = (h: number, i: number) => behind(out(h, mixed[i]!.slice(h * width, (h + 1) * width)), i)
  const read = (h: number, i: number, part: Vector, j: number) => {
    const kv = Math.floor(h / (H / K))
    const values = project(layer.v.weight, through(layer.attnNorm, part, x[j]!)).slice(kv * width, (kv + 1) * width)
    return behind(out(h, times(values, pattern[h]![i]![j]!)), i)
  }
  const heads = Array.from({ length: H }, (_, h) => h)
  const all = (of: (h: number) => Vector) => heads.map(of).reduce(sum)
  return x.flatMap((_, i) => (by === 'head'
    ? heads.map((h) => ({ id: `${l}_h${h}_${i}`, position: i, vector: head(h, i), read: (part: Vector, j: number) => read(h, i, part, j) }))
    : [{ id: `${l}_attention_${i}`, position: i, vector: all((h) => head(h, i)), read: (part: Vector, j: number) => all((h) => read(h, i, part, j)) }]))
}

/** `linear-weighted`: a neuron gives each part the share that it has in the neuron's pre-activation. */
function mlpNodes(model: PlainModel, layer: Layer, l: number, reads: Matrix): Omit<DenseNode, 'before'>[] {
  return reads.map((line, i) => {
    const active = activeMlps(model, layer, line)
    const whole = mixtureOutput(active, line.length)
    const behind = (part: Vector) => times(through(layer.postMlpNorm, part, whole), model.residualScale)
    const down = (share: (e: number, k: number) => number) => behind(active
      .map(({ mlp, weight, activations }, e) => times(project(mlp.down.weight, activations.map((a, k) => a * share(e, k))), weight))
      .reduce(sum, Array<number>(line.length).fill(0)))
    const pre = active.map(({ mlp }) => linear(mlp.gate ?? mlp.up, through(layer.mlpNorm, line, line, true)))
    const read = (part: Vector, j: number) => {
      if (j !== i) return Array<number>(line.length).fill(0)
      const normed = through(layer.mlpNorm, part, line)
      return down((e, k) => dot((active[e]!.mlp.gate ?? active[e]!.mlp.up).weight[k]!, normed) / pre[e]![k]!)
    }
    return { id: `${l}_mlp_${i}`, position: i, vector: down(() => 1), read }
  })
}

/** Solves A u = v for several v, by elimination with the largest pivot of each column. */
function solve(A: Float64Array[], right: Float64Array[]): Float64Array[] {
  const n = A.length
  const b = right.map((v) => v.slice())
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c + 1; r < n; r++) if (Math.abs(A[r]![c]!) > Math.abs(A[pivot]![c]!)) pivot = r
    ;[A[c], A[pivot]] = [A[pivot]!, A[c]!]
    for (const v of b) [v[c], v[pivot]] = [v[pivot]!, v[c]!]
    const line = A[c]!
    for (let r = c + 1; r < n; r++) {
      const factor = A[r]![c]! / line[c]!
      if (factor === 0) continue
      for (let k = c; k < n; k++) A[r]![k]! -= factor * line[k]!
      for (const v of b) v[r]! -= factor * v[c]!
    }
  }
  for (const v of b) {
    for (let r = n - 1; r >= 0; r--) {
      for (let k = r + 1; k < n; k++) v[r]! -= A[r]![k]! * v[k]!
      v[r]! /= A[r]![r]!
    }
  }
  return b
}
