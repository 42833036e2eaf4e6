/** What a graph says above and below its picture. It stays as it is while nodes are chosen. */
import { memo } from 'react'
import type { DrawingPartsFragment, GraphPartsFragment } from '../../api/generated.ts'
import type { Fact } from '../../ui/facts.tsx'
import { count, duration, error as errorText, percent, tokenName } from '../../ui/words.ts'
import type { DrawnNode } from './layout.ts'
import { LEGEND } from './marks.ts'

/** A larger error is pointed out. */
const LARGE_ERROR = 1e-4

const shareText = (share: number | null): string => (share === null ? 'none' : percent(share))

function nodesText({ sets, nodesBy }: GraphPartsFragment): string {
  if (sets.length > 0) return `features of ${sets.map(({ name }) => name).join(', ')}`
  if (nodesBy === null) return 'nodes'
  return nodesBy === 'MODULE' ? 'sublayers' : 'heads and MLPs'
}

export const Headline = memo(function Headline({ graph, drawn }: { graph: GraphPartsFragment; drawn: readonly DrawnNode[] }) {
  const logits = drawn.filter(({ kind }) => kind === 'LOGIT').sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
  const [first] = logits
  return (
    <h2 className="headline">
      How it comes to {first ? <mark>{tokenName(first.label)}</mark> : 'its logits'}
      <small className="muted">
        {first?.probability != null && `${percent(first.probability)}, `}
        {nodesText(graph)} of {graph.modelName}
      </small>
    </h2>
  )
})

export const Legend = memo(function Legend({ nodes }: { nodes: readonly DrawnNode[] }) {
  const kinds = new Set(nodes.map(({ kind }) => kind))
  return (
    <p className="graph-legend muted">
      {LEGEND.filter((entry) => entry.kinds.some((kind) => kinds.has(kind))).map(({ shape, name }) => <span key={name}><i className={shape === '■' ? 'plain' : undefined} aria-hidden="true">{shape}</i> {name}</span>)}
      <span><i className="for" aria-hidden="true">━</i> for</span>
      <span><i className="against" aria-hidden="true">━</i> against</span>
      <span>width: share of what leads there</span>
    </p>
  )
})

/** The scores that were computed with the graph; a graph of another program has none. */
const scoresOf = ({ replacementScore, completenessScore, completenessError }: GraphPartsFragment): Fact[] => [
  { name: 'replacement', value: shareText(replacementScore), title: 'Of the influence that ends at tokens or at what the nodes do not explain, the share of tokens; of the whole graph' },
  { name: 'completeness', value: shareText(completenessScore), title: 'How much of what leads into nodes, weighted by their influence, is explained; of the whole graph' },
  ...(completenessError === null ? [] : [{
    name: 'error of sums', value: errorText(completenessError), bad: completenessError > LARGE_ERROR,
    title: 'The largest deviation of a node’s edges and constant from its value, relative to the largest of them; 0 is exact',
  }]),
]

const methodOf = ({ edgeKind, engine, milliseconds, origin }: GraphPartsFragment): Fact[] => [
  ...(edgeKind === null ? [] : [{ name: 'edges', value: edgeKind.toLowerCase() }]),
  ...(engine === null || milliseconds === null
    ? []
    : [{ name: origin === 'IMPORTED' ? 'computed, as its file says' : 'computed', value: `${engine}, ${duration(milliseconds)}` }]),
]

export const graphFacts = (graph: GraphPartsFragment, drawing: DrawingPartsFragment): Fact[] => [
  ...(graph.maker === null ? scoresOf(graph) : []),
  {
    name: 'nodes drawn', value: `${count(drawing.nodes.length)} of ${count(graph.wholeNodeCount ?? graph.nodeCount)}`,
    title: `${count(graph.nodeCount)} are stored`,
  },
  {
    name: 'edges drawn', value: `${count(drawing.edges.length)} of ${count(drawing.edgeCount)} between them`,
    title: graph.wholeEdgeCount === null ? `${count(graph.edgeCount)} are stored` : `${count(graph.wholeEdgeCount)} in the whole graph`,
  },
  ...(graph.maker === null ? methodOf(graph) : [{ name: 'made by', value: graph.maker }]),
]
