/** The strongest neurons of all layers as bars, with a search. */
import { useDeferredValue, useMemo, useRef } from 'react'
import { Bars } from '../../plot/bars.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count } from '../../ui/words.ts'
import { type Answer, factsOf, targetName } from './answer.ts'
import { chartIn, copiesOf } from './copies.ts'
import { FindBox, type Search, wantedOf } from './find-box.tsx'
import type { Question } from './question.ts'

const SHOWN = 30

export function NeuronAnswer({ answer, question, search }: { answer: Answer; question: Question; search: Search }) {
  const wanted = useDeferredValue(wantedOf(search))
  const frame = useRef<HTMLDivElement>(null)
  const neurons = useMemo(
    () => answer.contributions.nodes.filter(({ component }) => component.kind === 'NEURON').map(({ score, component }) => ({ label: component.label, value: score })),
    [answer],
  )
  const found = useMemo(() => neurons.filter(({ label }) => label.toLowerCase().includes(wanted)), [neurons, wanted])
  const shown = useMemo(() => found.slice(0, SHOWN), [found])
  return (
    <div ref={frame}>
      <FindBox search={search} placeholder="L2 or L2.N41">
        {shown.length} of the {count(neurons.length)} strongest, of {count(answer.componentCount)} components
      </FindBox>
      {shown.length === 0
        ? <p className="note">None of the {neurons.length} strongest neurons is called “{search.find}”.</p>
        : <Bars label={`The strongest neurons of ${targetName(answer)}`} bars={shown} unit="share of the target" />}
      <Facts facts={factsOf(answer, false)} />
      <CopyBar copies={copiesOf({ answers: [answer], question, svg: () => chartIn(frame.current) })} />
    </div>
  )
}
