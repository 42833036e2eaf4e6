/** The parts of a graph that can be copied. */
import { useApolloClient } from '@apollo/client/react'
import { useState } from 'react'
import { complaintOf } from '../../api/errors.ts'
import type { DrawingPartsFragment, GraphPartsFragment } from '../../api/generated.ts'
import { GraphDrawnDocument, GraphFileDocument, GraphPictureDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { offerFile } from '../../export/offer.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, error as errorText, percent } from '../../ui/words.ts'
import { graphSvg } from './graph-svg.ts'
import { type Marks, pictureOf, type Scene } from './painter.ts'
import { budgetOf, graphFlags, graphInput, type GraphState, MAX_EDGES, thresholdOf } from './question.ts'

interface CopiesProps {
  graph: GraphPartsFragment
  drawing: DrawingPartsFragment
  state: GraphState
  scene: React.RefObject<{ scene: Scene; marks: Marks } | null>
  title: string
}

const COLUMNS = ['from', 'to', 'from_label', 'to_label', 'weight', 'share'] as const

export function GraphCopies({ graph, drawing, state, scene, title }: CopiesProps) {
  const limits = { threshold: thresholdOf(state), maxNodes: budgetOf(state), maxEdges: MAX_EDGES }
  const names = () => new Map(drawing.nodes.map((node) => [node.ordinal, node]))
  const said = graph.completenessError === null
    ? `made by ${graph.maker}`
    : `replacement ${shareText(graph.replacementScore)}, completeness ${shareText(graph.completenessScore)}, error of sums ${errorText(graph.completenessError)}`
  const below = `${said}; ${count(drawing.nodes.length)} of ${count(graph.wholeNodeCount ?? graph.nodeCount)} nodes, ${count(drawing.edges.length)} edges`
  return (
    <CopyBar copies={{
      name: `tributary-graph-${graph.key.slice(0, 8)}`,
      svg: () => {
        if (!scene.current) throw new Error('The picture is not drawn yet.')
        return graphSvg(pictureOf(scene.current.scene, scene.current.marks), { title, below })
      },
      csv: () => {
        const of = names()
        return csvOf(COLUMNS, drawing.edges.map(({ from, to, weight, share }) =>
          [of.get(from)?.nodeId ?? null, of.get(to)?.nodeId ?? null, of.get(from)?.label ?? null, of.get(to)?.label ?? null, weight, share]))
      },
      json: () => ({ ...graph, drawing }),
      graphql: () => (state.id === ''
        ? queryText(GraphPictureDocument, { input: graphInput(state), ...limits })
        : queryText(GraphDrawnDocument, { id: graph.id, ...limits })),
      ...(state.id === '' && { command: () => commandLine('graph', graphFlags(state)) }),
    }} />
  )
}

/** The whole graph, not only what is drawn, for circuit-tracer's and Neuronpedia's pages and for `tributary graph --show`. */
export function DownloadGraph({ graph }: { graph: GraphPartsFragment }) {
  const client = useApolloClient()
  const [said, setSaid] = useState('')
  const download = () => {
    setSaid('Reading …')
    client.query({ query: GraphFileDocument, variables: { id: graph.id }, fetchPolicy: 'no-cache', errorPolicy: 'none' }).then(
      ({ data }) => {
        const file = data?.node && 'document' in data.node ? data.node.document : null
        if (file === null) return setSaid('There is no such graph (any more).')
        setSaid(offerFile(new Blob([JSON.stringify(file)], { type: 'application/json' }), `graph-${graph.key.slice(0, 8)}.json`))
      },
      (error: unknown) => setSaid(complaintOf(error).message),
    )
  }
  return (
    <div className="row">
      <button type="button" className="small" onClick={download} title="All nodes and edges that are stored, in the JSON that circuit-tracer and Neuronpedia exchange">
        Download the graph
      </button>
      <span role="status" className="muted">{said}</span>
    </div>
  )
}

const shareText = (share: number | null): string => (share === null ? 'none' : percent(share))
