/** Two prompts under the same question: left, right, and what differs. */
import { useDeferredValue, useMemo, useRef } from 'react'
import { stackedSvg } from '../../export/picture.ts'
import { type Heated, HeatMap } from '../../heat/heat-map.tsx'
import { heatSvg } from '../../heat/heat-svg.ts'
import { type GridCell, HeadGrid } from '../../plot/head-grid.tsx'
import { largestOf } from '../../plot/palette.ts'
import { currentTheme } from '../../state/theme.ts'
import type { How } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { signed, tokenName } from '../../ui/words.ts'
import { type Answer, captionOf, factsOf, targetName } from './answer.ts'
import { type Place, placesOf, sidesOf } from './compared.ts'
import { type Compared, countsFromEnd, type Questions } from './contrast.ts'
import { chartsIn, comparedCopies } from './copies.ts'
import { cellsOf } from './grid-answer.tsx'
import { partsOf, tracedLayers } from './token-answer.tsx'
import { TokenTrace, TraceHint } from './trace.tsx'

const NAMES = ['First prompt', 'Second prompt'] as const
const SIDES = ['first', 'second'] as const
const BOTH = [0, 1] as const

interface TokenComparisonProps {
  questions: Questions
  compared: Compared
  layers: number
  /** The chosen place, which both prompts may have. */
  pick: number | null
  onPick(pick: number | null, how?: How): void
}

export function TokenComparison({ questions, compared, layers, pick, onPick }: TokenComparisonProps) {
  const [{ by }] = questions
  const fromEnd = countsFromEnd(questions[0])
  const answers = useMemo(() => sidesOf(compared), [compared])
  const { places, others } = useMemo(() => placesOf(compared, fromEnd, tokenName), [compared, fromEnd])
  const parts = useMemo(() => answers && ([partsOf(answers[0]).parts, partsOf(answers[1]).parts] as const), [answers])
  const difference = useMemo(() => places.map(({ label, difference: score }): Heated => ({ text: label, score })), [places])
  if (!answers || !parts) return null
  const [ours, theirs] = parts
  const largest = largestOf([...ours, ...theirs].map(({ score }) => score))
  const svg = () => stackedSvg([
    ...BOTH.map((at) => heatSvg(parts[at], largest, currentTheme(), { title: `${targetName(answers[at])} after “${questions[at].prompt}”`, below: captionOf(answers[at]) })),
    heatSvg(difference, largest, currentTheme(), { title: 'First minus second', below: signed(compared.value) }),
  ])
  return (
    <>
      {BOTH.map((at) => (
        <SideMap key={NAMES[at]} at={at} answer={answers[at]} parts={parts[at]} places={places} largest={largest} pick={pick} onPick={onPick} />
      ))}
      <h3>First minus second: {signed(compared.value)}</h3>
      <HeatMap label="Difference" parts={difference} largest={largest} selected={places[pick ?? -1] ? pick : null} onSelect={onPick} />
      {others.length > 0 && <p className="muted">Beside the text: {others.map(({ component, difference: score }) => `${component.label} ${signed(score)}`).join(', ')}</p>}
      {ours.length !== theirs.length && (
        <p className="note">
          The prompts have {ours.length} and {theirs.length} {by}s, paired from the {fromEnd ? 'end' : 'beginning'}. One without a
          partner is compared with nothing.
        </p>
      )}
      <CopyBar copies={comparedCopies({ questions, compared: [compared], svg })} />
      {by === 'token' && <Traces questions={questions} answers={answers} layers={layers} places={places} pick={pick} />}
    </>
  )
}

interface SideMapProps extends Pick<TokenComparisonProps, 'pick' | 'onPick'> {
  at: 0 | 1
  answer: Answer
  parts: readonly Heated[]
  places: readonly Place[]
  largest: number
}

/** One prompt. What is chosen in it is a place, so the same place is chosen in the other, if that has it. */
function SideMap({ at, answer, parts, places, largest, pick, onPick }: SideMapProps) {
  const chosen = pick === null ? null : (places[pick]?.[SIDES[at]] ?? null)
  const choose = (part: number | null, how?: How) => onPick(part === null ? null : places.findIndex((place) => place[SIDES[at]] === part), how)
  return (
    <>
      <h3>{NAMES[at]}: {targetName(answer)}</h3>
      <HeatMap label={NAMES[at]} parts={parts} largest={largest} selected={chosen} onSelect={choose} />
      <Facts facts={factsOf(answer, true)} />
    </>
  )
}

interface TracesProps extends Pick<TokenComparisonProps, 'questions' | 'layers' | 'pick'> {
  answers: readonly [Answer, Answer]
  places: readonly Place[]
}

/** The chosen place at every layer, of both prompts under each other. */
function Traces({ questions, answers, layers, places, pick }: TracesProps) {
  // First the token is shown as chosen, then its traces.
  const place = places[useDeferredValue(pick) ?? -1]
  if (!place) return <TraceHint>Choose a token to see its share at every layer, in both prompts.</TraceHint>
  return BOTH.map((at) => {
    const token = place[SIDES[at]]
    return token === null
      ? <p key={at} className="note">{NAMES[at]}: there is no token in this place.</p>
      : <TokenTrace key={at} of={NAMES[at]} question={questions[at]} layers={tracedLayers(answers[at], layers)} tokens={answers[at].sequence.tokens} pick={token} />
  })
}

interface GridComparisonProps {
  questions: Questions
  compared: readonly [Compared, ...Compared[]]
  columnLabel: string
}

export function GridComparison({ questions, compared, columnLabel }: GridComparisonProps) {
  const frame = useRef<HTMLDivElement>(null)
  const answers = useMemo(() => compared.map(sidesOf).filter((sides) => sides !== null), [compared])
  const [ours, theirs, difference] = useMemo(() => [
    cellsOf(answers.map(([first]) => first)),
    cellsOf(answers.map(([, second]) => second)),
    compared.flatMap(differenceCells),
  ], [answers, compared])
  // One scale for all three, so that equal colours are equal shares.
  const largest = largestOf([...ours, ...theirs, ...difference].map(({ value }) => value))
  const grids = [
    { name: NAMES[0], cells: ours, sides: answers.map(([first]) => first) },
    { name: 'Difference', cells: difference, sides: [] },
    { name: NAMES[1], cells: theirs, sides: answers.map(([, second]) => second) },
  ]
  return (
    <>
      <div ref={frame} className="columns three">
        {grids.map(({ name, cells, sides }) => {
          const label = sides[0] ? `${name}: ${targetName(sides[0])}` : name
          return (
            <div key={name}>
              <h3>{label}</h3>
              <HeadGrid label={label} cells={cells} columnLabel={columnLabel} largest={largest} />
              {sides.map((answer, at) => <Facts key={at} facts={factsOf(answer, true)} />)}
            </div>
          )
        })}
      </div>
      <CopyBar copies={comparedCopies({ questions, compared, svg: () => chartsIn(frame.current) })} />
    </>
  )
}

function differenceCells({ differences }: Compared): GridCell[] {
  const shares = new Map(differences.map(({ component, first, second }) => [component.label, `${signed(first ?? 0)} less ${signed(second ?? 0)}`]))
  const cells = cellsOf([{ contributions: { nodes: differences.map(({ component, difference: score }) => ({ component, score })) } }])
  return cells.map((cell) => ({ ...cell, more: shares.get(cell.label) ?? '' }))
}
