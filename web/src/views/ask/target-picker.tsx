/** What is explained: one of the model's own first choices, another token, or the difference of two. */
import { type FormEvent, useState } from 'react'
import { CandidatesDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { ErrorLine } from '../../ui/error-line.tsx'
import { percent, tokenName, withBlanks } from '../../ui/words.ts'
import { FeatureTarget } from './feature-target.tsx'
import { type AskState, questionInput } from './question.ts'
import type { useSets } from './set-picker.tsx'

/** As many as fit into a line. */
const SHOWN = 10

interface TargetPickerProps {
  state: AskState
  layers: number
  sets: ReturnType<typeof useSets>
  onTarget(change: Partial<AskState>): void
}

export function TargetPicker({ state, layers, sets, onTarget }: TargetPickerProps) {
  const { target: _, ...question } = questionInput(state)
  // The split does not matter for the candidates; this one costs hardly more than a plain pass.
  const input = { ...question, partition: { module: { module: 'MLP' as const, layer: layers - 1 } }, decode: SHOWN }
  const { data, error } = useLatest(CandidatesDocument, { input })
  const candidates = data?.attribute?.candidates ?? []
  const isChosen = ({ tokenId, text }: { tokenId: number; text: string }, at: number) =>
    state.feature !== '' ? false : state.target === '' ? at === 0 : state.target === `#${tokenId}` || state.target.trim() === text.trim()
  return (
    <section className="target" aria-label="Target">
      <div className="candidates" role="group" aria-label="The model’s first choices">
        {error ? <ErrorLine error={error} /> : <span className="muted">It would say</span>}
        {candidates.map(({ tokenId, text, probability }, at) => (
          <button key={tokenId} type="button" className="candidate" aria-pressed={isChosen({ tokenId, text }, at)}
            title={`#${tokenId}, ${percent(probability)}; with Shift: subtract its logit`}
            onClick={(event) => onTarget({ feature: '', ...(event.shiftKey ? { minus: `#${tokenId}` } : { target: at === 0 ? '' : `#${tokenId}` }) })}>
            <span>{tokenName(text)}</span>
            <span className="candidate-share" style={{ '--share': `${probability * 100}%` } as React.CSSProperties} />
            <small>{percent(probability)}</small>
          </button>
        ))}
      </div>
      <div className="row">
        <TokenField label="target" value={textOf(state.target, candidates)}
          placeholder="the model’s own next token" onChange={(target) => onTarget({ target, feature: '' })} />
        <TokenField label="minus" value={textOf(state.minus, candidates)} placeholder="nothing" onChange={(minus) => onTarget({ minus, feature: '' })} />
        {(state.target !== '' || state.minus !== '') && (
          <button type="button" className="small" onClick={() => onTarget({ target: '', minus: '' })}>Next token again</button>
        )}
      </div>
      <FeatureTarget state={state} sets={sets} onTarget={onTarget} />
    </section>
  )
}

const idOf = (name: string): number => Number(name.slice(1))

/** Texts of ids that are among the candidates. */
const textOf = (name: string, candidates: readonly { tokenId: number; text: string }[]): string =>
  (name.startsWith('#') ? candidates.find(({ tokenId }) => tokenId === idOf(name))?.text : undefined) ?? name

function TokenField({ label, value, placeholder, onChange }: { label: string; value: string; placeholder: string; onChange(value: string): void }) {
  const [draft, setDraft] = useState<string | null>(null)
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (draft !== null && draft !== value) onChange(draft)
    setDraft(null)
  }
  return (
    <form className="inline" onSubmit={submit}>
      <label className="inline">
        <span className="muted">{label}</span>
        <input value={draft ?? withBlanks(value)} placeholder={placeholder} size={22} spellCheck={false}
          title="A text that is one token after the prompt, or # and its id"
          onFocus={() => setDraft(value)} onChange={(event) => setDraft(event.target.value)} onBlur={() => submit()} />
      </label>
    </form>
  )
}
