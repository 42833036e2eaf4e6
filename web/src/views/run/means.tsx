/** What a run says on average: the layer × head grid of means, neurons by strength and layer, tokens by where they stand. */
import { useQuery } from '@apollo/client/react'
import { useMemo, useRef } from 'react'
import { type MeanKind, RunComponentMeansDocument, type RunComponentMeansQuery, RunPositionMeansDocument } from '../../api/generated.ts'
import { sqlCommand } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { HeadGrid } from '../../plot/head-grid.tsx'
import { TemplateMeans } from './template-means.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { score } from '../../ui/words.ts'
import { chartIn } from '../ask/copies.ts'

const MOST = 1000
const SHOWN = 20

/** By the partition of the run: the components that are the same in every prompt. A split by sublayer has those of one kind. */
const KINDS: Readonly<Record<string, readonly MeanKind[]>> = {
  HEAD: ['HEAD'], NEURON: ['NEURON'], FEATURE: ['FEATURE'], MODULE: ['ATTENTION', 'MLP'], SUBSPACE: ['INSIDE', 'OUTSIDE'],
}
/** Of kinds with many components in a layer it is shown where the strongest lie. */
const MANY: ReadonlySet<MeanKind> = new Set(['NEURON', 'FEATURE'])

interface MeansProps {
  id: string
  /** As the views for readers have it. */
  number: number
}

/** `total`: prompts of the run. */
export function Means({ id, number, kind, total }: MeansProps & { kind: string; total: number }) {
  if (kind === 'TOKEN') return <><TemplateMeans id={id} number={number} total={total} /><PositionMeans id={id} number={number} /></>
  return (KINDS[kind] ?? []).map((component) => <ComponentMeans key={component} id={id} number={number} kind={component} />)
}

type Node = NonNullable<RunComponentMeansQuery['node']>
type Mean = Extract<Node, { __typename: 'Run' }>['componentMeans'][number]

const COLUMNS = ['kind', 'layer', 'index', 'label', 'prompts', 'meanScore', 'meanMagnitude', 'meanShare', 'deviation'] as const

function ComponentMeans({ id, number, kind }: MeansProps & { kind: MeanKind }) {
  const variables = { id, kind, first: kind === 'HEAD' ? MOST : 100 }
  const { data, error } = useQuery(RunComponentMeansDocument, { variables })
  const means = useMemo<readonly Mean[]>(() => (data?.node?.__typename === 'Run' ? data.node.componentMeans : []), [data])
  const frame = useRef<HTMLDivElement>(null)
  const cells = useMemo(
    () => means.flatMap(({ layer, index, label, meanScore, deviation, prompts }) => layer === null ? [] : [{
      layer, column: `H${index}`, label, value: meanScore, more: `± ${deviation === null ? '?' : score(deviation)} over ${prompts} prompts`,
    }]).sort((a, b) => Number(a.column.slice(1)) - Number(b.column.slice(1))),
    [means],
  )
  const bars = useMemo(() => means.slice(0, SHOWN).map(({ label, meanScore }) => ({ label, value: meanScore })), [means])
  if (error) return <ErrorNote error={error} />
  if (means.length === 0) return null
  return (
    <section className="card" aria-label="Means">
      <h2>Mean shares over {means[0]?.runPrompts} prompts</h2>
      <div ref={frame}>
        {kind === 'HEAD'
          ? <div className="columns"><HeadGrid label="Mean share by layer and head" cells={cells} columnLabel="head" /><Bars label="Strongest heads" bars={bars.slice(0, 12)} unit="mean share" /></div>
          : <div className="columns"><Bars label="Strongest" bars={bars} unit="mean share" />{MANY.has(kind) && <ByLayer means={means} />}</div>}
      </div>
      <CopyBar copies={{
        name: `tributary-means-${kind.toLowerCase()}`,
        svg: () => chartIn(frame.current),
        csv: () => csvOf(COLUMNS, means.map((mean) => COLUMNS.map((column) => mean[column]))),
        json: () => means,
        graphql: () => queryText(RunComponentMeansDocument, variables),
        command: () => sqlCommand(`SELECT component, prompts, mean_score, mean_magnitude, deviation FROM component_means WHERE run_id = ${number} AND component_kind = '${kind.toLowerCase()}' ORDER BY mean_magnitude DESC`),
      }} />
    </section>
  )
}

/** Where the strongest of them lie. */
function ByLayer({ means }: { means: readonly Mean[] }) {
  const bars = useMemo(() => {
    const counts = new Map<number, number>()
    for (const { layer } of means) if (layer !== null) counts.set(layer, (counts.get(layer) ?? 0) + 1)
    return [...counts].sort(([a], [b]) => b - a).map(([layer, value]) => ({ label: `layer ${layer}`, value }))
  }, [means])
  return (
    <div>
      <h3>The {means.length} strongest by layer</h3>
      <Bars label="How many of the strongest lie in each layer" bars={bars} unit="how many" />
    </div>
  )
}

function PositionMeans({ id, number }: MeansProps) {
  const { data, error } = useQuery(RunPositionMeansDocument, { variables: { id } })
  const means = useMemo(() => (data?.node?.__typename === 'Run' ? data.node.positionMeans : []), [data])
  const frame = useRef<HTMLDivElement>(null)
  const bars = useMemo(() => means.map(({ tenth, meanScore }) => ({ label: `${tenth * 10}–${tenth * 10 + 10} %`, value: meanScore })), [means])
  if (error) return <ErrorNote error={error} />
  if (means.length === 0) return null
  return (
    <section className="card" aria-label="Means">
      <h2>Mean share of a token by where it stands</h2>
      <p className="muted">From the first token (0 %) to the one where the target is read (100 %), over all prompts of the run.</p>
      <div ref={frame}><Bars label="Mean share by place" bars={bars} unit="mean share" /></div>
      <CopyBar copies={{
        name: 'tributary-means-position',
        svg: () => chartIn(frame.current),
        csv: () => csvOf(['tenth', 'prompts', 'tokens', 'meanScore', 'meanMagnitude', 'meanShare', 'deviation'], means.map((mean) =>
          [mean.tenth, mean.prompts, mean.tokens, mean.meanScore, mean.meanMagnitude, mean.meanShare, mean.deviation])),
        json: () => means,
        graphql: () => queryText(RunPositionMeansDocument, { id }),
        command: () => sqlCommand(`SELECT tenth, prompts, tokens, mean_score, mean_magnitude, mean_share, deviation FROM position_means WHERE run_id = ${number} ORDER BY tenth`),
      }} />
    </section>
  )
}
