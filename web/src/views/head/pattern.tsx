/** Where the head looks: the pattern, query by key, and the keys of one query by attention. */
import { useCallback, useMemo, useRef } from 'react'
import { HeadPatternDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Matrix } from '../../plot/matrix.tsx'
import type { Row } from '../../plot/shades.ts'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { duration, percent, tokenName } from '../../ui/words.ts'
import { chartIn } from '../ask/copies.ts'
import { type Asked, type HeadState, patternFlags, patternInput } from './question.ts'
import { usePattern } from './use-pattern.ts'
import { Why } from './why.tsx'

interface HeadPatternProps {
  asked: Asked
  onChange(change: Partial<HeadState>, how?: How): void
}

const LISTED = 12

export function HeadPattern({ asked, onChange }: HeadPatternProps) {
  const input = patternInput(asked)
  const { data: pattern, error, loading } = usePattern(asked)
  const frame = useRef<HTMLDivElement>(null)
  const names = useMemo(() => (pattern?.tokens ?? []).map(({ text }) => tokenName(text)), [pattern])
  const N = names.length
  const { query, key } = placeOf(asked.state, pattern?.rows ?? [])
  const row = [...(pattern?.rows[query] ?? [])]
  const chosen = useMemo(() => ({ row: query, column: key }), [query, key])
  const choose = useCallback(({ row, column }: { row: number; column: number }, how?: How) => onChange({ query: row, key: column }, how), [onChange])
  // While another head is computed, the last pattern is still here.
  const isOf = pattern?.layer === asked.layer && pattern.head === asked.head
  return (
    <>
      <section className="card" aria-label="Pattern" aria-busy={loading}>
        <h2>Where it looks</h2>
        {error ? <ErrorNote error={error} /> : null}
        {loading && <p className="loading" role="status">Computing …</p>}
        {pattern && isOf && !error && N > 0 && (
          <>
            <div className="columns">
              <div ref={frame}>
                <Matrix label="Attention, query by key" rows={names} columns={names} values={pattern.rows} rowLabel="query" columnLabel="key" largest={1}
                  chosen={chosen} onChoose={choose} />
              </div>
              <KeysOf row={row} names={names} query={query} chosen={key} onChoose={(column) => choose({ row: query, column })} />
            </div>
            <Facts facts={[
              { name: 'tokens', value: N },
              { name: 'row sums to', value: percent(row.reduce((sum, each) => sum + each, 0)), title: 'Less than 100% where the head has a sink' },
              { name: 'computed', value: duration(pattern.milliseconds) },
            ]} />
            <CopyBar copies={{
              name: `tributary-head-${asked.layer}.${asked.head}`,
              svg: () => chartIn(frame.current),
              csv: () => csvOf(['query', ...names.map((name, at) => `${at} ${name}`)], pattern.rows.map((each, at) => [`${at} ${names[at] ?? ''}`, ...each])),
              json: () => ({
                model: asked.model, layer: pattern.layer, head: pattern.head, tokens: pattern.tokens.map(({ index, tokenId, text }) => ({ index, tokenId, text })),
                rows: pattern.rows.map((each) => [...each]),
              }),
              graphql: () => queryText(HeadPatternDocument, { input }),
              command: () => commandLine('attribute', patternFlags(asked)),
            }} />
          </>
        )}
      </section>
      {pattern && isOf && !error && N > 0 && <Why asked={asked} query={query} place={key} names={names} onChange={onChange} />}
    </>
  )
}

/** The last position, and the key that it attends to most, unless others were chosen. */
export function placeOf({ query, key }: Pick<HeadState, 'query' | 'key'>, rows: readonly Row[]): { query: number; key: number } {
  const own = Math.min(Math.max(0, query ?? rows.length - 1), Math.max(0, rows.length - 1))
  const row = [...(rows[own] ?? [])]
  const strongest = row.reduce((best, value, at) => (value > (row[best] ?? 0) ? at : best), 0)
  return { query: own, key: key === null || key < 0 || key > own ? strongest : key }
}

interface KeysProps {
  row: readonly number[]
  names: readonly string[]
  query: number
  chosen: number
  onChoose(key: number): void
}

function KeysOf({ row, names, query, chosen, onChoose }: KeysProps) {
  const keys = row.map((attention, key) => ({ attention, key })).filter(({ key }) => key <= query)
    .sort((a, b) => b.attention - a.attention || a.key - b.key).slice(0, LISTED)
  return (
    <section aria-label="Keys by attention">
      <h3>From {names[query]} (#{query}) to</h3>
      <ul className="bar-list">
        {keys.map(({ attention, key }) => (
          <li key={key}>
            <button type="button" className="for" aria-pressed={key === chosen} onClick={() => onChoose(key)}
              style={{ '--share': `${Math.min(1, attention) * 100}%` } as React.CSSProperties}>
              <span>{names[key]} <small className="muted">#{key}</small></span>
              <b>{percent(attention)}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
