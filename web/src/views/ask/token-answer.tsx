/** Tokens or words shaded by their scores; one of them can be chosen. */
import { useDeferredValue, useMemo } from 'react'
import { HeatMap } from '../../heat/heat-map.tsx'
import { heatSvg } from '../../heat/heat-svg.ts'
import { largestOf } from '../../plot/palette.ts'
import { currentTheme } from '../../state/theme.ts'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { signed } from '../../ui/words.ts'
import { type Answer, captionOf, factsOf, targetName } from './answer.ts'
import { copiesOf } from './copies.ts'
import type { Question } from './question.ts'
import { TokenTrace, TraceHint } from './trace.tsx'

interface TokenAnswerProps {
  answer: Answer
  question: Question
  layers: number
  pick: number | null
  onPick(pick: number | null, how?: How): void
  /** The score with the full colour, so that two pictures beside each other use the same scale. */
  largest?: number
}

const POSITIONAL = new Set(['TOKEN', 'GROUP'])

/** Those that stand in the text, and those that do not (biases). */
export function partsOf(answer: Answer) {
  const shares = answer.contributions.nodes.map(({ score, component }) => ({ text: component.label, score, kind: component.kind }))
  return { parts: shares.filter(({ kind }) => POSITIONAL.has(kind)), others: shares.filter(({ kind }) => !POSITIONAL.has(kind)) }
}

/** Layers before which the stream can be split: for a feature, those up to its own. */
export const tracedLayers = ({ target: { type, layer } }: Answer, layers: number): number =>
  type === 'FEATURE' ? Math.min(layers, (layer ?? layers) + 1) : layers

export function TokenAnswer({ answer, question, layers, pick, onPick, largest }: TokenAnswerProps) {
  const { parts, others } = useMemo(() => partsOf(answer), [answer])
  const most = largest ?? largestOf(parts.map(({ score }) => score))
  const title = `${targetName(answer)} after “${question.prompt}”`
  const svg = () => heatSvg(parts, most, currentTheme(), { title, below: captionOf(answer) })
  const isTokens = question.by === 'token'
  // First the token is shown as chosen, then its trace.
  const traced = useDeferredValue(pick)
  return (
    <>
      <HeatMap label={`Shares of ${targetName(answer)} by ${question.by}`} parts={parts} largest={most} selected={pick} onSelect={onPick} />
      {others.length > 0 && <p className="muted">Beside the text: {others.map(({ text, score }) => `${text} ${signed(score)}`).join(', ')}</p>}
      <Facts facts={factsOf(answer, true)} />
      <CopyBar copies={copiesOf({ answers: [answer], question, svg })} />
      {isTokens && traced !== null && (
        <TokenTrace question={question} layers={tracedLayers(answer, layers)} tokens={answer.sequence.tokens} pick={traced} />
      )}
      {isTokens && traced === null && <TraceHint>Choose a token to see its share at every layer.</TraceHint>}
    </>
  )
}
