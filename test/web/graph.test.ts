/** Where nodes of a graph stand, what one keeps of it, and the question in the address. */
import { describe, expect, it } from 'vitest'
import type { GraphNodeKind } from '../../web/src/api/generated.ts'
import { comparedNodes } from '../../web/src/views/graph/compare.ts'
import { graphSvg } from '../../web/src/views/graph/graph-svg.ts'
import { type DrawnNode, layoutOf, nodeAt, stepFrom } from '../../web/src/views/graph/layout.ts'
import { strandsOf } from '../../web/src/views/graph/marks.ts'
import { dissolve, group, noNotes, notesForAddress, notesInAddress, say, togglePin } from '../../web/src/views/graph/notes.ts'
import { graphFlags, graphInput, graphParts } from '../../web/src/views/graph/question.ts'
import { placeParts, subgraphOf } from '../../web/src/views/graph/subgraph.ts'
import { readState } from '../../web/src/state/url.ts'

const node = (ordinal: number, kind: GraphNodeKind, position: number | null, more: Partial<DrawnNode> = {}): DrawnNode => ({
  nodeId: `n${ordinal}`, ordinal, kind, source: null, layer: null, number: 0, position, label: `N${ordinal}`, activation: null, probability: null,
  influence: 0.1, cumulative: 0.5, ...more,
})

const tokens = ['<s>', ' a', ' b']
const nodes = [
  node(0, 'TOKEN', 0), node(1, 'TOKEN', 1), node(2, 'TOKEN', 2),
  node(3, 'FEATURE', 1, { source: '1-res', layer: 1, cumulative: 0.2 }), node(4, 'FEATURE', 1, { source: '1-res', layer: 1, cumulative: 0.1 }),
  node(5, 'SAE_BIAS', null, { source: '1-res', layer: 1 }), node(6, 'FEATURE', 2, { source: '2-res', layer: 2 }),
  node(7, 'LOGIT', 2, { layer: 3, probability: 0.7 }),
]
const edges = [
  { from: 1, to: 3, weight: 2, share: 0.8 }, { from: 3, to: 6, weight: -1, share: 0.5 }, { from: 4, to: 6, weight: 1, share: 0.25 },
  { from: 6, to: 7, weight: 3, share: 1 }, { from: 99, to: 7, weight: 1, share: 0.1 },
]

