/** What is pinned: a small picture of it, groups, and saving them with the graph. */
import { useApolloClient } from '@apollo/client/react'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import { type GraphPartsFragment, GraphSubgraphDocument, SaveGraphNotesDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { standaloneSvg } from '../../export/picture.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { percent, tokenName } from '../../ui/words.ts'
import { edgesBetween } from './edges-sql.ts'
import { dissolve, group, keptOf, type Notes, notesInput } from './notes.ts'
import { BOX_HEIGHT, type PartEdge, placeParts, subgraphOf } from './subgraph.ts'

interface SubgraphProps {
  graph: Pick<GraphPartsFragment, 'id' | 'key'>
  notes: Notes
  isSaved: boolean
  chosen: string
  onNotes(notes: Notes): void
  onChoose(nodeId: string): void
}

export function Subgraph({ graph, notes, isSaved, chosen, onNotes, onChoose }: SubgraphProps) {
  const kept = keptOf(notes)
  const { id } = graph
  const variables = { id, nodeIds: kept }
  const { data, error } = useLatest(GraphSubgraphDocument, kept.length === 0 ? null : variables)
  const drawing = data?.node && 'drawing' in data.node ? data.node.drawing : null
  const { parts, edges } = useMemo(() => subgraphOf(drawing?.nodes ?? [], drawing?.edges ?? [], notes), [drawing, notes])
  const [picked, setPicked] = useState<readonly string[]>([])
  const frame = useRef<HTMLDivElement>(null)
  const rows = edges.map(({ from, to, share }) => [from.label, to.label, share] as const)
  return (
    <section className="card" aria-label="Subgraph">
      <h2>Subgraph</h2>
      {error ? <ErrorNote error={error} /> : null}
      {kept.length === 0 && <p className="hint">Nothing is pinned. Choose a node and press Pin (or Enter in the picture): what is pinned is drawn here, with the edges between.</p>}
      {drawing && kept.length > 0 && (
        <>
          <div ref={frame} className="table-frame"><PartsPicture parts={parts} edges={edges} chosen={chosen} onChoose={onChoose} /></div>
          <Groups notes={notes} labels={new Map(drawing.nodes.map(({ nodeId, label }) => [nodeId, label]))} picked={picked} onPicked={setPicked} onNotes={onNotes} onChoose={onChoose} />
          <CopyBar copies={{
            name: 'tributary-subgraph',
            svg: () => {
              const svg = frame.current?.querySelector('svg')
              if (!svg) throw new Error('The picture is not drawn yet.')
              return standaloneSvg(svg)
            },
            csv: () => csvOf(['from', 'to', 'share'], rows),
            json: () => ({ ...notesInput(notes), edges: rows.map(([from, to, share]) => ({ from, to, share })) }),
            graphql: () => queryText(GraphSubgraphDocument, variables),
            // Of the nodes; what supernodes stand for is said by this page alone.
            command: () => edgesBetween(graph.key, kept),
          }} />
        </>
      )}
      <SaveNotes id={id} notes={notes} isSaved={isSaved} />
    </section>
  )
}

function SaveNotes({ id, notes, isSaved }: { id: string; notes: Notes; isSaved: boolean }) {
  const client = useApolloClient()
  const [state, setState] = useState<{ error: unknown; saving: boolean }>({ error: null, saving: false })
  const save = () => {
    setState({ error: null, saving: true })
    client.mutate({ mutation: SaveGraphNotesDocument, variables: { graph: id, annotations: notesInput(notes) }, errorPolicy: 'none' })
      .then(() => setState({ error: null, saving: false }), (error: unknown) => setState({ error, saving: false }))
  }
  return (
    <>
      <div className="row">
        <button type="button" className="primary" disabled={isSaved || state.saving} onClick={save}>Save with the graph</button>
        <span role="status" className="muted">{isSaved ? 'As it is saved.' : state.saving ? 'Saving …' : 'Not saved yet; the address has it.'}</span>
      </div>
      {state.error ? <ErrorNote error={state.error} /> : null}
    </>
  )
}

interface GroupsProps {
  notes: Notes
  labels: ReadonlyMap<string, string>
  picked: readonly string[]
  onPicked(picked: readonly string[]): void
  onNotes(notes: Notes): void
  onChoose(nodeId: string): void
}

function Groups({ notes, labels, picked, onPicked, onNotes, onChoose }: GroupsProps) {
  const kept = keptOf(notes)
  const marked = picked.filter((node) => kept.includes(node))
  const put = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const label = String(new FormData(event.currentTarget).get('label') ?? '').trim()
    if (label === '' || marked.length === 0) return
    onNotes(group(notes, label, marked))
    onPicked([])
    event.currentTarget.reset()
  }
  const groupOf = (node: string) => notes.groups.find(({ nodes }) => nodes.includes(node))?.label
  return (
    <>
      <ul className="graph-pins" aria-label="Pinned nodes">
        {kept.map((node) => (
          <li key={node}>
            <label><input type="checkbox" checked={marked.includes(node)} aria-label={`Mark ${labels.get(node) ?? node}`}
              onChange={(event) => onPicked(event.target.checked ? [...marked, node] : marked.filter((each) => each !== node))} /></label>
            <button type="button" className="small" onClick={() => onChoose(node)}>{tokenName(labels.get(node) ?? node)}</button>
            {groupOf(node) !== undefined && <small className="muted">{groupOf(node)}</small>}
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={put}>
        <label className="inline"><span className="muted">put the marked ones into</span><input name="label" maxLength={1000} size={16} placeholder="name of a supernode" /></label>
        <button type="submit" className="small" disabled={marked.length === 0}>Group</button>
        {notes.groups.map(({ label }) => (
          <button key={label} type="button" className="small" onClick={() => onNotes(dissolve(notes, label))}>Dissolve {label}</button>
        ))}
      </form>
    </>
  )
}

interface PartsPictureProps {
  parts: Parameters<typeof placeParts>[0]
  edges: readonly PartEdge[]
  chosen: string
  onChoose(nodeId: string): void
}

const WIDEST = 7

function PartsPicture({ parts, edges, chosen, onChoose }: PartsPictureProps) {
  const { placed, width, height } = placeParts(parts, edges)
  const places = new Map(placed.map((place) => [place.part.id, place]))
  return (
    <svg className="graph-parts" width={width} height={height} role="group" aria-label="Pinned nodes and the edges between them">
      {edges.map(({ from, to, share }) => {
        const [a, b] = [places.get(from.id), places.get(to.id)]
        if (!a || !b) return null
        const [y1, y2] = [a.y - BOX_HEIGHT / 2, b.y + BOX_HEIGHT / 2]
        const middle = (y1 + y2) / 2
        return (
          <path key={`${from.id} ${to.id}`} d={`M${a.x} ${y1}C${a.x} ${middle} ${b.x} ${middle} ${b.x} ${y2}`} fill="none" className={share < 0 ? 'against' : 'for'}
            strokeWidth={0.8 + WIDEST * Math.min(1, Math.abs(share))}>
            <title>{`${from.label} → ${to.label}: ${share < 0 ? '−' : ''}${percent(Math.abs(share))} of what leads there`}</title>
          </path>
        )
      })}
      {placed.map(({ part, x, y, width: own }) => (
        <g key={part.id} transform={`translate(${x} ${y})`} role="button" tabIndex={0} aria-label={part.isGroup ? `${part.label}, ${part.nodes.length} nodes` : part.label}
          className={`graph-part ${part.isGroup ? 'group' : ''} ${part.nodes.some(({ nodeId }) => nodeId === chosen) ? 'chosen' : ''}`}
          onClick={() => onChoose(part.nodes[0]?.nodeId ?? '')} onKeyDown={(event) => event.key === 'Enter' && onChoose(part.nodes[0]?.nodeId ?? '')}>
          <rect x={-own / 2} y={-BOX_HEIGHT / 2} width={own} height={BOX_HEIGHT} rx={part.isGroup ? 15 : 6} />
          <text textAnchor="middle" y="4.5">{shortened(part.isGroup ? `${part.label} (${part.nodes.length})` : tokenName(part.label), own)}</text>
        </g>
      ))}
    </svg>
  )
}

const shortened = (text: string, width: number): string => {
  const most = Math.floor((width - 10) / 7)
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text
}
