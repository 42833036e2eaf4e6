/** Why a query attends to a key: the score before the softmax, as a sum over pairs of components of the two streams. */
import { useMemo, useRef, useState } from 'react'
import { HeadWhyDocument, type HeadWhyQuery } from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { Matrix } from '../../plot/matrix.tsx'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { duration, error as errorText, percent, score, signed, tokenName } from '../../ui/words.ts'
import { LARGE_ERROR } from '../ask/answer.ts'
import { chartIn } from '../ask/copies.ts'
import { type Asked, headFlags, type HeadState, splitLayer, splitsByHead, whyInput } from './question.ts'

type Explained = NonNullable<HeadWhyQuery['headAttention']>
type Component = Explained['components'][number]

interface WhyProps {
  /** Which of two prompts it is about. */
  which?: string
  asked: Asked
  query: number
  /** The position that is attended to. */
  place: number
  names: readonly string[]
  onChange(change: Partial<HeadState>, how?: How): void
}

/** As many components as fit into one picture. */
const MOST_DRAWN = 200
const SHOWN = 10

export function Why({ which, asked, query, place, names, onChange }: WhyProps) {
  const input = whyInput(asked, query, place)
  const withPairs = splitsByHead(asked) || names.length <= MOST_DRAWN
  const { data, error, loading } = useLarge(HeadWhyDocument, { input, withPairs })
  const explained = data?.headAttention
  const key = explained?.keys.find((each) => each.key === place)
  const isOf = explained?.query === query && explained.layer === asked.layer && explained.head === asked.head
  return (
    <section className="card" aria-label={which === undefined ? 'Why' : `Why, ${which}`} aria-busy={loading}>
      <h2>Why {names[query]} attends to {names[place]}{which !== undefined && <small className="muted"> {which}</small>}</h2>
      <div className="toolbar">
        <Tabs label="Streams split by" value={asked.state.by} onChange={(by) => onChange({ by })}
          options={[{ value: 'token', name: 'Tokens' }, { value: 'head', name: 'Heads of an earlier layer' }]} />
        {splitsByHead(asked) && (
          <label className="inline"><span className="muted">of layer</span>
            <select value={splitLayer(asked)} onChange={(event) => onChange({ from: Number(event.target.value) })}>
              {Array.from({ length: asked.layer }, (_, at) => <option key={at}>{at}</option>)}
            </select>
          </label>
        )}
        {asked.state.by === 'head' && asked.layer === 0 && <span className="hint">No head comes before layer 0; its streams are split by token.</span>}
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {loading && <p className="loading" role="status">Computing …</p>}
      {explained && key && isOf && !error && <Explanation asked={asked} explained={explained} entry={key} input={input} withPairs={withPairs} />}
    </section>
  )
}

interface ExplanationProps {
  asked: Asked
  explained: Explained
  entry: Explained['keys'][number]
  input: ReturnType<typeof whyInput>
  withPairs: boolean
}

const nameOf = ({ kind, index, label }: Component): string => (kind === 'TOKEN' ? `${tokenName(label)} #${index}` : label)

/** Those that add most; the rest is in the copies. */
const strongestOf = (components: readonly Component[], values: readonly number[]) =>
  components.map((component, at) => ({ label: nameOf(component), value: values[at] ?? 0 }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, SHOWN)

function Explanation({ asked, explained, entry, input, withPairs }: ExplanationProps) {
  const { components } = explained
  const frame = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<{ row: number; column: number } | null>(null)
  const labels = useMemo(() => components.map(nameOf), [components])
  const pairs = entry.pairs ?? null
  const byQuery = useMemo(() => strongestOf(components, entry.byQuery), [components, entry])
  const byKey = useMemo(() => strongestOf(components, entry.byKey), [components, entry])
  const sum = entry.byQuery.reduce((total, each) => total + each, 0)
  return (
    <>
      <div className="columns">
        <div ref={frame}>
          {pairs
            ? <Matrix label="Shares of the score, component of the query by component of the key" rows={labels} columns={labels} values={pairs} rowLabel="of the query" columnLabel="of the key" chosen={chosen} onChoose={setChosen} />
            : <p className="hint">The streams have {components.length} components, more than a picture shows; the strongest pairs are beside this.</p>}
        </div>
        <section aria-label="Strongest pairs">
          <h3>Strongest pairs</h3>
          <table className="list">
            <thead><tr><th scope="col">Of the query</th><th scope="col">Of the key</th><th scope="col" className="num">Share</th></tr></thead>
            <tbody>
              {entry.strongest.map(({ query, key, score: share }) => (
                <tr key={`${nameOf(query)} ${nameOf(key)}`}><td>{nameOf(query)}</td><td>{nameOf(key)}</td><td className="num">{signed(share)}</td></tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
      <div className="columns even">
        <div><h3>As parts of the query</h3><Bars label="Shares of the query’s components" bars={byQuery} unit="share of the score" /></div>
        <div><h3>As parts of the key</h3><Bars label="Shares of the key’s components" bars={byKey} unit="share of the score" /></div>
      </div>
      <Facts facts={[
        { name: 'score', value: score(entry.score), title: 'Before the softmax' },
        { name: 'sum of pairs', value: `${score(sum)} of ${score(entry.score)}` },
        {
          name: 'relative error', value: errorText(entry.completenessError), bad: entry.completenessError > LARGE_ERROR,
          title: 'How far the pairs miss the score, relative to the largest of them; 0 is exact',
        },
        { name: 'attention', value: percent(entry.attention) },
        { name: 'components', value: components.length },
        { name: 'rule', value: explained.rule === 'SOFTMAX' ? `softmax, τ ${explained.temperature}` : explained.rule.toLowerCase() },
        { name: 'computed', value: duration(explained.milliseconds) },
      ]} />
      <CopyBar copies={{
        name: `tributary-qk-${asked.layer}.${asked.head}-${explained.query}-${entry.key}`,
        ...(pairs && { svg: () => chartIn(frame.current) }),
        csv: () => (pairs
          ? csvOf(['query', ...labels], pairs.map((row, at) => [labels[at] ?? '', ...row]))
          : csvOf(['component', 'byQuery', 'byKey'], components.map((component, at) => [nameOf(component), entry.byQuery[at] ?? null, entry.byKey[at] ?? null]))),
        json: () => ({ ...explained, keys: [entry] }),
        graphql: () => queryText(HeadWhyDocument, { input, withPairs }),
        command: () => commandLine('attribute', headFlags(asked, explained.query, entry.key)),
      }} />
    </>
  )
}
