/** One node: what it is, what leads into it, and where it leads. */
import { type FormEvent, useDeferredValue, useMemo } from 'react'
import { Link } from 'wouter'
import { GraphFeatureDocument, type GraphFeatureQuery, GraphNodeViewDocument, type GraphNodeViewQuery, type GraphPartsFragment } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { useLatest } from '../../api/use-latest.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { count, percent, score, signed, tokenName } from '../../ui/words.ts'
import { ExampleText } from '../feature/example-text.tsx'
import { edgesAround } from './edges-sql.ts'
import { NodeName } from './feature-names.tsx'
import type { DrawnEdge } from './layout.ts'
import { KIND_NAMES } from './marks.ts'
import type { Links } from './question.ts'

type FeatureStatistics = NonNullable<NonNullable<GraphFeatureQuery['feature']>['statistics']>
type Found = Extract<NonNullable<GraphNodeViewQuery['node']>, { nodes: unknown }>['nodes']['nodes'][number]
export type ViewedNode = Found

/** The node with its strongest connections; null while it is loading, or if none is chosen. */
export function useNodeView(id: string | null, node: string) {
  const { data, error, loading } = useLarge(GraphNodeViewDocument, id === null || node === '' ? null : { id, node })
  const found: Found | null = data?.node && 'nodes' in data.node ? data.node.nodes.nodes.find(({ nodeId }) => nodeId === node) ?? null : null
  // Drawn in slices, with its lists of connections.
  const viewed = useDeferredValue(found)
  return { viewed, error, loading }
}

/** The edges of the node that the picture shows. */
function edgesOf(viewed: Found, links: Links): DrawnEdge[] {
  const own = viewed.ordinal
  const into = viewed.incoming.nodes.map(({ from, weight, share }) => ({ from: from.ordinal, to: own, weight, share }))
  const out = viewed.outgoing.nodes.map(({ to, weight, share }) => ({ from: own, to: to.ordinal, weight, share }))
  return [...(links === 'out' ? [] : into), ...(links === 'in' ? [] : out)]
}

/**
 * What stands out in the picture: the node of the address, so that keys step on from it at once; its edges are there when the
 * server has answered.
 */
export const chosenOf = (node: string, viewed: Found | null, links: Links): { nodeId: string; edges: readonly DrawnEdge[] } | null =>
  node === '' ? null : { nodeId: node, edges: viewed?.nodeId === node ? edgesOf(viewed, links) : [] }

interface NodePanelProps {
  viewed: Found
  graph: Pick<GraphPartsFragment, 'id' | 'key'>
  /** null if the model is not here, as for a graph of another program. */
  model: string | null
  /** The prompt. */
  text: string
  tokens: readonly string[]
  links: Links
  isPinned: boolean
  words: string
  onLinks(links: Links): void
  onChoose(nodeId: string): void
  onPin(): void
  onWords(words: string): void
}

const LINK_NAMES: readonly { value: Links; name: string }[] = [
  { value: 'both', name: 'Both' }, { value: 'in', name: 'Inputs' }, { value: 'out', name: 'Outputs' },
]

export function NodePanel({ viewed, graph, model, text, tokens, links, isPinned, words, onLinks, onChoose, onPin, onWords }: NodePanelProps) {
  const { kind, label, position, source, number, value, constant, activation, probability, influence, cumulative } = viewed
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onWords(String(new FormData(event.currentTarget).get('words') ?? ''))
  }
  return (
    <>
      <h3>{KIND_NAMES[kind]} {tokenName(label)}</h3>
      <div className="row">
        <button type="button" className="small" aria-pressed={isPinned} onClick={onPin}>{isPinned ? 'Unpin' : 'Pin'}</button>
        {kind === 'FEATURE' && source !== null && model !== null && (
          <Link href={`/feature/${encodeURIComponent(model)}/${encodeURIComponent(source)}/${number}`}>Feature page of {source}/{number}</Link>
        )}
        {kind === 'HEAD' && viewed.layer !== null && model !== null && (
          <Link href={`/head/${encodeURIComponent(model)}/${viewed.layer}.${number}?${new URLSearchParams({ text, query: String(position ?? '') })}`}>Head page of {viewed.layer}.{number}</Link>
        )}
      </div>
      <form className="row" onSubmit={save}>
        <label className="inline"><span className="muted">own words</span>
          <input key={`${viewed.nodeId} ${words}`} name="words" defaultValue={words} maxLength={1000} size={24} placeholder="what you take it for" />
        </label>
        <button type="submit" className="small">Keep</button>
      </form>
      <Facts facts={[
        position !== null && { name: 'token', value: `${tokenName(tokens[position] ?? '')} (#${position})` },
        activation !== null && { name: 'activation', value: score(activation) },
        value !== null && { name: 'value', value: score(value), title: 'What all edges into it and its constant sum to, before pruning' },
        constant !== 0 && { name: 'constant', value: score(constant), title: 'What the biases of its set add' },
        probability !== null && { name: 'probability', value: percent(probability) },
        kind !== 'LOGIT' && { name: 'influence', value: score(influence), title: `With those that have more: ${percent(cumulative)} of all influence` },
      ]} />
      {kind === 'FEATURE' && source !== null && model !== null && <FeatureDetails model={model} source={source} index={number} />}
      <Tabs label="Connections" options={LINK_NAMES} value={links} onChange={onLinks} />
      <Connected viewed={viewed} tokens={tokens} links={links} onChoose={onChoose} />
      <ConnectionCopies viewed={viewed} graph={graph} />
    </>
  )
}

