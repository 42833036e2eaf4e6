/**
 * Tokens shaded by their scores. The Tab key stops once for the whole map; arrow keys move along the tokens, Enter
 * chooses one. A long text stands in pieces, each under the number of its first token: what changes in one, is scrolled
 * out of sight or gets other colours is no work for the others.
 */
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef } from 'react'
import { strength } from '../plot/palette.ts'
import { useGrowing } from '../state/growing.ts'
import { island } from '../state/islands.ts'
import type { How } from '../state/view-state.ts'
import { signed, tokenName } from '../ui/words.ts'

export interface Heated {
  /** The text of the token, with its blanks. */
  text: string
  score: number
}

interface HeatMapProps {
  label: string
  parts: readonly Heated[]
  /** The score that has the full colour. */
  largest: number
  selected: number | null
  onSelect(index: number | null, how?: How): void
  /** Whether scores stand under the tokens. */
  showScores?: boolean
}

/** Above this share a shade is dark enough for light text. */
const STRONG = 0.6

/** A text of more tokens stands in pieces. */
const SHORT = 100
const PIECE = 50

export const HeatMap = memo(function HeatMap({
  label,
  parts,
  largest,
  selected,
  onSelect,
  showScores = true,
}: HeatMapProps) {
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = selected ?? -1
    const target = { ArrowRight: at + 1, ArrowLeft: Math.max(0, at - 1), Home: 0, End: parts.length - 1 }[event.key]
    if (event.key === 'Escape') onSelect(null, { replace: true })
    if (target === undefined || target >= parts.length) return
    event.preventDefault()
    onSelect(target, { replace: true })
  }
  // The callback stays the same function, so that of 500 tokens only those that change are drawn anew.
  const latest = useRef({ selected, onSelect })
  useEffect(() => void (latest.current = { selected, onSelect }))
  const toggle = useCallback(
    (index: number) => latest.current.onSelect(index === latest.current.selected ? null : index),
    [],
  )
  const pieces = useMemo(() => piecesOf(parts), [parts])
  const drawn = useGrowing(pieces.length)
  const name = `heat-${label.replace(/\W+/g, '-')}`
  return (
    <div
      className="heat"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      onKeyDown={walk}
      aria-activedescendant={selected === null ? undefined : `${name}-${selected}`}
    >
      {pieces.slice(0, drawn).map((piece) => (
        <HeatPiece
          key={piece.from}
          name={name}
          piece={piece}
          isOne={pieces.length === 1}
          largest={largest}
          selected={selected !== null && selected >= piece.from && selected < piece.from + piece.parts.length ? selected : null}
          showScores={showScores}
          onToggle={toggle}
        />
      ))}
    </div>
  )
})

interface Piece {
  /** Its first token. */
  from: number
  parts: readonly Heated[]
}

function piecesOf(parts: readonly Heated[]): Piece[] {
  if (parts.length <= SHORT) return [{ from: 0, parts }]
  return Array.from({ length: Math.ceil(parts.length / PIECE) }, (_, at) => ({
    from: at * PIECE,
    parts: parts.slice(at * PIECE, (at + 1) * PIECE),
  }))
}

interface HeatPieceProps {
  /** Of the map, for the ids of its tokens. */
  name: string
  piece: Piece
  /** The only one, which needs no number. */
  isOne: boolean
  largest: number
  /** If it is in this piece. */
  selected: number | null
  showScores: boolean
  onToggle(index: number): void
}

const HeatPiece = memo(function HeatPiece({
  name,
  piece: { from, parts },
  isOne,
  largest,
  selected,
  showScores,
  onToggle,
}: HeatPieceProps) {
  const numbered = !isOne && { role: 'group', 'aria-label': `${from} to ${from + parts.length - 1}`, 'data-from': from }
  return (
    <div ref={island} className="heat-piece island" role="presentation" {...numbered}>
      {parts.map(({ text, score }, at) => (
        <HeatPart
          key={at}
          id={`${name}-${from + at}`}
          index={from + at}
          text={text}
          score={score}
          share={strength(score, largest)}
          isSelected={from + at === selected}
          showScore={showScores}
          onToggle={onToggle}
        />
      ))}
    </div>
  )
})

interface HeatPartProps extends Heated {
  id: string
  index: number
  share: number
  isSelected: boolean
  showScore: boolean
  onToggle(index: number): void
}

const HeatPart = memo(function HeatPart({
  id,
  index,
  text,
  score,
  share,
  isSelected,
  showScore,
  onToggle,
}: HeatPartProps) {
  const shown = tokenName(text)
  return (
    <span
      id={id}
      role="option"
      aria-selected={isSelected}
      aria-label={`${shown} ${signed(score)}`}
      title={`${shown}  ${signed(score)}  (#${index})`}
      className={`heat-part ${score < 0 ? 'against' : 'for'} ${share > STRONG ? 'strong' : ''}`}
      style={{ '--share': `${share * 100}%` } as React.CSSProperties}
      onClick={() => onToggle(index)}
    >
      <span className="heat-text">{shown}</span>
      {showScore && <span className="heat-score">{signed(score)}</span>}
    </span>
  )
})
