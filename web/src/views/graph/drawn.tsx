/** A stored graph: the picture, the node that is looked into, and what is pinned. */
import { useCallback, useMemo, useRef } from 'react'
import type { GraphPartsFragment } from '../../api/generated.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count, duration, error as errorText, percent, withBlanks } from '../../ui/words.ts'
import { Sliders } from './controls.tsx'
import { DownloadGraph, GraphCopies } from './copies.tsx'
import type { DrawnNode } from './layout.ts'
import { LEGEND } from './marks.ts'
import { edgesOf, NodePanel, useNodeView } from './node-panel.tsx'
import { keptOf, type Notes, notesForAddress, notesInAddress, notesOf, sameNotes, say, togglePin } from './notes.ts'
import type { Marks, Scene } from './painter.ts'
import { GraphPicture } from './picture.tsx'
import { budgetOf, type GraphState, MAX_EDGES, thresholdOf } from './question.ts'
import { Subgraph } from './subgraph.tsx'
import { useDrawing } from './use-graph.ts'

/** Above it someone should look. */
const LARGE_ERROR = 1e-4

interface DrawnProps {
  graph: GraphPartsFragment
  state: GraphState
  onChange(change: Partial<GraphState>, how?: { replace?: boolean }): void
}

export function Drawn({ graph, state, onChange }: DrawnProps) {
  const limits = { threshold: thresholdOf(state), maxNodes: budgetOf(state), maxEdges: MAX_EDGES }
  const { drawing, error, loading } = useDrawing(graph.id, limits)
  const tokens = graph.tokenTexts
  const saved = useMemo(() => notesOf(graph.annotations), [graph])
  const notes = useMemo(() => notesInAddress(state) ?? saved, [state.pins, state.groups, state.words, saved])
  const pinned = useMemo(() => keptOf(notes), [notes])
  const { viewed, error: nodeError } = useNodeView(graph.id, state.node)
  const chosen = useMemo(() => (viewed ? { nodeId: viewed.nodeId, edges: edgesOf(viewed, state.links) } : null), [viewed, state.links])
  const scene = useRef<{ scene: Scene; marks: Marks } | null>(null)
  const choose = useCallback((node: string) => onChange({ node }, { replace: true }), [onChange])
  const keep = useCallback((next: Notes) => onChange(notesForAddress(next), { replace: true }), [onChange])
  const pin = useCallback((node: string) => keep(togglePin(notes, node)), [keep, notes])
  const text = graph.prompt
  return (
    <>
      <section className="card" aria-label="Graph" aria-busy={loading}>
        <Headline graph={graph} drawn={drawing?.nodes ?? []} />
        {graph.maker !== null && (
          <p className="note">Made by {graph.maker}, not by Tributary: its numbers are the word of its file, and no sum of them was checked.</p>
        )}
        <Sliders state={state} onChange={onChange} />
        {error ? <ErrorNote error={error} /> : null}
        {!drawing && loading && <p className="loading" role="status">Loading …</p>}
        {drawing && (
          <>
            <GraphPicture label={`Graph of ${text}`} nodes={drawing.nodes} edges={drawing.edges} tokens={tokens} chosen={chosen} pinned={pinned}
              onChoose={choose} onPin={pin} sceneRef={scene} />
            <Legend nodes={drawing.nodes} />
            <Facts facts={[
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
            ]} />
            <GraphCopies graph={graph} drawing={drawing} state={state} scene={scene} title={text} />
            <DownloadGraph graph={graph} />
          </>
        )}
      </section>
      <div className="columns graph-columns">
        <section className="card" aria-label="Node">
          <h2>Node</h2>
          {nodeError ? <ErrorNote error={nodeError} /> : null}
          {viewed
            ? (
              <NodePanel viewed={viewed} model={graph.model?.slug ?? null} text={text} tokens={tokens} links={state.links} isPinned={pinned.includes(viewed.nodeId)}
                words={notes.words.find(({ node }) => node === viewed.nodeId)?.text ?? ''} onLinks={(links) => onChange({ links }, { replace: true })}
                onChoose={choose} onPin={() => pin(viewed.nodeId)} onWords={(words) => keep(say(notes, viewed.nodeId, words))} />
            )
            : <Strongest nodes={drawing?.nodes ?? []} tokens={tokens} onChoose={choose} />}
        </section>
        <Subgraph id={graph.id} notes={notes} isSaved={sameNotes(notes, saved)} chosen={state.node} onNotes={keep} onChoose={choose} />
      </div>
    </>
  )
}

