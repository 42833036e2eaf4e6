/**
 * Tokens shaded by their scores. The Tab key stops once for the whole map; arrow keys move along the tokens, Enter
 * chooses one.
 */
import { type KeyboardEvent, memo, useCallback, useEffect, useRef } from 'react'
import { strength } from '../plot/palette.ts'
import { useGrowing } from '../state/growing.ts'
import { signed, withBlanks } from '../ui/words.ts'

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
  onSelect(index: number | null): void
  /** Whether scores stand under the tokens. */
  showScores?: boolean
}

/** Above this share a shade is dark enough for light text. */
const STRONG = 0.6

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
    if (event.key === 'Escape') onSelect(null)
    if (target === undefined || target >= parts.length) return
    event.preventDefault()
    onSelect(target)
  }
  // The callback stays the same function, so that of 500 tokens only those that change are drawn anew.
  const latest = useRef({ selected, onSelect })
  useEffect(() => void (latest.current = { selected, onSelect }))
  const toggle = useCallback(
    (index: number) => latest.current.onSelect(index === latest.current.selected ? null : index),
    [],
  )
  const drawn = useGrowing(parts.length)
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
      {parts.slice(0, drawn).map(({ text, score }, index) => (
        <HeatPart
          key={index}
          id={`${name}-${index}`}
          index={index}
          text={text}
          score={score}
          share={strength(score, largest)}
          isSelected={index === selected}
          showScore={showScores}
          onToggle={toggle}
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
  const shown = withBlanks(text)
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
