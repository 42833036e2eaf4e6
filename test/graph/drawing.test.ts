/** Which nodes of a stored graph are drawn. */
import { describe, expect, it } from 'vitest'
import { cutOf, type DrawingLimits, isDrawn, type RankedNode } from '../../src/graph/drawing.ts'

const node = (ordinal: number, kind: RankedNode['kind'], cumulative: number): RankedNode => ({ ordinal, kind, cumulative })
const nodes = [
  node(0, 'token', 1), node(1, 'feature', 0.9), node(2, 'feature', 0.3), node(3, 'error', 0.75), node(4, 'feature', 0.55), node(5, 'logit', 1),
]

function drawnNodes(all: readonly RankedNode[], limits: DrawingLimits): number[] {
  const cut = cutOf(all, limits)
  return all.filter((each) => isDrawn(each, cut)).map(({ ordinal }) => ordinal)
}

describe('a drawing of a graph', () => {
  it('has tokens and logits always, and nodes until the share is reached, with the one that reaches it', () => {
    expect(drawnNodes(nodes, { threshold: 0.5, maxNodes: 100 })).toEqual([0, 2, 4, 5])
    expect(drawnNodes(nodes, { threshold: 0.55, maxNodes: 100 })).toEqual([0, 2, 4, 5])
    expect(drawnNodes(nodes, { threshold: 0.56, maxNodes: 100 })).toEqual([0, 2, 3, 4, 5])
    expect(drawnNodes(nodes, { threshold: 1, maxNodes: 100 })).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('keeps to a budget, in which those with the most influence come first', () => {
    expect(drawnNodes(nodes, { threshold: 1, maxNodes: 4 })).toEqual([0, 2, 4, 5])
    expect(drawnNodes(nodes, { threshold: 1, maxNodes: 1 })).toEqual([0, 5])
    const equal = [1, 2, 3, 4].map((ordinal) => node(ordinal, 'feature', 0.5))
    expect(drawnNodes(equal, { threshold: 1, maxNodes: 3 })).toEqual([1, 2, 3])
  })
})
