/** Two prompts under the same question: left, right, and what differs. */
import { useMemo, useRef } from 'react'
import { stackedSvg } from '../../export/picture.ts'
import { heatSvg } from '../../heat/heat-svg.ts'
import { currentTheme } from '../../state/theme.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { HeatMap } from '../../heat/heat-map.tsx'
import { type GridCell, HeadGrid } from '../../plot/head-grid.tsx'
import { largestOf } from '../../plot/palette.ts'
import { Facts } from '../../ui/facts.tsx'
import { signed, tokenName } from '../../ui/words.ts'
import { type Answer, captionOf, factsOf, targetName } from './answer.ts'
import { chartsIn, comparedCopies } from './copies.ts'
import { cellsOf } from './grid-answer.tsx'
import type { Question } from './question.ts'
import { partsOf } from './token-answer.tsx'

interface Pair {
  questions: readonly [Question, Question]
  left: Answer
  right: Answer
}

export function TokenComparison({ questions, left, right }: Pair) {
  const [ours, theirs] = useMemo(() => [partsOf(left).parts, partsOf(right).parts], [left, right])
  const largest = largestOf([...ours, ...theirs].map(({ score }) => score))
  const isAligned = ours.length === theirs.length
  const difference = ours.map(({ text, score }, at) => {
    const other = theirs[at]
    return { text: other && other.text !== text ? `${tokenName(text)} | ${tokenName(other.text)}` : text, score: score - (other?.score ?? 0) }
  })
  const none = () => undefined
  const of = (at: 0 | 1) => `${targetName(at === 0 ? left : right)} after “${questions[at].prompt}”`
  const svg = () => stackedSvg([
    heatSvg(ours, largest, currentTheme(), { title: of(0), below: captionOf(left) }),
    heatSvg(theirs, largest, currentTheme(), { title: of(1), below: captionOf(right) }),
    ...(isAligned ? [heatSvg(difference, largest, currentTheme(), { title: 'First minus second', below: signed(left.target.value - right.target.value) })] : []),
  ])
  // Prompts of different lengths have no corresponding positions.
  const parts = isAligned
    ? difference.map(({ text }, at) => ({ label: text, left: ours[at]?.score ?? null, right: theirs[at]?.score ?? null }))
    : [...ours.map(({ text, score }) => ({ label: text, left: score, right: null })), ...theirs.map(({ text, score }) => ({ label: text, left: null, right: score }))]
  return (
    <>
      <h3>First prompt: {targetName(left)}</h3>
      <HeatMap label="First prompt" parts={ours} largest={largest} selected={null} onSelect={none} />
      <Facts facts={factsOf(left, true)} />
      <h3>Second prompt: {targetName(right)}</h3>
      <HeatMap label="Second prompt" parts={theirs} largest={largest} selected={null} onSelect={none} />
      <Facts facts={factsOf(right, true)} />
      <h3>First minus second: {signed(left.target.value - right.target.value)}</h3>
      {isAligned
        ? <HeatMap label="Difference" parts={difference} largest={largest} selected={null} onSelect={none} />
        : <p className="note">The prompts have {ours.length} and {theirs.length} parts; only prompts of the same length are subtracted place by place.</p>}
      <CopyBar copies={comparedCopies({ questions, answers: [[left], [right]], parts, isSubtracted: isAligned, svg })} />
    </>
  )
}

interface GridPair {
  questions: Pair['questions']
  left: readonly [Answer, ...Answer[]]
  right: readonly [Answer, ...Answer[]]
  columnLabel: string
}

export function GridComparison({ questions, left, right, columnLabel }: GridPair) {
  const frame = useRef<HTMLDivElement>(null)
  const [ours, theirs, difference] = useMemo(() => {
    const [a, b] = [cellsOf(left), cellsOf(right)]
    const other = new Map(b.map((cell) => [cell.label, cell.value]))
    const minus: GridCell[] = a.map((cell) => ({
      ...cell, value: cell.value - (other.get(cell.label) ?? 0), more: `${signed(cell.value)} less ${signed(other.get(cell.label) ?? 0)}`,
    }))
    return [a, b, minus]
  }, [left, right])
  // One scale for all three, so that equal colours are equal shares.
  const largest = largestOf([...ours, ...theirs, ...difference].map(({ value }) => value))
  const named = (name: string, answers: readonly [Answer, ...Answer[]] | null) => (answers ? `${name}: ${targetName(answers[0])}` : name)
  const parts = ours.map(({ label, value }) => ({ label, left: value, right: theirs.find((cell) => cell.label === label)?.value ?? null }))
  return (
    <>
      <div ref={frame} className="columns three">
        {([['First prompt', ours, left], ['Difference', difference, null], ['Second prompt', theirs, right]] as const).map(([name, cells, answers]) => (
          <div key={name}>
            <h3>{named(name, answers)}</h3>
            <HeadGrid label={named(name, answers)} cells={cells} columnLabel={columnLabel} largest={largest} />
            {answers && <Facts facts={factsOf(answers[0], true)} />}
          </div>
        ))}
      </div>
      <CopyBar copies={comparedCopies({ questions, answers: [left, right], parts, isSubtracted: true, svg: () => chartsIn(frame.current) })} />
    </>
  )
}