/** What was computed with it; a graph of another program has none of these. */
const scoresOf = ({ replacementScore, completenessScore, completenessError }: GraphPartsFragment) => [
  { name: 'replacement', value: shareText(replacementScore), title: 'Of the influence that ends at tokens or at what the nodes do not explain, the share of tokens; of the whole graph' },
  { name: 'completeness', value: shareText(completenessScore), title: 'How much of what leads into nodes, weighted by their influence, is explained; of the whole graph' },
  ...(completenessError === null ? [] : [{
    name: 'error of sums', value: errorText(completenessError), bad: completenessError > LARGE_ERROR,
    title: 'The largest deviation of a node’s edges and constant from its value, relative to the largest of them; 0 is exact',
  }]),
]

const methodOf = ({ edgeKind, engine, milliseconds, origin }: GraphPartsFragment) => [
  ...(edgeKind === null ? [] : [{ name: 'edges', value: edgeKind.toLowerCase() }]),
  ...(engine === null || milliseconds === null ? [] : [{ name: origin === 'IMPORTED' ? 'computed, as its file says' : 'computed', value: `${engine}, ${duration(milliseconds)}` }]),
]

const shareText = (share: number | null): string => (share === null ? 'none' : percent(share))

function nodesText({ sets, nodesBy }: GraphPartsFragment): string {
  if (sets.length > 0) return `features of ${sets.map(({ name }) => name).join(', ')}`
  if (nodesBy === null) return 'nodes'
  return nodesBy === 'MODULE' ? 'sublayers' : 'heads and MLPs'
}

function Headline({ graph, drawn }: { graph: GraphPartsFragment; drawn: readonly DrawnNode[] }) {
  const logits = drawn.filter(({ kind }) => kind === 'LOGIT').sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
  const [first] = logits
  return (
    <h2 className="headline">
      How it comes to {first ? <mark>{withBlanks(first.label)}</mark> : 'its logits'}
      <small className="muted">
        {first?.probability != null && `${percent(first.probability)}, `}
        {nodesText(graph)} of {graph.modelName}
      </small>
    </h2>
  )
}

function Legend({ nodes }: { nodes: readonly DrawnNode[] }) {
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

const LISTED = 15

/** Where nothing is chosen: the nodes that matter most, for whoever does not point at the picture. */
function Strongest({ nodes, tokens, onChoose }: { nodes: readonly DrawnNode[]; tokens: readonly string[]; onChoose(nodeId: string): void }) {
  const strongest = useMemo(() => nodes.filter(({ kind }) => kind !== 'LOGIT').sort((a, b) => b.influence - a.influence).slice(0, LISTED), [nodes])
  return (
    <>
      <p className="hint">Choose a node in the picture or here to see what leads into it and where it leads.</p>
      <ul className="bar-list" aria-label="Most influential nodes">
        {strongest.map(({ nodeId, label, kind, position, influence }) => (
          <li key={nodeId}>
            <button type="button" onClick={() => onChoose(nodeId)} style={{ '--share': `${Math.min(1, influence) * 100}%` } as React.CSSProperties}>
              <span>{withBlanks(label)}{position !== null && kind !== 'TOKEN' && <small className="muted"> {withBlanks(tokens[position] ?? '')}</small>}</span>
              <b>{percent(influence)}</b>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