/** Both lists, whichever is in sight. */
function ConnectionCopies({ viewed, graph: { id, key } }: Pick<NodePanelProps, 'viewed' | 'graph'>) {
  const { nodeId, label } = viewed
  const copies = tableCopies(
    {
      name: `tributary-node-${nodeId}`,
      columns: ['from', 'from_label', 'to', 'to_label', 'weight', 'share'],
      rows: [
        ...viewed.incoming.nodes.map(({ from, weight, share }) => [from.nodeId, from.label, nodeId, label, weight, share]),
        ...viewed.outgoing.nodes.map(({ to, weight, share }) => [nodeId, label, to.nodeId, to.label, weight, share]),
      ],
    },
    { graphql: () => queryText(GraphNodeViewDocument, { id, node: nodeId }), command: () => edgesAround(key, nodeId) },
  )
  return <CopyBar copies={copies} />
}

/** What leads into a node, and where it leads. */
export function Connected({ viewed, tokens, links, onChoose }: Pick<NodePanelProps, 'viewed' | 'tokens' | 'links' | 'onChoose'>) {
  const into = useMemo(() => viewed.incoming.nodes.map(({ from, ...edge }) => ({ ...edge, node: from })), [viewed])
  const out = useMemo(() => viewed.outgoing.nodes.map(({ to, ...edge }) => ({ ...edge, node: to })), [viewed])
  return (
    <div className="graph-connections">
      {links !== 'out' && <Connections title="Inputs" total={viewed.incoming.totalCount} rows={into} tokens={tokens} onChoose={onChoose} />}
      {links !== 'in' && <Connections title="Outputs" total={viewed.outgoing.totalCount} rows={out} tokens={tokens} onChoose={onChoose} />}
    </div>
  )
}

function FeatureDetails({ model, source, index }: { model: string; source: string; index: number }) {
  const { data, error } = useLatest(GraphFeatureDocument, { model, source, index })
  if (error) return <ErrorNote error={error} />
  const feature = data?.feature
  if (!feature) return null
  const texts = (logits: typeof feature.topLogits) => logits.map(({ tokenId, text }) => <span key={tokenId} className="token">{tokenName(text)}</span>)
  return (
    <div className="graph-feature">
      {feature.label !== null && <p>{feature.label}</p>}
      {feature.topLogits.length > 0 && <p className="tokens"><span className="muted">raises</span> {texts(feature.topLogits)}</p>}
      {feature.bottomLogits.length > 0 && <p className="tokens"><span className="muted">lowers</span> {texts(feature.bottomLogits)}</p>}
      {feature.statistics !== null && <Strongest statistics={feature.statistics} />}
    </div>
  )
}

/** Where the feature fires most strongly in the dataset that was swept last. */
export function Strongest({ statistics: { dataset, max, strongest } }: { statistics: Pick<FeatureStatistics, 'dataset' | 'max' | 'strongest'> }) {
  if (strongest.length === 0) return null
  return (
    <section aria-label="Examples">
      <p className="muted">fires most strongly in {dataset}</p>
      <ol className="fires-list">
        {strongest.map((example) => {
          const place = `${example.sequence.id}@${example.position}`
          return (
            <li key={place}>
              <span className="num">{score(example.value)}</span>
              <ExampleText label={`Example ${place}`} example={example} largest={Math.abs(max ?? 0)} />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

interface ConnectionRow {
  weight: number
  share: number
  node: Found['incoming']['nodes'][number]['from']
}

interface ConnectionsProps {
  title: string
  total: number
  rows: readonly ConnectionRow[]
  tokens: readonly string[]
  onChoose(nodeId: string): void
}

function Connections({ title, total, rows, tokens, onChoose }: ConnectionsProps) {
  return (
    <section aria-label={title}>
      <h3>{title} <small className="muted">{rows.length < total ? `${rows.length} of ${count(total)}, by weight` : count(total)}</small></h3>
      {rows.length === 0 && <p className="muted">None.</p>}
      <ul className="bar-list">
        {rows.map(({ weight, share, node }) => (
          <li key={node.nodeId}>
            <button type="button" onClick={() => onChoose(node.nodeId)} className={weight < 0 ? 'against' : 'for'} title={`${percent(share)} of what leads there`}
              style={{ '--share': `${Math.min(1, share) * 100}%` } as React.CSSProperties}>
              <NodeName node={node} tokens={tokens} />
              <b>{signed(weight)}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
