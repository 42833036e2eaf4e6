/** The question: a model, a text, and the tokens that the text becomes. */
import { type FormEvent, type KeyboardEvent, memo, useEffect, useId, useState } from 'react'
import { type ModelsQuery, TokenizeDocument } from '../../api/generated.ts'
import { complaintOf } from '../../api/errors.ts'
import { useLarge } from '../../api/use-large.ts'
import { useScrolled } from '../../state/growing.ts'
import { ErrorLine } from '../../ui/error-line.tsx'
import { tokenName } from '../../ui/words.ts'

type Model = NonNullable<ModelsQuery['models']>['nodes'][number]

interface PromptBoxProps {
  label: string
  models: readonly Model[]
  model: string
  text: string
  onModel?(model: string): void
  onAsk(text: string): void
}

/** After the last key. */
const TOKENIZE_AFTER_MS = 180

export function PromptBox({ label, models, model, text, onModel, onAsk }: PromptBoxProps) {
  const [draft, setDraft] = useState(text)
  // The text changed through the address.
  useEffect(() => setDraft(text), [text])
  const id = useId()
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (draft.trim() !== '') onAsk(draft)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      submit()
    }
  }
  return (
    <form className="prompt-box" onSubmit={submit}>
      <label htmlFor={id} className="sr-only">{label}</label>
      <textarea id={id} rows={2} value={draft} spellCheck={false} placeholder="The capital of France is"
        onChange={(event) => setDraft(event.target.value)} onKeyDown={onKey} aria-describedby={`${id}-tokens`} />
      <div className="prompt-foot">
        <TokenPreview id={`${id}-tokens`} model={model} text={draft} isAsked={draft === text} />
        {onModel && models.length > 0 && (
          <label className="inline">
            <span className="muted">model</span>
            <select value={model} onChange={(event) => onModel(event.target.value)}>
              {models.map(({ slug }) => <option key={slug}>{slug}</option>)}
            </select>
          </label>
        )}
        <button type="submit" className="primary" disabled={draft.trim() === '' || model === ''}>Ask</button>
      </div>
    </form>
  )
}

const TokenPreview = memo(function TokenPreview({ id, model, text, isAsked }: { id: string; model: string; text: string; isAsked: boolean }) {
  const settled = useSettled(text)
  const skip = settled.trim() === '' || model === ''
  const { data, error } = useLarge(TokenizeDocument, skip ? null : { input: { model, text: settled } })
  const tokens = data?.tokenize ?? []
  const { drawn, end } = useScrolled(tokens.length)
  if (skip) return <div id={id} className="tokens muted">Type a text that the model is to continue.</div>
  // Of what was asked, the answer says it as well.
  if (error) return <div id={id} className="tokens">{isAsked ? <ErrorLine error={error} /> : <span className="bad">{complaintOf(error).message}</span>}</div>
  return (
    <div id={id} className="tokens">
      <span className="muted">{tokens.length} tokens</span>
      {tokens.slice(0, drawn).map(({ index, text: token, tokenId }) => <span key={index} className="token" title={`#${tokenId}`}>{tokenName(token)}</span>)}
      {drawn < tokens.length && <i key={drawn} ref={end} />}
    </div>
  )
})

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TOKENIZE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
