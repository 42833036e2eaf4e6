/** What a graph says above and below its picture. */
import type { DrawingPartsFragment, GraphPartsFragment } from '../../api/generated.ts'
import type { Fact } from '../../ui/facts.tsx'
import { count, duration, error as errorText, percent, withBlanks } from '../../ui/words.ts'
import type { DrawnNode } from './layout.ts'
import { LEGEND } from './marks.ts'

/** Above it someone should look. */
const LARGE_ERROR = 1e-4

const shareText = (share: number | null): string => (share === null ? 'none' : percent(share))

export function Headline({ graph, drawn }: { graph: GraphPartsFragment; drawn: readonly DrawnNode[] }) {
  const logits = drawn.filter(({ kind }) => kind === 'LOGIT').sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
  const [first] = logits
  return (
    <h2 className="headline">
      How it comes to {first ? <mark>{withBlanks(first.label)}</mark> : 'its logits'}
      <small className="muted">
        {first?.probability != null && `${percent(first.probability)}, `}
        {graph.sets.length > 0 ? `features of ${graph.sets.map(({ name }) => name).join(', ')}` : graph.nodesBy === 'MODULE' ? 'sublayers' : 'heads and MLPs'} of {graph.model.slug}
      </small>
    </h2>
  )
}

export function Legend({ nodes }: { nodes: readonly DrawnNode[] }) {
  const kinds = new Set(nodes.map(({ kind }) => kind))
  return (
    <p className="graph-legend muted">
      {LEGEND.filter((entry) => entry.kinds.some((kind) => kinds.has(kind))).map(({ shape, name }) => <span key={name}><i aria-hidden="true">{shape}</i> {name}</span>)}
      <span><i className="for" aria-hidden="true">━</i> for</span>
      <span><i className="against" aria-hidden="true">━</i> against</span>
      <span>width: share of what leads there</span>
    </p>
  )
}

export const graphFacts = (graph: GraphPartsFragment, drawing: DrawingPartsFragment): Fact[] => [
  { name: 'replacement', value: shareText(graph.replacementScore), title: 'Of the influence that ends at tokens or at what the nodes do not explain, the share of tokens; of the whole graph' },
  { name: 'completeness', value: shareText(graph.completenessScore), title: 'How much of what leads into nodes, weighted by their influence, is explained; of the whole graph' },
  {
    name: 'error of sums', value: errorText(graph.completenessError), bad: graph.completenessError > LARGE_ERROR,
    title: 'The largest deviation of a node’s edges and constant from its value, relative to the largest of them; 0 is exact',
  },
  { name: 'nodes drawn', value: `${count(drawing.nodes.length)} of ${count(graph.wholeNodeCount)}`, title: `${count(graph.nodeCount)} are stored` },
  { name: 'edges drawn', value: `${count(drawing.edges.length)} of ${count(drawing.edgeCount)} between them`, title: `${count(graph.wholeEdgeCount)} in the whole graph` },
  { name: 'edges', value: graph.edgeKind.toLowerCase() },
  { name: 'computed', value: `${graph.engine}, ${duration(graph.milliseconds)}` },
]
