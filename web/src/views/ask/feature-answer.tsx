/** The features that did most, as bars with a search; each leads to its page. */
import { useDeferredValue, useMemo, useRef } from 'react'
import { Bars } from '../../plot/bars.tsx'
import { featureAddress } from '../../state/addresses.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count, tokenName } from '../../ui/words.ts'
import { type Answer, factsOf, targetName } from './answer.ts'
import { chartIn, copiesOf } from './copies.ts'
import { FindBox, type Search, wantedOf } from './find-box.tsx'
import { partNames } from './part-names.ts'
import type { Question } from './question.ts'

const SHOWN = 24

/** Bars labelled with the token and what the feature is about. */
function barsOf({ contributions, sequence }: Answer) {
  const textAt = (position: number) => `@${position} ${tokenName(sequence.tokens[position]?.text ?? '')}`
  return contributions.nodes.map(({ score, component }) => {
    const [name = '', ...about] = partNames(component)
    const position = component.kind === 'FEATURE' && 'position' in component ? component.position : null
    const known = 'lookup' in component ? component.lookup : null
    return {
      label: [name, position == null ? '' : textAt(position), ...about].filter((part) => part !== '').join(' · '),
      value: score,
      ...(known && { href: featureAddress(known.name) }),
    }
  })
}

export function FeatureAnswer({ answer, question, search }: { answer: Answer; question: Question; search: Search }) {
  const wanted = useDeferredValue(wantedOf(search))
  const frame = useRef<HTMLDivElement>(null)
  const bars = useMemo(() => barsOf(answer), [answer])
  const shown = useMemo(
    () => bars.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, SHOWN),
    [bars, wanted],
  )
  return (
    <div ref={frame}>
      <FindBox search={search} placeholder="a label, a number, a token">
        {shown.length} of {count(answer.componentCount)} components, the strongest first
      </FindBox>
      {shown.length === 0 ? (
        <p className="note">
          None of the {bars.length} strongest is called “{search.find}”.
        </p>
      ) : (
        <Bars
          label={`Shares of ${targetName(answer)} by feature of ${question.set}`}
          bars={shown}
          unit="share of the target"
        />
      )}
      <Facts facts={factsOf(answer, true)} />
      <CopyBar copies={copiesOf({ answers: [answer], question, svg: () => chartIn(frame.current) })} />
    </div>
  )
}
