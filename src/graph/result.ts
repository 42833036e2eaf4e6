/** A graph result: a pruned graph, and how well it explains the logits. */
import type { GraphScores } from './influence.ts'
import type { PrunedEdge, PrunedNode } from './prune.ts'

/** A node with the label that people read. */
export interface LabelledNode extends PrunedNode {
  label: string
}

export interface GraphResult extends GraphScores {
  nodes: readonly LabelledNode[]
  /** By target, then by |weight|. */
  edges: readonly PrunedEdge[]
  /** Before pruning. */
  whole: { nodes: number; edges: number }
  /** The largest |Σ edges + constant − value| ÷ largest term, over all nodes. */
  completenessError: number
  milliseconds: number
}
