/**
 * One token's share for a split at the input of every layer. In a later split, earlier layers have already mixed the
 * tokens.
 */
import { useApolloClient } from '@apollo/client/react'
import { memo, type ReactNode, startTransition, useEffect, useMemo, useRef, useState } from 'react'
import { type AttributeInput, TraceDocument } from '../../api/generated.ts'
import { askLarge } from '../../api/use-large.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryTexts } from '../../export/graphql-text.ts'
import { Trace, useTraceSoon } from '../../plot/lines.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { error as errorText, signed, tokenName } from '../../ui/words.ts'
import { chartIn } from './copies.ts'
import type { Question } from './question.ts'

interface TokenTraceProps {
  /** Of which prompt, where there are two. */
  of?: string
  question: Question
  layers: number
  tokens: readonly { index: number; text: string }[]
  pick: number
}

interface Split {
  layer: number
  scores: readonly number[]
  completenessError: number
}

export const TokenTrace = memo(function TokenTrace({ of, question, layers, tokens, pick }: TokenTraceProps) {
  const { splits, error } = useSplits(question, layers)
  const frame = useRef<HTMLElement>(null)
  const strongest = useMemo(() => new Set(strongestOf(splits, tokens.length)), [splits, tokens])
  const points = useMemo(
    () => splits.flatMap(({ layer, scores }) =>
      tokens.filter(({ index }) => index === pick || strongest.has(index)).map(({ index, text }) => ({
        layer, value: scores[index] ?? 0, name: `#${index} ${tokenName(text)}`, isMain: index === pick,
      }))),
    [splits, strongest, tokens, pick],
  )
  const token = tokens[pick]
  if (!token) return null
  const worst = Math.max(0, ...splits.map(({ completenessError }) => completenessError))
  return (
    <section ref={frame} className="detail" aria-label={of === undefined ? 'Trace of a token' : `Trace of a token, ${of}`}>
      <h3>{of !== undefined && `${of}: `}Token #{pick} <b>{tokenName(token.text)}</b> at every layer</h3>
      {error ? <ErrorNote error={error} /> : null}
      <Trace label={`Share of ${tokenName(token.text)} split at each layer${of === undefined ? '' : `, ${of}`}`} points={points} unit="share of the target" />
      <table className="numbers">
        <caption className="sr-only">Share by layer</caption>
        <thead><tr><th scope="col">layer</th>{splits.map(({ layer }) => <th key={layer} scope="col">{layer}</th>)}</tr></thead>
        <tbody><tr><th scope="row">share</th>{splits.map(({ layer, scores }) => <td key={layer}>{signed(scores[pick] ?? 0)}</td>)}</tr></tbody>
      </table>
      <p className="muted">
        The stream is split by position at the input of that layer; {splits.length} of {layers} layers, largest relative
        error {errorText(worst)}.
      </p>
      <CopyBar copies={{
        name: `tributary-trace-${pick}`,
        svg: () => chartIn(frame.current),
        csv: () => csvOf(['layer', 'token', 'text', 'score'], splits.flatMap(({ layer, scores }) => tokens.map(({ index, text }) => [layer, index, text, scores[index] ?? null]))),
        json: () => ({ tokens: tokens.map(({ text }) => text), layers: splits }),
        graphql: () => queryTexts(TraceDocument, splits.map(({ layer }) => ({ input: inputAt(question, layer) }))),
        command: () => splits.map(({ layer }) => commandLine('attribute', { ...question.flags, layer })).join('\n'),
      }} />
    </section>
  )
})

/** Where a trace will stand. What draws it is prepared meanwhile. */
export function TraceHint({ children }: { children: ReactNode }) {
  useTraceSoon()
  return <p className="hint">{children}</p>
}

const inputAt = ({ asked }: Pick<Question, 'asked'>, layer: number): AttributeInput => ({ ...asked, partition: { token: { layer } } })

/** Lines that one can tell from each other. */
const LINES = 40

/** The tokens with the largest share at any layer. */
function strongestOf(splits: readonly Split[], count: number): number[] {
  const most = (index: number) => Math.max(0, ...splits.map(({ scores }) => Math.abs(scores[index] ?? 0)))
  return Array.from({ length: count }, (_, index) => ({ index, size: most(index) }))
    .sort((a, b) => b.size - a.size).slice(0, LINES).map(({ index }) => index)
}

interface Found {
  splits: readonly Split[]
  error: unknown
}

const NOTHING: Found = { splits: [], error: null }

/** Every layer's split is an attribution of its own, and is shown as soon as it arrives. */
function useSplits({ asked }: Question, layers: number) {
  const client = useApolloClient()
  const [found, setFound] = useState<Found>(NOTHING)
  const question = JSON.stringify(asked)
  useEffect(() => {
    let isCurrent = true
    setFound(NOTHING)
    for (let layer = 0; layer < layers; layer++) {
      const input = inputAt({ asked: JSON.parse(question) as Question['asked'] }, layer)
      askLarge(client, TraceDocument, { input }).then(
        (data) => {
          const answer = data?.attribute
          if (!isCurrent || !answer) return
          const split = { layer, scores: answer.scores, completenessError: answer.completenessError }
          startTransition(() => setFound(({ splits, error }) => ({ splits: [...splits, split].sort((a, b) => a.layer - b.layer), error })))
        },
        (error: unknown) => {
          if (isCurrent) setFound(({ splits }) => ({ splits, error }))
        },
      )
    }
    return () => {
      isCurrent = false
    }
  }, [client, question, layers])
  return found
}
