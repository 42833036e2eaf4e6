/** One place where a feature fires, with the text around it. */
import type { ExamplePartsFragment } from '../../api/generated.ts'
import { ActivationText } from '../../heat/activation-text.tsx'

type Context = 'short' | 'long'

/** Tokens to each side in a short context. */
const SHORT = { before: 12, after: 4 }

/** The part of an example that is shown, and where in it the feature fires. */
export function windowOf({ tokens, values, position, first, sequence }: ExamplePartsFragment, context: Context) {
  const at = position - first
  const from = context === 'long' ? 0 : Math.max(0, at - SHORT.before)
  const to = context === 'long' ? tokens.length : at + SHORT.after + 1
  return {
    tokens: tokens.slice(from, to),
    values: values.slice(from, to),
    marked: at - from,
    first: first + from,
    isCut: first + from > 0,
    isCutAfter: first + Math.min(to, tokens.length) < sequence.tokenCount,
  }
}

interface ExampleTextProps {
  label: string
  example: ExamplePartsFragment
  context?: Context
  /** The activation that has the full colour. */
  largest: number
  breaks?: boolean
}

export function ExampleText({ label, example, context = 'short', largest, breaks = false }: ExampleTextProps) {
  const { tokens, values, marked, isCut, isCutAfter } = windowOf(example, context)
  return (
    <>
      {isCut && <Cut />}
      <ActivationText label={label} tokens={tokens} values={values} largest={largest} marked={marked} breaks={breaks} />
      {isCutAfter && <Cut />}
    </>
  )
}

const Cut = () => (
  <span className="muted" aria-hidden>
    …
  </span>
)
