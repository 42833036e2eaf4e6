/** What the edges into one sublayer's nodes are computed from, and what comes of it. N positions, D width, H heads. */
import type { Passes } from '../depass/passes.ts'
import type { EdgeList, NodeKind } from './node.ts'

/** Nodes with the vectors [D] that they add at their positions. */
export interface Sources {
  /** By position: the nodes there in the order of computation, BIAS left out. */
  at: { node: number; vector: Float32Array }[][]
  /** [N, D]: every bias met so far, by position; null where the model has none. */
  bias: { node: number; vectors: Float32Array } | null
}

/** What the plain pass gave of one layer: vectors [N, W], and the pattern [H, N, N]. */
export interface LayerReads {
  z: Float32Array
  attnRaw: Float32Array
  mlpOut: Float32Array
  pattern: Float32Array
}

export interface LayerGiven {
  passes: Passes
  layer: number
  read: LayerReads
  sources: Sources
  N: number
}

export interface ModuleNode {
  kind: NodeKind
  layer: number
  index: number
  position: number
  /** ‖v‖ */
  value: number
}

export interface SublayerEdges {
  nodes: { node: ModuleNode; vector: Float32Array; list: EdgeList }[]
  /** [N, D]: what its own biases add to the stream; null where it has none. */
  bias: Float32Array | null
}

/** ‖v‖ and v ÷ ‖v‖; a vector of zeros has no direction. */
export function directionOf(vector: ArrayLike<number>): { length: number; direction: Float64Array } {
  let square = 0
  for (let d = 0; d < vector.length; d++) square += vector[d]! ** 2
  const length = Math.sqrt(square)
  return { length, direction: Float64Array.from(vector, (value) => (length > 0 ? value / length : 0)) }
}
