/** The same head in two prompts: where it looks in each, and what differs. */
import { useCallback, useMemo, useRef } from 'react'
import { HeadPatternDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryTexts } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { Matrix } from '../../plot/matrix.tsx'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { percent, signedPercent, tokenName } from '../../ui/words.ts'
import { chartsIn } from '../ask/copies.ts'
import { placeOf } from './pattern.tsx'
import { type Asked, type HeadState, patternFlags, patternInput } from './question.ts'
import { type Pattern, usePattern } from './use-pattern.ts'
import { Why } from './why.tsx'

interface ComparedProps {
  asked: Asked
  onChange(change: Partial<HeadState>, how?: How): void
}

/** The pattern if it belongs to this head. While another head is computed, the last pattern is still here. */
const ofHead = (pattern: Pattern | undefined, { layer, head }: Asked): Pattern | null =>
  pattern?.layer === layer && pattern.head === head ? pattern : null

export function ComparedPatterns({ asked, onChange }: ComparedProps) {
  const second: Asked = { ...asked, state: { ...asked.state, text: asked.state.other } }
  const ours = usePattern(asked)
  const theirs = usePattern(second)
  const error = ours.error ?? theirs.error
  const [left, right] = [ofHead(ours.data, asked), ofHead(theirs.data, second)]
  return (
    <>
      <section className="card" aria-label="Pattern" aria-busy={ours.loading || theirs.loading}>
        <h2>Where it looks, in one prompt and the other</h2>
        {error ? <ErrorNote error={error} /> : null}
        {(ours.loading || theirs.loading) && <p className="loading" role="status">Computing …</p>}
        {left && right && !error && <Patterns asked={[asked, second]} patterns={[left, right]} onChange={onChange} />}
      </section>
      {left && right && !error && [asked, second].map((each, at) => {
        const pattern = at === 0 ? left : right
        const { query, key } = placeOf(each.state, pattern.rows)
        return (
          <Why key={at} which={at === 0 ? 'in the first prompt' : 'in the second prompt'} asked={each} query={query} place={key}
            names={pattern.tokens.map(({ text }) => tokenName(text))} onChange={onChange} />
        )
      })}
    </>
  )
}

interface PatternsProps extends Pick<ComparedProps, 'onChange'> {
  asked: readonly [Asked, Asked]
  patterns: readonly [Pattern, Pattern]
}

const namesOf = ({ tokens }: Pattern): string[] => tokens.map(({ text }) => tokenName(text))

function Patterns({ asked, patterns, onChange }: PatternsProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [left, right] = patterns
  const [ours, theirs] = useMemo(() => [namesOf(left), namesOf(right)], [left, right])
  const isAligned = ours.length === theirs.length
  const difference = useMemo(
    () => (isAligned ? left.rows.map((row, query) => Array.from(row, (value, key) => value - (right.rows[query]?.[key] ?? 0))) : null),
    [left, right, isAligned],
  )
  const both = useMemo(() => ours.map((name, at) => (name === theirs[at] ? name : `${name} | ${theirs[at] ?? ''}`)), [ours, theirs])
  const places = [placeOf(asked[0].state, left.rows), placeOf(asked[1].state, right.rows)] as const
  const [first, second] = places
  const chosen = useMemo(() => [first, second].map(({ query, key }) => ({ row: query, column: key })), [first.query, first.key, second.query, second.key])
  const choose = useCallback(({ row, column }: { row: number; column: number }, how?: How) => onChange({ query: row, key: column }, how), [onChange])
  const keys = keysOf(patterns, places, isAligned)
  return (
    <>
      <div ref={frame} className="patterns">
        <div>
          <h3>First prompt</h3>
          <Matrix label="First prompt, query by key" rows={ours} columns={ours} values={left.rows} rowLabel="query" columnLabel="key" largest={1} chosen={chosen[0] ?? null} onChoose={choose} />
        </div>
        <div>
          <h3>Second prompt</h3>
          <Matrix label="Second prompt, query by key" rows={theirs} columns={theirs} values={right.rows} rowLabel="query" columnLabel="key" largest={1} chosen={chosen[1] ?? null} onChoose={choose} />
        </div>
        {difference && (
          <div>
            <h3>First minus second</h3>
            <Matrix label="Difference, query by key" rows={both} columns={both} values={difference} rowLabel="query" columnLabel="key" largest={1} chosen={chosen[0] ?? null} onChoose={choose} />
          </div>
        )}
      </div>
      {!difference && <p className="note">The prompts have {ours.length} and {theirs.length} tokens; only prompts of the same length are subtracted place by place.</p>}
      <section aria-label="Keys by attention">
        <h3>From {ours[first.query]} (#{first.query}){isAligned && ours[first.query] === theirs[second.query] ? '' : ` and ${theirs[second.query] ?? ''} (#${second.query})`} to</h3>
        <div className="table-frame">
          <table className="list">
            <thead><tr><th scope="col">Key</th><th scope="col" className="num">First</th><th scope="col" className="num">Second</th>{isAligned && <th scope="col" className="num">Difference</th>}</tr></thead>
            <tbody>
              {keys.map(({ name, first: one, second: other }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td className="num">{one === null ? '' : percent(one)}</td>
                  <td className="num">{other === null ? '' : percent(other)}</td>
                  {isAligned && <td className="num">{signedPercent((one ?? 0) - (other ?? 0))}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <CopyBar copies={tableCopies(
        {
          name: `tributary-head-${left.layer}.${left.head}-compared`,
          columns: ['key', 'first', 'second', 'difference'],
          rows: keys.map(({ name, first: one, second: other }) => [name, one, other, one === null || other === null ? null : one - other]),
        },
        {
          svg: () => chartsIn(frame.current),
          graphql: () => queryTexts(HeadPatternDocument, asked.map((each) => ({ input: patternInput(each) }))),
          command: () => asked.map((each) => commandLine('attribute', patternFlags(each))).join('\n'),
        },
      )} />
    </>
  )
}

const LISTED = 12

interface ComparedKey {
  name: string
  first: number | null
  second: number | null
}

/**
 * What the chosen query attends to in each prompt, the largest attention first; by position if the prompts have the
 * same length.
 */
export function keysOf(
  [left, right]: readonly [Pick<Pattern, 'rows' | 'tokens'>, Pick<Pattern, 'rows' | 'tokens'>],
  [first, second]: readonly [{ query: number }, { query: number }],
  isAligned: boolean,
): ComparedKey[] {
  const of = ({ rows, tokens }: Pick<Pattern, 'rows' | 'tokens'>, query: number) =>
    [...(rows[query] ?? [])].slice(0, query + 1).map((attention, key) => ({ attention, name: `${tokenName(tokens[key]?.text ?? '')} #${key}` }))
  const [ours, theirs] = [of(left, first.query), of(right, second.query)]
  const aligned = (): ComparedKey[] =>
    ours.map(({ attention, name }, key) => {
      const other = theirs[key]
      return { name: other && other.name !== name ? `${name} | ${other.name}` : name, first: attention, second: other?.attention ?? null }
    })
  const apart = (): ComparedKey[] => [
    ...ours.map(({ attention, name }) => ({ name: `${name} (first)`, first: attention, second: null })),
    ...theirs.map(({ attention, name }) => ({ name: `${name} (second)`, first: null, second: attention })),
  ]
  const largest = (key: ComparedKey): number => Math.max(key.first ?? 0, key.second ?? 0)
  return (isAligned ? aligned() : apart()).toSorted((a, b) => largest(b) - largest(a)).slice(0, LISTED)
}
