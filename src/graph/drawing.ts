/**
 * What of a stored graph a picture shows: a threshold and a budget that are stricter than those it was pruned with, so that
 * nobody loads more than is drawn. Nodes are chosen as pruning chooses them; no node is left out for having lost its edges.
 */
import type { NodeKind } from './node.ts'

export interface DrawingLimits {
  /** Nodes are drawn until they make up this share of all influence. */
  threshold: number
  /** At most so many nodes; tokens and logits are drawn in any case. */
  maxNodes: number
}

export interface RankedNode {
  ordinal: number
  kind: NodeKind
  /** The share of all influence that this node and those with more of it have. */
  cumulative: number
}

export const alwaysDrawn = ['token', 'logit'] as const satisfies readonly NodeKind[]
const isAlwaysDrawn = ({ kind }: RankedNode): boolean => alwaysDrawn.some((each) => each === kind)

/** The last of the nodes that are drawn, by influence; those with as much of it go by their ordinals. */
export type Cut = Pick<RankedNode, 'cumulative' | 'ordinal'>

/** null: tokens and logits alone. */
export function cutOf(nodes: readonly RankedNode[], { threshold, maxNodes }: DrawingLimits): Cut | null {
  const others = nodes.filter((node) => !isAlwaysDrawn(node)).sort((a, b) => a.cumulative - b.cumulative || a.ordinal - b.ordinal)
  const room = Math.max(0, maxNodes - (nodes.length - others.length))
  // The node with which the share is reached is among them.
  const last = nodes.reduce((least, { cumulative }) => (cumulative >= threshold ? Math.min(least, cumulative) : least), Infinity)
  const drawn = others.filter(({ cumulative }) => cumulative <= last).slice(0, room)
  const { cumulative, ordinal } = drawn.at(-1) ?? {}
  return cumulative === undefined || ordinal === undefined ? null : { cumulative, ordinal }
}

export const isDrawn = (node: RankedNode, cut: Cut | null): boolean =>
  isAlwaysDrawn(node) ||
  (cut !== null && (node.cumulative < cut.cumulative || (node.cumulative === cut.cumulative && node.ordinal <= cut.ordinal)))
