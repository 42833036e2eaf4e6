/**
 * The part of a stored graph that a picture shows. Its threshold and budget are stricter than those of the pruning, so that
 * only what is drawn is loaded. Nodes are chosen as in pruning, but a node is not dropped because it has lost its edges.
 */
import type { NodeKind } from './node.ts'

export interface DrawingLimits {
  /** Nodes are drawn, the most influential first, until they make up this share of all influence. */
  threshold: number
  /** The most nodes that are drawn; tokens and logits are always drawn. */
  maxNodes: number
}

export interface RankedNode {
  ordinal: number
  kind: NodeKind
  /** The share of all influence of this node and the nodes with more. */
  cumulative: number
}

export const alwaysDrawn = ['token', 'logit'] as const satisfies readonly NodeKind[]
const isAlwaysDrawn = ({ kind }: RankedNode): boolean => alwaysDrawn.some((each) => each === kind)

/** The last node that is drawn, by influence; nodes with equal influence are ordered by their ordinals. */
export type Cut = Pick<RankedNode, 'cumulative' | 'ordinal'>

/** null if only tokens and logits are drawn. */
export function cutOf(nodes: readonly RankedNode[], { threshold, maxNodes }: DrawingLimits): Cut | null {
  const others = nodes.filter((node) => !isAlwaysDrawn(node)).sort((a, b) => a.cumulative - b.cumulative || a.ordinal - b.ordinal)
  const room = Math.max(0, maxNodes - (nodes.length - others.length))
  // The node at which the share is reached is drawn, too.
  const last = nodes.reduce((least, { cumulative }) => (cumulative >= threshold ? Math.min(least, cumulative) : least), Infinity)
  const drawn = others.filter(({ cumulative }) => cumulative <= last).slice(0, room)
  const { cumulative, ordinal } = drawn.at(-1) ?? {}
  return cumulative === undefined || ordinal === undefined ? null : { cumulative, ordinal }
}

export const isDrawn = (node: RankedNode, cut: Cut | null): boolean =>
  isAlwaysDrawn(node) ||
  (cut !== null && (node.cumulative < cut.cumulative || (node.cumulative === cut.cumulative && node.ordinal <= cut.ordinal)))