describe('the layout of a graph', () => {
  const layout = layoutOf(nodes, tokens, 900)
  const at = (ordinal: number) => layout.byOrdinal.get(ordinal)!

  it('has tokens below, feature sets in the order of computation, and logits above', () => {
    expect(layout.rows.map(({ label }) => label)).toEqual(['tokens', '1-res', '2-res', 'logits'])
    const heights = [0, 3, 6, 7].map((ordinal) => at(ordinal).y)
    expect(heights).toEqual(heights.toSorted((a, b) => b - a))
  })

  it('has a column for each token, and one at the left for what reaches every position', () => {
    expect(layout.columns.map(({ position }) => position)).toEqual([null, 0, 1, 2])
    expect(at(5).x).toBeLessThan(at(0).x)
    expect(Math.abs((at(3).x + at(4).x) / 2 - at(1).x)).toBeLessThan(1)
    // The more influential stands first.
    expect(at(4).x).toBeLessThan(at(3).x)
    expect(layout.width).toBe(900)
  })

  it('gives no two nodes the same place, however many share a cell', () => {
    const crowd = Array.from({ length: 300 }, (_, n) => node(n + 10, 'FEATURE', 1, { source: '1-res', layer: 1, cumulative: n / 300 }))
    const placed = layoutOf([...nodes, ...crowd], tokens, 900).nodes
    expect(new Set(placed.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`)).size).toBe(placed.length)
  })

  it('finds the node under a pointer, and none where there is none', () => {
    expect(nodeAt(layout, at(6).x + 3, at(6).y - 2)?.node.ordinal).toBe(6)
    expect(nodeAt(layout, at(6).x, at(6).y + 30)).toBeNull()
  })

  it('is walked with arrows: along a row, and to the nearest of the next', () => {
    const walk = (from: number, step: Parameters<typeof stepFrom>[2]) => stepFrom(layout, at(from), step)?.node.ordinal ?? null
    expect([walk(4, 'right'), walk(3, 'left'), walk(0, 'left')]).toEqual([3, 4, null])
    expect([walk(1, 'up'), walk(6, 'down'), walk(7, 'up')]).toEqual([4, 3, null])
    expect(stepFrom(layout, null, 'down')?.node.ordinal).toBe(7)
  })

  it('draws edges between nodes that are there, the strongest last', () => {
    expect(strandsOf(edges, layout).map(({ edge }) => edge.share)).toEqual([0.25, 0.5, 0.8, 1])
  })

  it('is a picture that stands on its own: a shape for each node, a line for each edge, colours by sign, and the scores', () => {
    const strands = strandsOf(edges, layout)
    const svg = graphSvg({ layout, tokens, strands, chosen: null, pinned: new Set(), theme: 'light' }, { title: 'a <b>', below: 'completeness 98%' })
    expect(svg.match(/<title>/g)).toHaveLength(nodes.length)
    expect(svg.match(/stroke-opacity/g)).toHaveLength(4)
    expect(svg.match(/stroke="rgb\(33 105 178\)"/g)).toHaveLength(1)
    expect(svg).toContain('a &lt;b&gt;')
    expect(svg).toContain('completeness 98%')
    expect(svg).not.toContain('NaN')
  })
})

describe('what one keeps of a graph', () => {
  const kept = say(group(togglePin(noNotes, '2_320_5'), 'says, capital; 100%', ['6-res,jb_3_1', '1_2_3']), '2_320_5', 'a city – "capital"')

  it('is the same from the address, whatever signs its names have', () => {
    const { pins, groups, words } = notesForAddress(kept)
    const search = new URLSearchParams({ pins, groups, words }).toString()
    expect(notesInAddress(readState(graphParts, search))).toEqual(kept)
  })

  it('says so in the address when it is nothing, so that what is saved does not come back', () => {
    expect(notesInAddress(readState(graphParts, ''))).toBeNull()
    expect(notesInAddress(readState(graphParts, new URLSearchParams(notesForAddress(noNotes)).toString()))).toEqual(noNotes)
  })

  it('takes a node that is unpinned out of its group, and a group without nodes goes', () => {
    const [one, two] = ['6-res,jb_3_1', '1_2_3']
    const without = togglePin(togglePin(kept, one!), two!)
    expect(without.groups).toEqual([])
    expect(without.pinned).toEqual(['2_320_5'])
    expect(dissolve(kept, 'says, capital; 100%').pinned).toContain(one)
    expect(group(kept, 'other', [one!]).groups.map(({ nodes: members }) => members)).toEqual([[two], [one]])
  })
})

describe('the subgraph', () => {
  const notes = { pinned: ['n1', 'n3', 'n4', 'n6', 'n7'], groups: [{ label: 'g', nodes: ['n3', 'n4'] }], words: [{ node: 'n6', text: 'mine' }] }
  const { parts, edges: links } = subgraphOf([1, 3, 4, 6, 7].map((ordinal) => nodes[ordinal]!), edges.slice(0, 4), notes)

  it('has a group as one part, with one’s own words for nodes, and what goes through it together', () => {
    expect(parts.map(({ label }) => label)).toEqual(['g', 'N1', 'mine', 'N7'])
    const shareOf = (from: string, to: string) => links.find((link) => link.from.label === from && link.to.label === to)?.share
    expect(shareOf('g', 'mine')).toBeCloseTo(-0.25, 10)
    // Half of the group is led into by it, at a share of 0.8.
    expect(shareOf('N1', 'g')).toBeCloseTo(0.4, 10)
    expect(shareOf('mine', 'N7')).toBe(1)
  })

  it('stands in rows from cause to effect', () => {
    const { placed } = placeParts(parts, links)
    const heights = ['N1', 'g', 'mine', 'N7'].map((label) => placed.find(({ part }) => part.label === label)!.y)
    expect(heights).toEqual(heights.toSorted((a, b) => b - a))
    expect(new Set(heights).size).toBe(4)
  })
})

describe('the question of a graph', () => {
  const state = (search: string) => readState(graphParts, search)

  it('computes with few limits, which the picture then cuts, so that a slider computes nothing anew', () => {
    const input = (search: string) => graphInput(state(`model=demo&text=x&${search}`))
    expect(input('threshold=0.3&nodes=40')).toEqual(input(''))
    expect(input('threshold=0.85')).toMatchObject({ nodeThreshold: 0.95, maxNodes: 500 })
    expect(input('threshold=1&nodes=1999')).toMatchObject({ nodeThreshold: 1, maxNodes: 2000 })
    expect(input('sets=1-res,2-res&edges=total')).toMatchObject({ sets: ['1-res', '2-res'], edges: 'TOTAL' })
    expect(input('by=module')).toMatchObject({ by: 'MODULE' })
  })

  it('is a command line with the limits of the picture', () => {
    expect(graphFlags(state('model=m&text=x&sets=a,b&threshold=0.5'))).toMatchObject({ sae: 'm/a,m/b', by: null, threshold: 0.5, 'max-nodes': 500 })
    expect(graphFlags(state('model=m&text=x'))).toMatchObject({ sae: null, by: 'head' })
  })
})

describe('two graphs', () => {
  it('are compared node by node over all places, the largest difference first, and logits are left out', () => {
    const left = [
      node(0, 'TOKEN', 1, { label: ' a', influence: 0.5 }), node(1, 'FEATURE', 1, { label: 'L1.F7@1', source: '1-res', number: 7, influence: 0.1 }),
      node(2, 'FEATURE', 2, { label: 'L1.F7@2', source: '1-res', number: 7, influence: 0.2 }), node(3, 'LOGIT', 2, { label: ' x', influence: 1 }),
    ]
    const right = [node(0, 'TOKEN', 1, { label: ' a', influence: 0.45 }), node(1, 'HEAD', 1, { label: 'L0.H1@1', influence: 0.7 })]
    const compared = comparedNodes(left, right).map(({ name, first, second }) => [name, first === null ? null : Number(first.toFixed(3)), second])
    expect(compared).toEqual([['L0.H1', null, 0.7], ['L1.F7', 0.3, null], [' a', 0.5, 0.45]])
  })
})
