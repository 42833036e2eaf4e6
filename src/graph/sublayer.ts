/**
 * The data from which the edges into one sublayer's nodes are computed, and the result. N positions, D width, H heads.
 */
import type { Passes } from '../depass/passes.ts'
import type { EdgeList, NodeKind } from './node.ts'

/** Nodes with the vectors [D] that they add at their positions. */
export interface Sources {
  /** By position: the nodes there in the order of computation, without BIAS. */
  at: { node: number; vector: Float32Array }[][]
  /** [N, D]: the sum of all biases so far, by position; null if the model has none. */
  bias: { node: number; vectors: Float32Array } | null
}

/** What the plain pass read in one layer: vectors [N, W], and the pattern [H, N, N]. */
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
  /** [N, D]: what its own biases add to the stream; null if it has none. */
  bias: Float32Array | null
}

/** ‖v‖ and v ÷ ‖v‖; for a vector of zeros, the direction is zeros. */
export function directionOf(vector: ArrayLike<number>): { length: number; direction: Float64Array } {
  let square = 0
  for (let d = 0; d < vector.length; d++) square += vector[d]! ** 2
  const length = Math.sqrt(square)
  return { length, direction: Float64Array.from(vector, (value) => (length > 0 ? value / length : 0)) }
}
