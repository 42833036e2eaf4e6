/** A stored graph: the picture, the chosen node, and the pinned nodes. */
import { useCallback, useMemo, useRef } from 'react'
import type { GraphPartsFragment } from '../../api/generated.ts'
import type { How } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { percent } from '../../ui/words.ts'
import { Sliders } from './controls.tsx'
import { DownloadGraph, GraphCopies } from './copies.tsx'
import { FeatureNames, NodeName, useFeatureNames } from './feature-names.tsx'
import { graphFacts, Headline, Legend } from './headline.tsx'
import type { DrawnNode } from './layout.ts'
import { chosenOf, NodePanel, useNodeView } from './node-panel.tsx'
import { keptOf, type Notes, notesForAddress, notesInAddress, notesOf, sameNotes, say, togglePin } from './notes.ts'
import type { Marks, Scene } from './painter.ts'
import { edgesOfPath, Paths, usePaths } from './paths.tsx'
import { GraphPicture } from './picture.tsx'
import { budgetOf, type GraphState, MAX_EDGES, thresholdOf } from './question.ts'
import { Subgraph } from './subgraph.tsx'
import { useDrawing } from './use-graph.ts'

const NO_NODES: readonly DrawnNode[] = []

interface DrawnProps {
  graph: GraphPartsFragment
  state: GraphState
  onChange(change: Partial<GraphState>, how?: How): void
}

export function Drawn({ graph, state, onChange }: DrawnProps) {
  const limits = { threshold: thresholdOf(state), maxNodes: budgetOf(state), maxEdges: MAX_EDGES }
  const { drawing, error, loading } = useDrawing(graph.id, limits)
  const tokens = graph.tokenTexts
  const saved = useMemo(() => notesOf(graph.annotations), [graph])
  const notes = useMemo(() => notesInAddress(state) ?? saved, [state.pins, state.groups, state.words, saved])
  const pinned = useMemo(() => keptOf(notes), [notes])
  const { viewed, error: nodeError } = useNodeView(graph.id, state.node)
  const names = useFeatureNames(graph.model?.slug ?? null, drawing?.nodes ?? NO_NODES)
  const paths = usePaths(graph.id, viewed)
  const path = paths.paths[(state.path ?? 0) - 1] ?? null
  const chosen = useMemo(() => {
    if (path) return { nodeId: path.nodes.at(-1)?.nodeId ?? '', edges: edgesOfPath(path, drawing?.edges ?? []) }
    return chosenOf(state.node, viewed, state.links)
  }, [path, drawing, viewed, state.node, state.links])
  const scene = useRef<{ scene: Scene; marks: Marks } | null>(null)
  const choose = useCallback((node: string, how?: How) => onChange({ node, path: null }, how), [onChange])
  const keep = useCallback((next: Notes, how?: How) => onChange(notesForAddress(next), how), [onChange])
  const pin = useCallback((node: string) => keep(togglePin(notes, node)), [keep, notes])
  const text = graph.prompt
  return (
    <FeatureNames value={names}>
      <section className="card" aria-label="Graph" aria-busy={loading}>
        <Headline graph={graph} drawn={drawing?.nodes ?? NO_NODES} />
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
            <Facts facts={graphFacts(graph, drawing)} />
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
              <NodePanel viewed={viewed} graph={graph} model={graph.model?.slug ?? null} text={text} tokens={tokens} links={state.links} isPinned={pinned.includes(viewed.nodeId)}
                words={notes.words.find(({ node }) => node === viewed.nodeId)?.text ?? ''} onLinks={(links) => onChange({ links })}
                onChoose={choose} onPin={() => pin(viewed.nodeId)} onWords={(words) => keep(say(notes, viewed.nodeId, words), { replace: true })} />
            )
            : <Strongest nodes={drawing?.nodes ?? NO_NODES} tokens={tokens} onChoose={choose} />}
        </section>
        <Subgraph graph={graph} notes={notes} isSaved={sameNotes(notes, saved)} chosen={state.node} onNotes={keep} onChoose={choose} />
      </div>
      <Paths found={paths} graph={graph} tokens={tokens} chosen={viewed} shown={path} onChoose={choose}
        onShow={(rank) => onChange({ path: rank })} />
    </FeatureNames>
  )
}

const LISTED = 15

/** Shown if no node is chosen: the nodes that matter most, for users who do not point at the picture. */
function Strongest({ nodes, tokens, onChoose }: { nodes: readonly DrawnNode[]; tokens: readonly string[]; onChoose(nodeId: string): void }) {
  const strongest = useMemo(() => nodes.filter(({ kind }) => kind !== 'LOGIT').sort((a, b) => b.influence - a.influence).slice(0, LISTED), [nodes])
  return (
    <>
      <p className="hint">Choose a node in the picture or here to see what leads into it and where it leads.</p>
      <ul className="bar-list" aria-label="Most influential nodes">
        {strongest.map((node) => {
          const { nodeId, influence } = node
          return (
            <li key={nodeId}>
              <button type="button" onClick={() => onChoose(nodeId)} style={{ '--share': `${Math.min(1, influence) * 100}%` } as React.CSSProperties}>
                <NodeName node={node} tokens={tokens} />
                <b>{percent(influence)}</b>
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
