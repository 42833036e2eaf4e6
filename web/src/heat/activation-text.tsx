/**
 * A text with each token shaded by a feature's activation. The Tab key stops once for the whole text; arrow keys move
 * along the tokens.
 */
import { Fragment, type KeyboardEvent, memo, useState } from 'react'
import { strength } from '../plot/palette.ts'
import { score, tokenName, visible } from '../ui/words.ts'

interface ActivationTextProps {
  label: string
  tokens: readonly string[]
  /** One per token; 0 if the feature does not fire there. */
  values: readonly number[]
  /** The activation that has the full colour. */
  largest: number
  /** The token that is highlighted. */
  marked?: number | null
  /** Whether a line break in the text is shown as one. */
  breaks?: boolean
  /** Enter, or a click. */
  onChoose?(index: number): void
}

/** Above this share a shade is dark enough for light text. */
const STRONG = 0.6

export const ActivationText = memo(function ActivationText({
  label,
  tokens,
  values,
  largest,
  marked = null,
  breaks = false,
  onChoose,
}: ActivationTextProps) {
  const [at, setAt] = useState<number | null>(null)
  const id = (index: number) => `fires-${label.replace(/\W+/g, '-')}-${index}`
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const here = at ?? marked ?? -1
    const target = { ArrowRight: here + 1, ArrowLeft: Math.max(0, here - 1), Home: 0, End: tokens.length - 1 }[
      event.key
    ]
    if (event.key === 'Escape') setAt(null)
    if (event.key === 'Enter' && at !== null) onChoose?.(at)
    if (target === undefined || target >= tokens.length) return
    event.preventDefault()
    setAt(target)
  }
  const said = at ?? marked
  return (
    <div className="fires">
      <div
        className="fires-text"
        role="listbox"
        aria-label={label}
        tabIndex={0}
        onKeyDown={walk}
        onBlur={() => setAt(null)}
        onMouseLeave={() => setAt(null)}
        aria-activedescendant={at === null ? undefined : id(at)}
      >
        {tokens.map((text, index) => {
          const value = values[index] ?? 0
          const share = strength(value, largest)
          return (
            <Fragment key={index}>
              <span
                id={id(index)}
                role="option"
                aria-selected={index === (at ?? marked)}
                aria-label={`${tokenName(text)} ${score(value)}`}
                className={[
                  'fires-token',
                  value < 0 && 'against',
                  share > STRONG && 'strong',
                  index === marked && 'marked',
                ]
                  .filter(Boolean)
                  .join(' ')}
                style={{ '--share': `${share * 100}%` } as React.CSSProperties}
                onMouseEnter={() => setAt(index)}
                onClick={onChoose && (() => onChoose(index))}
              >
                {visible(text)}
              </span>
              {breaks && text.includes('\n') && <br />}
            </Fragment>
          )
        })}
      </div>
      <span className="fires-value muted" role="status">
        {said === null ? '' : `${tokenName(tokens[said] ?? '')} ${score(values[said] ?? 0)}`}
      </span>
    </div>
  )
})
