/** Heads or sublayers by layer as a grid, and the strongest of them as bars. */
import { useCallback, useMemo, useRef } from 'react'
import { useLocation } from 'wouter'
import { Bars } from '../../plot/bars.tsx'
import { type GridCell, HeadGrid } from '../../plot/head-grid.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { type Answer, factsOf, type Share, targetName } from './answer.ts'
import { chartIn, copiesOf } from './copies.ts'
import type { Question } from './question.ts'

const STRONGEST = 12

/** Components with a column. The rest of the stream has none, because it is no part of the model. */
const COLUMNS: Readonly<Record<string, string>> = { ATTENTION: 'attention', MLP: 'MLP' }

/** Of what only shares are needed. */
interface Shares {
  contributions: { nodes: readonly Pick<Share, 'score' | 'component'>[] }
}

export function cellsOf(answers: readonly Shares[]): GridCell[] {
  return answers.flatMap(({ contributions }) =>
    contributions.nodes.flatMap(({ score, component: { kind, layer, index, label } }) => {
      const column = kind === 'HEAD' ? `H${index}` : COLUMNS[kind]
      return column === undefined || layer == null ? [] : [{ layer, column, label, value: score }]
    }))
}

/** `L2.H5` has a page of its own, which shows where it looks in this prompt. */
export function headAddress(model: string, prompt: string, { label, column, layer }: Pick<GridCell, 'label' | 'column' | 'layer'>): string | null {
  if (!/^H\d+$/.test(column) || !label.startsWith('L')) return null
  return `/head/${encodeURIComponent(model)}/${layer}.${column.slice(1)}?${new URLSearchParams({ text: prompt })}`
}

export function GridAnswer({ answers, question }: { answers: readonly [Answer, ...Answer[]]; question: Question }) {
  const [answer] = answers
  const frame = useRef<HTMLDivElement>(null)
  const cells = useMemo(() => cellsOf(answers), [answers])
  const bars = useMemo(
    () => [...cells].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, STRONGEST).map((cell) => {
      const href = headAddress(question.asked.model, question.prompt, cell)
      return { label: cell.label, value: cell.value, ...(href !== null && { href }) }
    }),
    [cells, question.asked.model, question.prompt],
  )
  const [, navigate] = useLocation()
  const open = useCallback((cell: GridCell) => {
    const address = headAddress(question.asked.model, question.prompt, cell)
    if (address !== null) navigate(address)
  }, [navigate, question.asked.model, question.prompt])
  const what = question.by === 'head' ? 'head' : 'sublayer'
  return (
    <div ref={frame}>
      <div className="columns">
        <HeadGrid label={`Shares of ${targetName(answer)} by layer and ${what}`} cells={cells} columnLabel={what} {...(question.by === 'head' && { onChoose: open })} />
        <div>
          <h3>Strongest</h3>
          <Bars label={`The strongest ${what}s`} bars={bars} unit="share of the target" />
        </div>
      </div>
      {answers.map((each, at) => (
        <div key={at}>{question.by === 'module' && <h3>{at === 0 ? 'Attention' : 'MLP'}</h3>}<Facts facts={factsOf(each, true)} /></div>
      ))}
      <p className="hint">
        Each layer is split on its own: its {what === 'head' ? 'heads' : 'sublayer'} and the stream that enters it sum to the target.
        {question.by === 'head' && ' A head leads to where it looks, and why.'}
      </p>
      <CopyBar copies={copiesOf({ answers, question, svg: () => chartIn(frame.current) })} />
    </div>
  )
}
