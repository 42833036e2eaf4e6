/** The graphs of two prompts, one below the other, and the nodes that matter more to one than to the other. */
import { useMemo, useRef } from 'react'
import { type AttributionGraphInput, GraphHeadDocument, GraphPictureDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryTexts } from '../../export/graphql-text.ts'
import { stackedSvg } from '../../export/picture.ts'
import { tableCopies } from '../../export/table.ts'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { percent, signedPercent, tokenName } from '../../ui/words.ts'
import { comparedNodes } from './compare.ts'
import { Sliders } from './controls.tsx'
import { About, FeatureNames, useFeatureNames, useNameOf } from './feature-names.tsx'
import { graphFacts, Headline, Legend } from './headline.tsx'
import { graphSvg } from './graph-svg.ts'
import { KIND_NAMES } from './marks.ts'
import { Connected, chosenOf, useNodeView } from './node-panel.tsx'
import { type Marks, pictureOf, type Scene } from './painter.ts'
import { GraphPicture } from './picture.tsx'
import { budgetOf, graphFlags, graphInput, type GraphState, MAX_EDGES, thresholdOf } from './question.ts'
import { useDrawing, useRequestedGraph } from './use-graph.ts'
import { Waiting } from './waiting.tsx'

interface ComparedProps {
  state: GraphState
  onChange(change: Partial<GraphState>, how?: How): void
}

const limitsOf = (state: GraphState) => ({ threshold: thresholdOf(state), maxNodes: budgetOf(state), maxEdges: MAX_EDGES })

/** From the question to what is drawn of it. */
function useGraphOf(input: AttributionGraphInput, state: GraphState, node: string) {
  const requested = useRequestedGraph(input)
  const head = useLatest(GraphHeadDocument, requested.id === null ? null : { id: requested.id })
  const found = head.data?.node
  const graph = found && 'wholeNodeCount' in found && found.id === requested.id ? found : null
  const { drawing, error, loading } = useDrawing(graph?.id ?? null, limitsOf(state))
  const { viewed, error: nodeError } = useNodeView(graph?.id ?? null, node)
  const scene = useRef<{ scene: Scene; marks: Marks } | null>(null)
  return { graph, job: requested.job, isWaiting: requested.id === null && !requested.error, drawing, viewed, scene, loading, error: requested.error ?? head.error ?? error ?? nodeError }
}

type Compared = ReturnType<typeof useGraphOf>

export function ComparedGraphs({ state, onChange }: ComparedProps) {
  const second: GraphState = { ...state, text: state.other }
  const ours = useGraphOf(graphInput(state), state, state.node)
  const theirs = useGraphOf(graphInput(second), state, state.twin)
  const drawn = useMemo(() => [...(ours.drawing?.nodes ?? []), ...(theirs.drawing?.nodes ?? [])], [ours.drawing, theirs.drawing])
  const names = useFeatureNames(state.model, drawn)
  return (
    <FeatureNames value={names}>
      <section className="card" aria-label="Limits"><Sliders state={state} onChange={onChange} /></section>
      <OneGraph label="First graph" compared={ours} state={state} node={state.node} onNode={(node, how) => onChange({ node }, how)} />
      <OneGraph label="Second graph" compared={theirs} state={state} node={state.twin} onNode={(twin, how) => onChange({ twin }, how)} />
      {ours.drawing && theirs.drawing && <Differences states={[state, second]} both={[ours, theirs]} />}
    </FeatureNames>
  )
}

const NO_TOKENS: readonly string[] = []

interface OneGraphProps {
  label: string
  compared: Compared
  state: GraphState
  /** The chosen one, by the address. */
  node: string
  onNode(nodeId: string, how?: How): void
}

function OneGraph({ label, compared: { graph, job, isWaiting, drawing, viewed, scene, loading, error }, state, node, onNode }: OneGraphProps) {
  const tokens = graph?.tokenTexts ?? NO_TOKENS
  const chosen = useMemo(() => chosenOf(node, viewed, state.links), [node, viewed, state.links])
  const pinned = useMemo(() => [], [])
  return (
    <section className="card" aria-label={label} aria-busy={loading}>
      {error ? <ErrorNote error={error} /> : null}
      {isWaiting && <Waiting job={job} />}
      {graph && (
        <>
          <Headline graph={graph} drawn={drawing?.nodes ?? []} />
          <p className="muted">{graph.prompt}</p>
        </>
      )}
      {graph && drawing && (
        <>
          <GraphPicture label={`${label}, of ${graph.prompt}`} nodes={drawing.nodes} edges={drawing.edges} tokens={tokens} chosen={chosen} pinned={pinned}
            onChoose={onNode} onPin={onNode} sceneRef={scene} />
          <Legend nodes={drawing.nodes} />
          {viewed && <Connected viewed={viewed} tokens={tokens} links={state.links} onChoose={onNode} />}
          <Facts facts={graphFacts(graph, drawing)} />
        </>
      )}
    </section>
  )
}

const SHOWN = 20
const shareOf = (share: number | null): string => (share === null ? '–' : percent(share))

function Differences({ states, both }: { states: readonly [GraphState, GraphState]; both: readonly [Compared, Compared] }) {
  const [{ drawing: left }, { drawing: right }] = both
  const nodes = useMemo(() => comparedNodes(left?.nodes ?? [], right?.nodes ?? []), [left, right])
  const nameOf = useNameOf()
  const svg = () => stackedSvg(both.map(({ graph, scene }) => {
    if (!scene.current || !graph) throw new Error('The pictures are not drawn yet.')
    return graphSvg(pictureOf(scene.current.scene, scene.current.marks), { title: graph.prompt, below: '' })
  }))
  return (
    <section className="card" aria-label="Differences">
      <h2>What differs</h2>
      <p className="muted">The influence of each node on the logits, over all places where it is drawn; the largest differences first.</p>
      <div className="table-frame">
        <table className="list">
          <thead><tr><th scope="col">Node</th><th scope="col">Kind</th><th scope="col" className="num">First</th><th scope="col" className="num">Second</th><th scope="col" className="num">Difference</th></tr></thead>
          <tbody>
            {nodes.slice(0, SHOWN).map(({ name, kind, source, number, first, second }) => (
              <tr key={name}>
                <td>{tokenName(name)}<About text={nameOf({ kind, source, number })} /></td>
                <td>{KIND_NAMES[kind]}</td>
                <td className="num">{shareOf(first)}</td>
                <td className="num">{shareOf(second)}</td>
                <td className="num">{signedPercent((first ?? 0) - (second ?? 0))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {nodes.length > SHOWN && <p className="muted">{SHOWN} of {nodes.length}; the copies have all of them.</p>}
      <CopyBar copies={tableCopies(
        {
          name: 'tributary-graphs-compared',
          columns: ['node', 'about', 'kind', 'first', 'second', 'difference'],
          rows: nodes.map(({ name, kind, source, number, first, second }) => [name, nameOf({ kind, source, number }), KIND_NAMES[kind], first, second, (first ?? 0) - (second ?? 0)]),
        },
        {
          svg,
          graphql: () => queryTexts(GraphPictureDocument, states.map((each) => ({ input: graphInput(each), ...limitsOf(each) }))),
          command: () => states.map((each) => commandLine('graph', graphFlags(each))).join('\n'),
        },
      )} />
    </section>
  )
}
