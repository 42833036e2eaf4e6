/**
 * Layer × head (or layer × sublayer) as a grid of shades. Layers go upwards, as the residual stream flows. The Tab key stops once
 * for the whole grid; arrow keys move from cell to cell, Enter opens one.
 */
import { type KeyboardEvent, useCallback, useId, useState } from 'react'
import { useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { type Draw, Figure } from './figure.tsx'
import { inkOn, largestOf, shade } from './palette.ts'

export interface GridCell {
  layer: number
  column: string
  label: string
  value: number
  /** More lines of the tooltip. */
  more?: string
}

interface GridProps {
  label: string
  cells: readonly GridCell[]
  columnLabel: string
  /** The value that has the full colour; the largest here if absent. */
  largest?: number | undefined
  onChoose?(cell: GridCell): void
}

/** Height of a row: taller if there are few layers. */
const ROW = { least: 26, most: 46, share: 0.62 }
const WIDEST_COLUMN = 76
const LEAST_WIDTH_FOR_NUMBERS = 42

export function HeadGrid({ label, cells, columnLabel, largest: given, onChoose }: GridProps) {
  const theme = useTheme()
  const id = useId()
  const [at, setAt] = useState<GridCell | null>(null)
  // Of a new answer, it is the cell in the same place.
  const here = (at && cells.find(({ layer, column }) => layer === at.layer && column === at.column)) ?? null
  const draw = useCallback<Draw>(
    (plot, width) => {
      const largest = given ?? largestOf(cells.map(({ value }) => value))
      const columns = [...new Set(cells.map(({ column }) => column))]
      const layers = [...new Set(cells.map(({ layer }) => layer))].sort((a, b) => b - a)
      const own = Math.min(width, columns.length * WIDEST_COLUMN + 60)
      const cellWidth = (own - 60) / columns.length
      const row = Math.max(ROW.least, Math.min(ROW.most, cellWidth * ROW.share))
      const chart = plot.plot({
        width: own,
        height: layers.length * row + 56,
        marginLeft: 48,
        marginTop: 40,
        x: { domain: columns, label: columnLabel, axis: 'top', tickSize: 0, padding: 0.06 },
        y: { domain: layers, label: 'layer', tickSize: 0, padding: 0.08 },
        color: { type: 'identity' },
        marks: [
          plot.cell(cells, {
            x: 'column', y: 'layer', rx: 3, fill: (cell: GridCell) => shade(cell.value, largest, theme),
            stroke: 'var(--line)', strokeWidth: 0.6, ariaLabel: inWords,
          }),
          ...(cellWidth < LEAST_WIDTH_FOR_NUMBERS ? [] : [plot.text(cells, {
            x: 'column', y: 'layer', text: (cell: GridCell) => shortened(cell.value), fontSize: 11, pointerEvents: 'none',
            fill: (cell: GridCell) => inkOn(cell.value, largest, theme),
          })]),
          plot.tip(cells, plot.pointer({
            x: 'column', y: 'layer',
            title: (cell: GridCell) => [cell.label, signed(cell.value), ...(cell.more ? [cell.more] : [])].join('\n'),
          })),
        ],
      })
      if (onChoose) {
        chart.style.cursor = 'pointer'
        chart.addEventListener('click', () => {
          const { value } = chart as unknown as { value: GridCell | null }
          if (value) onChoose(value)
        })
      }
      return chart
    },
    [cells, columnLabel, given, theme, onChoose],
  )
  const adorn = useCallback((drawn: Element) => {
    for (const rect of drawn.querySelectorAll('[aria-label="cell"] rect')) rect.classList.toggle('chosen', here !== null && rect.getAttribute('aria-label') === inWords(here))
  }, [here])
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setAt(null)
    if (event.key === 'Enter' && here) onChoose?.(here)
    const next = cellBeside(cells, here, event.key)
    if (!next) return
    event.preventDefault()
    setAt(next)
  }
  return (
    <div className="head-grid" role="listbox" aria-label={`${label}, cell by cell`} tabIndex={0} onKeyDown={walk} aria-activedescendant={here ? `${id}-here` : undefined}>
      <Figure draw={draw} label={label} adorn={adorn} />
      {here && <span id={`${id}-here`} className="sr-only" role="option" aria-selected="true">{[inWords(here), ...(here.more ? [here.more] : [])].join(', ')}</span>}
      <p className="muted matrix-told" aria-hidden="true">{here ? inWords(here) : '\u00a0'}</p>
    </div>
  )
}

const inWords = ({ label, value }: GridCell): string => `${label} ${signed(value)}`

/** The cell beside one, or the first; null for another key or at the edge. */
function cellBeside(cells: readonly GridCell[], from: GridCell | null, key: string): GridCell | null {
  const columns = [...new Set(cells.map(({ column }) => column))]
  const layers = [...new Set(cells.map(({ layer }) => layer))].sort((a, b) => a - b)
  const step = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key]
  if (!step) return null
  if (!from) return cells[0] ?? null
  const [up = 0, right = 0] = step
  const layer = layers[layers.indexOf(from.layer) + up]
  const column = columns[columns.indexOf(from.column) + right]
  return cells.find((cell) => cell.layer === layer && cell.column === column) ?? null
}

const shortened = (value: number): string => {
  const magnitude = Math.abs(value)
  return magnitude < 0.005 ? '' : value.toFixed(magnitude < 10 ? 2 : 1).replace('-', '−')
}
