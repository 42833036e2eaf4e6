/**
 * A matrix as shades. It is made as an image with one pixel per cell and then scaled, so 500 × 500 cells are one image.
 * The Tab key stops once for the whole matrix; arrow keys move from cell to cell.
 */
import type { Scale } from '@observablehq/plot'
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { type Theme, useTheme } from '../state/theme.ts'
import type { How } from '../state/view-state.ts'
import { signed } from '../ui/words.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, largestOf, palettes } from './palette.ts'
import { type Row, shadesOf } from './shades.ts'
import { inTurn } from './turns.ts'

interface Place {
  row: number
  column: number
}

interface MatrixProps {
  label: string
  rows: readonly string[]
  columns: readonly string[]
  /** [rows][columns] */
  values: readonly Row[]
  rowLabel: string
  columnLabel: string
  chosen: Place | null
  onChoose?(place: Place, how?: How): void
  /** The value that has the full colour; the largest here if absent. */
  largest?: number
}

/** More names cannot be read beside each other. */
const MOST_NAMES = 48
const CELL = { least: 9, most: 34 }
const LETTER = 7
const LONGEST_NAME = 16

const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name)

/** A transparent dot. */
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='
const CHOSEN = 'matrix-chosen'

interface Scales {
  x: Scale
  y: Scale
}

const placeOf = (px: number, py: number, { x, y }: Scales): Place => ({ column: Math.round(Number(x.invert?.(px))), row: Math.round(Number(y.invert?.(py))) })

/** The frame around one cell. Moving from cell to cell draws only this. */
function frameOf({ row, column }: Place, { x, y }: Scales, ink: string): SVGRectElement {
  const frame = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  const [left, right] = [column - 0.5, column + 0.5].map((at) => Number(x.apply(at)))
  const [top, bottom] = [row - 0.5, row + 0.5].map((at) => Number(y.apply(at)))
  const box = { x: left, y: top, width: (right ?? 0) - (left ?? 0), height: (bottom ?? 0) - (top ?? 0) }
  for (const [name, value] of Object.entries({ ...box, class: CHOSEN, stroke: ink, 'stroke-width': 1.8, fill: 'none' })) frame.setAttribute(name, String(value))
  return frame
}

/** The address of the cells as an image; empty until it is made, which takes a while for 500 × 500 cells. */
function useShades(values: readonly Row[], largest: number | undefined, theme: Theme): string {
  const [image, setImage] = useState('')
  useEffect(() => {
    let isWanted = true
    const cancel = inTurn(() => {
      void shadesOf(values, largest ?? largestOf(values.map((row) => largestOf([...row]))), theme).then((made) => isWanted && setImage(made))
    })
    return () => {
      isWanted = false
      cancel()
    }
  }, [values, largest, theme])
  return image
}

export function Matrix({ label, rows, columns, values, rowLabel, columnLabel, chosen, onChoose, largest }: MatrixProps) {
  const theme = useTheme()
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const [under, setUnder] = useState<Place | null>(null)
  const scales = useRef<Scales | null>(null)
  const image = useShades(values, largest, theme)
  const draw = useCallback<Draw>(
    (plot, width) => {
      const margin = 26 + Math.min(LONGEST_NAME, rows.reduce((longest, name) => Math.max(longest, name.length), 0)) * LETTER
      const cell = Math.min(CELL.most, Math.max(rows.length > MOST_NAMES ? 1 : CELL.least, (width - margin - 12) / Math.max(1, columns.length)))
      const top = 34 + Math.min(LONGEST_NAME, columns.reduce((longest, name) => Math.max(longest, name.length), 0)) * LETTER * 0.8
      const named = (names: readonly string[]) => (names.length > MOST_NAMES ? {} : { ticks: names.map((_, at) => at), tickFormat: (at: number) => shortened(names[at] ?? '') })
      const chart = plot.plot({
        width: Math.min(width, margin + 12 + columns.length * cell),
        height: top + 10 + rows.length * cell,
        marginLeft: margin, marginTop: top, marginRight: 12, marginBottom: 10,
        x: { domain: [-0.5, columns.length - 0.5], axis: 'top', label: columnLabel, tickRotate: -45, tickSize: 0, ...named(columns) },
        y: { domain: [rows.length - 0.5, -0.5], label: rowLabel, tickSize: 0, ...named(rows) },
        color: { type: 'identity' },
        marks: [
          plot.image([0], {
            // A transparent image until the real one is made.
            src: () => NOTHING, x: (columns.length - 1) / 2, y: (rows.length - 1) / 2, width: columns.length * cell, height: rows.length * cell,
            preserveAspectRatio: 'none', imageRendering: 'pixelated',
          }),
          plot.frame({ stroke: 'var(--line)' }),
        ],
      })
      const [x, y] = [chart.scale('x'), chart.scale('y')]
      if (x && y) scales.current = { x, y }
      return chart
    },
    [rows, columns, rowLabel, columnLabel],
  )
  const adorn = useCallback((drawn: Element) => {
    if (image !== '') drawn.querySelector('image')?.setAttribute('href', image)
    drawn.querySelector(`.${CHOSEN}`)?.remove()
    if (chosen && scales.current) drawn.append(frameOf(chosen, scales.current, css(palettes[theme].ink)))
  }, [image, chosen, theme])
  const isThere = ({ row, column }: Place) => row >= 0 && row < rows.length && column >= 0 && column < columns.length
  useEffect(() => {
    const { current } = frame
    if (!current) return
    const placeAt = ({ clientX, clientY }: MouseEvent): Place | null => {
      const svg = current.querySelector('.figure-frame svg')
      if (!svg || !scales.current) return null
      const { left, top } = svg.getBoundingClientRect()
      const place = placeOf(clientX - left, clientY - top, scales.current)
      return place && isThere(place) ? place : null
    }
    const move = (event: PointerEvent) => setUnder(placeAt(event))
    const leave = () => setUnder(null)
    const click = (event: MouseEvent) => {
      const place = placeAt(event)
      if (place) onChoose?.(place)
    }
    current.addEventListener('pointermove', move)
    current.addEventListener('pointerleave', leave)
    current.addEventListener('click', click)
    return () => {
      current.removeEventListener('pointermove', move)
      current.removeEventListener('pointerleave', leave)
      current.removeEventListener('click', click)
    }
  })
  const walk = (event: KeyboardEvent) => {
    const from = chosen ?? { row: rows.length - 1, column: 0 }
    const { row, column } = from
    const next = {
      ArrowUp: { row: row - 1, column }, ArrowDown: { row: row + 1, column }, ArrowLeft: { row, column: column - 1 }, ArrowRight: { row, column: column + 1 },
    }[event.key]
    if (!next || !onChoose) return
    event.preventDefault()
    if (isThere(next)) onChoose(next, { replace: true })
  }
  const inWords = ({ row, column }: Place) => `${rowLabel} ${rows[row] ?? ''}, ${columnLabel} ${columns[column] ?? ''}: ${signed(values[row]?.[column] ?? 0)}`
  const told = under ?? chosen
  return (
    <div ref={frame} className="matrix" role="listbox" aria-label={label} tabIndex={onChoose ? 0 : undefined} onKeyDown={walk}
      aria-activedescendant={chosen ? `${id}-chosen` : undefined}>
      <Figure draw={draw} label={label} adorn={adorn} />
      {chosen && <span id={`${id}-chosen`} className="sr-only" role="option" aria-selected="true">{inWords(chosen)}</span>}
      <p className="muted matrix-told" aria-hidden="true">{told ? inWords(told) : '\u00a0'}</p>
    </div>
  )
}
