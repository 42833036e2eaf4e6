/** The strongest neurons of all layers as bars, with a search. */
import { useDeferredValue, useId, useMemo, useRef, useState } from 'react'
import { Bars } from '../../plot/bars.tsx'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count } from '../../ui/words.ts'
import { type Answer, factsOf, targetName } from './answer.ts'
import { chartIn, copiesOf } from './copies.ts'
import type { Question } from './question.ts'

const SHOWN = 30

export function NeuronAnswer({ answer, question }: { answer: Answer; question: Question }) {
  const [wanted, setWanted] = useState('')
  const search = useDeferredValue(wanted.trim().toLowerCase())
  const frame = useRef<HTMLDivElement>(null)
  const id = useId()
  const neurons = useMemo(
    () => answer.contributions.nodes.filter(({ component }) => component.kind === 'NEURON').map(({ score, component }) => ({ label: component.label, value: score })),
    [answer],
  )
  const found = useMemo(() => neurons.filter(({ label }) => label.toLowerCase().includes(search)), [neurons, search])
  const shown = useMemo(() => found.slice(0, SHOWN), [found])
  return (
    <div ref={frame}>
      <div className="row">
        <label htmlFor={id} className="muted">Find</label>
        <input id={id} type="search" value={wanted} placeholder="L2 or L2.N41" onChange={(event) => setWanted(event.target.value)} />
        <span className="muted" role="status">
          {shown.length} of the {count(neurons.length)} strongest, of {count(answer.componentCount)} components
        </span>
      </div>
      {shown.length === 0
        ? <p className="note">None of the {neurons.length} strongest neurons is called “{wanted}”.</p>
        : <Bars label={`The strongest neurons of ${targetName(answer)}`} bars={shown} unit="share of the target" />}
      <Facts facts={factsOf(answer, false)} />
      <CopyBar copies={copiesOf({ answers: [answer], question, svg: () => chartIn(frame.current) })} />
    </div>
  )
}
