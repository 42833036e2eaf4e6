/**
 * A matrix as shades, one pixel a cell until it is drawn: 500 × 500 cells are one image. One stop of the Tab key: arrows walk
 * from cell to cell.
 */
import { type KeyboardEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { type Theme, useTheme } from '../state/theme.ts'
import { signed } from '../ui/words.ts'
import { type Draw, Figure } from './figure.tsx'
import { css, largestOf, palettes, shade } from './palette.ts'

interface Place {
  row: number
  column: number
}

interface MatrixProps {
  label: string
  rows: readonly string[]
  columns: readonly string[]
  /** [rows][columns] */
  values: readonly (readonly number[])[]
  rowLabel: string
  columnLabel: string
  chosen: Place | null
  onChoose?(place: Place): void
  /** The value that has the full colour; of the largest here when absent. */
  largest?: number
}

/** More names cannot be read beside each other. */
const MOST_NAMES = 48
const CELL = { least: 9, most: 34 }
const LETTER = 7
const LONGEST_NAME = 16

const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name)

/** Shades on either side of nothing. */
const SHADES = 255

/** One pixel a cell. Colours are looked up, not worked out for each. */
function imageOf(values: readonly (readonly number[])[], most: number, theme: Theme): string {
  const canvas = document.createElement('canvas')
  canvas.width = values[0]?.length ?? 0
  canvas.height = values.length
  const context = canvas.getContext('2d')
  if (!context || canvas.width === 0 || canvas.height === 0) return ''
  const colours = Array.from({ length: 2 * SHADES + 1 }, (_, at) => (shade(at - SHADES, SHADES, theme).match(/\d+/g) ?? []).map(Number))
  const image = context.createImageData(canvas.width, canvas.height)
  values.forEach((row, y) => row.forEach((value, x) => {
    const share = most === 0 ? 0 : Math.max(-1, Math.min(1, value / most))
    const [r = 0, g = 0, b = 0] = colours[Math.round(share * SHADES) + SHADES] ?? []
    image.data.set([r, g, b, 255], 4 * (y * canvas.width + x))
  }))
  context.putImageData(image, 0, 0)
  return canvas.toDataURL()
}

export function Matrix({ label, rows, columns, values, rowLabel, columnLabel, chosen, onChoose, largest }: MatrixProps) {
  const theme = useTheme()
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const [under, setUnder] = useState<Place | null>(null)
  const scales = useRef<((x: number, y: number) => Place) | null>(null)
  const draw = useCallback<Draw>(
    (plot, width) => {
      const most = largest ?? largestOf(values.map(largestOf))
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
            src: () => imageOf(values, most, theme), x: (columns.length - 1) / 2, y: (rows.length - 1) / 2, width: columns.length * cell, height: rows.length * cell,
            preserveAspectRatio: 'none', imageRendering: 'pixelated',
          }),
          ...(chosen ? [plot.rect([chosen], {
            x1: ({ column }: Place) => column - 0.5, x2: ({ column }: Place) => column + 0.5, y1: ({ row }: Place) => row - 0.5, y2: ({ row }: Place) => row + 0.5,
            stroke: css(palettes[theme].ink), strokeWidth: 1.8, fill: 'none',
          })] : []),
          plot.frame({ stroke: 'var(--line)' }),
        ],
      })
      const [x, y] = [chart.scale('x'), chart.scale('y')]
      scales.current = (px, py) => ({ column: Math.round(Number(x?.invert?.(px))), row: Math.round(Number(y?.invert?.(py))) })
      return chart
    },
    [rows, columns, values, rowLabel, columnLabel, chosen, largest, theme],
  )
  const isThere = ({ row, column }: Place) => row >= 0 && row < rows.length && column >= 0 && column < columns.length
  useEffect(() => {
    const { current } = frame
    if (!current) return
    const placeAt = ({ clientX, clientY }: MouseEvent): Place | null => {
      const svg = current.querySelector('.figure-frame svg')
      const place = svg && scales.current?.(clientX - svg.getBoundingClientRect().left, clientY - svg.getBoundingClientRect().top)
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
    if (isThere(next)) onChoose(next)
  }
  const inWords = ({ row, column }: Place) => `${rowLabel} ${rows[row] ?? ''}, ${columnLabel} ${columns[column] ?? ''}: ${signed(values[row]?.[column] ?? 0)}`
  const told = under ?? chosen
  return (
    <div ref={frame} className="matrix" role="listbox" aria-label={label} tabIndex={onChoose ? 0 : undefined} onKeyDown={walk}
      aria-activedescendant={chosen ? `${id}-chosen` : undefined}>
      <Figure draw={draw} label={label} />
      {chosen && <span id={`${id}-chosen`} className="sr-only" role="option" aria-selected="true">{inWords(chosen)}</span>}
      <p className="muted matrix-told" aria-hidden="true">{told ? inWords(told) : '\u00a0'}</p>
    </div>
  )
}
