/** The strongest paths through the graph, from a token to a logit, or from or to the chosen node. */
import { type GraphPartsFragment, GraphPathsDocument, type GraphPathsQuery, type GraphPathsQueryVariables } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { percent, tokenName } from '../../ui/words.ts'
import { NodeName } from './feature-names.tsx'
import type { DrawnEdge } from './layout.ts'
import type { ViewedNode } from './node-panel.tsx'

export type GraphPath = Extract<NonNullable<GraphPathsQuery['node']>, { paths: unknown }>['paths'][number]
type PathNode = GraphPath['nodes'][number]

export interface FoundPaths {
  paths: readonly GraphPath[]
  variables: GraphPathsQueryVariables
  error: unknown
  loading: boolean
}

type Chosen = Pick<ViewedNode, 'nodeId' | 'label' | 'incoming'>

/** Tokens and biases. */
const isSource = ({ incoming }: Pick<Chosen, 'incoming'>): boolean => incoming.totalCount === 0

/**
 * Paths from any token to the chosen node, or to the likeliest logit if none is chosen. If nothing leads into the
 * chosen node, paths begin there.
 */
export function usePaths(id: string, chosen: Chosen | null): FoundPaths {
  const variables = { id, ...(chosen && (isSource(chosen) ? { from: chosen.nodeId } : { to: chosen.nodeId })) }
  const { data, error, loading } = useLarge(GraphPathsDocument, variables)
  const paths = data?.node && 'paths' in data.node && data.node.id === id ? data.node.paths : []
  return { paths, variables, error, loading }
}

/** The share drawn for an edge that the picture leaves out: its strength is unknown, only its ends are known. */
const UNKNOWN_SHARE = 0.5

export function edgesOfPath({ nodes, weight }: Pick<GraphPath, 'nodes' | 'weight'>, drawn: readonly DrawnEdge[]): DrawnEdge[] {
  return nodes.slice(1).map((to, at) => {
    const from = nodes[at]?.ordinal ?? to.ordinal
    const edge = drawn.find((each) => each.from === from && each.to === to.ordinal)
    return edge ?? { from, to: to.ordinal, weight, share: UNKNOWN_SHARE }
  })
}

interface PathsProps {
  found: FoundPaths
  graph: Pick<GraphPartsFragment, 'key'>
  tokens: readonly string[]
  chosen: Chosen | null
  shown: GraphPath | null
  /** Its rank, from 1; null hides it. */
  onShow(rank: number | null): void
  onChoose(nodeId: string): void
}

export function Paths({ found: { paths, variables, error, loading }, graph, tokens, chosen, shown, onShow, onChoose }: PathsProps) {
  const nameOf = ({ label, kind, position }: PathNode): string =>
    kind === 'TOKEN' || kind === 'LOGIT' || position === null ? tokenName(label) : `${tokenName(label)} ${tokenName(tokens[position] ?? '')}`
  const where = chosen === null ? 'from a token to the likeliest logit' : isSource(chosen) ? `from ${tokenName(chosen.label)} to the likeliest logit` : `from a token to ${tokenName(chosen.label)}`
  return (
    <section className="card" aria-label="Paths" aria-busy={loading}>
      <h2>Strongest paths <small className="muted">{where}</small></h2>
      {error ? <ErrorNote error={error} /> : null}
      {!error && paths.length === 0 && <p className="muted">{loading ? 'Loading …' : 'No way leads there.'}</p>}
      {paths.length > 0 && (
        <>
          <ol className="graph-paths">
            {paths.map((path, at) => (
              <li key={path.nodes.map(({ nodeId }) => nodeId).join(' ')}>
                <button type="button" className="small" aria-pressed={path === shown} onClick={() => onShow(path === shown ? null : at + 1)}
                  aria-label={`${path === shown ? 'Hide' : 'Show'} path ${at + 1} in the picture`}>{path === shown ? 'Hide' : 'Show'}</button>
                <b className={path.weight < 0 ? 'against' : 'for'}>{path.weight < 0 ? '−' : ''}{percent(Math.abs(path.weight))}</b>
                <span className="graph-way">
                  {path.nodes.map((node, step) => (
                    <span key={node.nodeId}>
                      {step > 0 && <span className="muted" aria-hidden="true"> → </span>}
                      <button type="button" className="small" onClick={() => onChoose(node.nodeId)}><NodeName node={node} tokens={tokens} /></button>
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ol>
          <p className="hint">The share of the last node that goes this way: the product of the shares along it.</p>
          <CopyBar copies={tableCopies(
            {
              name: `tributary-paths-${graph.key.slice(0, 8)}`,
              columns: ['weight', 'path', 'nodes'],
              rows: paths.map(({ weight, nodes }) => [weight, nodes.map(nameOf).join(' → '), nodes.map(({ nodeId }) => nodeId).join(' ')]),
            },
            {
              graphql: () => queryText(GraphPathsDocument, variables),
              command: () => commandLine('graph', { stored: graph.key, from: variables.from ?? null, to: variables.to ?? null, paths: paths.length }),
            },
          )} />
        </>
      )}
    </section>
  )
}
