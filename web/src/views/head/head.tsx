/** Head: where an attention head looks in a prompt, why it looks there, and where it did most. */
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { type KnownModel, useModels } from '../../api/use-models.ts'
import { searchNow } from '../../state/address.ts'
import { nameIn } from '../../state/addresses.ts'
import { useViewState } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { SaidOnce } from '../../ui/said-once.tsx'
import { PromptBox } from '../ask/prompt-box.tsx'
import { ComparedPatterns } from './comparison.tsx'
import { HeadPattern } from './pattern.tsx'
import { StrongestPrompts } from './prompts.tsx'
import { type Asked, headParts, readHead } from './question.ts'
import '../../ui/bar-list.css'
import './head.css'

/** Choices that are reset, because they belong to the last prompt. */
const FRESH = { query: null, key: null }

const EXAMPLES = ['When Mary and John went to the store, John gave a drink to', 'The capital of France is']

export default function HeadView({ params }: { params: { model?: string; head?: string } }) {
  const [state, change] = useViewState(headParts)
  const [, navigate] = useLocation()
  const { models, isKnown, error } = useModels()
  const slug = params.model === undefined ? '' : nameIn(params.model)
  const model = models.find((each) => each.slug === slug) ?? (slug === '' ? models[0] : undefined)
  const name = params.head === undefined ? { layer: 0, head: 0 } : readHead(params.head)
  const isThere = model !== undefined && name !== null && name.layer < model.layers && name.head < model.heads
  const go = (to: KnownModel, layer: number, head: number) => navigate(`/head/${encodeURIComponent(to.slug)}/${layer}.${head}${searchNow()}`)
  useEffect(() => {
    document.title = `Head ${params.head ?? ''} · Tributary`
    return () => {
      document.title = 'Tributary'
    }
  }, [params.head])
  if (error) return <ErrorNote error={error} />
  if (!isKnown) return <p className="loading" role="status">Loading …</p>
  if (!model) return <p className="note error" role="alert">There is no model {JSON.stringify(slug)} here; there are {models.map((each) => each.slug).join(', ')}.</p>
  if (!isThere) {
    return (
      <p className="note error" role="alert">
        There is no head {JSON.stringify(params.head)} in {model.slug}; it has layers 0 to {model.layers - 1} with heads 0 to {model.heads - 1}, such as 0.0.
      </p>
    )
  }
  const asked: Asked = { model: model.slug, ...name, state }
  return (
    <SaidOnce>
      <h1>Head {name.layer}.{name.head} of {model.slug}</h1>
      <section className="card" aria-label="Question">
        <div className="row head-picker">
          <NumberPicker label="layer" count={model.layers} value={name.layer} onChange={(layer) => go(model, layer, name.head)} />
          <NumberPicker label="head" count={model.heads} value={name.head} onChange={(head) => go(model, name.layer, head)} />
        </div>
        <PromptBox label="Prompt" models={models} model={model.slug} text={state.text}
          onModel={(other) => {
            const to = models.find((each) => each.slug === other)
            if (to) go(to, 0, 0)
          }} onAsk={(text) => change({ ...FRESH, text })} />
        {state.other !== '' && (
          <PromptBox label="Second prompt" models={[]} model={model.slug} text={state.other} onAsk={(other) => change({ ...FRESH, other })} />
        )}
        {state.text !== '' && (
          <div className="row end">
            <button type="button" className="small" aria-pressed={state.other !== ''} onClick={() => change({ other: state.other === '' ? state.text : '' })}>
              {state.other === '' ? 'Compare with another prompt' : 'One prompt again'}
            </button>
          </div>
        )}
      </section>
      {state.text === '' && (
        <section aria-label="Examples" className="examples">
          {EXAMPLES.map((text) => (
            <button key={text} type="button" className="example" onClick={() => change({ ...FRESH, text })}><b>Where does it look?</b><span>{text}</span></button>
          ))}
        </section>
      )}
      {state.text !== '' && (state.other === '' ? <HeadPattern asked={asked} onChange={change} /> : <ComparedPatterns asked={asked} onChange={change} />)}
      <StrongestPrompts asked={asked} onDataset={(dataset) => change({ dataset })} />
    </SaidOnce>
  )
}

function NumberPicker({ label, count, value, onChange }: { label: string; count: number; value: number; onChange(value: number): void }) {
  return (
    <label className="inline">
      <span className="muted">{label}</span>
      <select aria-label={label} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {Array.from({ length: count }, (_, at) => <option key={at}>{at}</option>)}
      </select>
    </label>
  )
}
