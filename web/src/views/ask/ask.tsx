/** Ask: a text, what the model would say next, and which parts of text and model make it say that. */
import { Link } from 'wouter'
import { useModels } from '../../api/use-models.ts'
import { useViewState } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { SaidOnce } from '../../ui/said-once.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Answers } from './answers.tsx'
import { Examples } from './examples.tsx'
import { Method } from './method.tsx'
import { PromptBox } from './prompt-box.tsx'
import { askParts, type AskState, SPLIT_NAMES } from './question.ts'
import { SetPicker, useSets } from './set-picker.tsx'
import { TargetPicker } from './target-picker.tsx'

/** Choices that are reset, because they mean nothing for another question. */
const FRESH: Partial<AskState> = { target: '', minus: '', feature: '', sets: '', at: null, pick: null, find: '' }

export default function Ask() {
  const [state, change] = useViewState(askParts)
  const { models, isKnown, error } = useModels()
  const model = models.find(({ slug }) => slug === state.model) ?? (state.model === '' ? models[0] : undefined)
  const asked: AskState = { ...state, model: model?.slug ?? state.model }
  const sets = useSets(asked, model === undefined || state.q === '')
  const isAsked = state.q !== '' && model !== undefined
  return (
    <SaidOnce>
      <div className="ask">
        {state.q === '' && (
          <header className="hero">
            <h1>What made the model say that?</h1>
            <p>
              Tributary splits what a language model computes into additive parts – tokens, words, heads, neurons – and tells
              exactly how much each contributed to what the model says next.
            </p>
          </header>
        )}
        {error ? <ErrorNote error={error} /> : null}
        {isKnown && models.length === 0 && (
          <p className="note">There is no model yet. Add one with <code>npx tributary model add FOLDER</code>.</p>
        )}
        {isKnown && models.length > 0 && !model && (
          <p className="note error" role="alert">There is no model {JSON.stringify(state.model)} here; there are {models.map(({ slug }) => slug).join(', ')}.</p>
        )}
        <section className="card" aria-label="Question">
          <PromptBox label="Prompt" models={models} model={asked.model} text={state.q} onModel={(slug) => change({ ...FRESH, model: slug })}
            onAsk={(q) => change(q === state.q ? {} : { q, pick: null, at: null })} />
          {state.other !== '' && (
            <PromptBox label="Second prompt" models={[]} model={asked.model} text={state.other} onAsk={(other) => change(other === state.other ? {} : { other, pick: null })} />
          )}
          {isAsked && (
            <TargetPicker state={asked} layers={model.layers} sets={sets} onTarget={change} />
          )}
        </section>
        {isAsked && (
          <>
            <div className="toolbar">
              <Tabs label="Split by" options={SPLIT_NAMES} value={state.by} onChange={(by) => change({ by, pick: null, find: '' })} />
              <div className="row end">
                <button type="button" className="small" aria-pressed={state.other !== ''}
                  onClick={() => change({ other: state.other === '' ? state.q : '', pick: null })}>
                  {state.other === '' ? 'Compare with another prompt' : 'One prompt again'}
                </button>
                <Link className="hint" href={`/graph?${new URLSearchParams({ model: asked.model, text: state.q })}`}>Graph of this prompt</Link>
                <Method state={state} onChange={change} />
              </div>
            </div>
            {state.by === 'feature' && <SetPicker sets={sets} onChange={(chosen) => change({ sets: chosen })} />}
            {state.by === 'feature' && sets.error ? <ErrorNote error={sets.error} /> : null}
            <Answers state={asked} sets={sets.chosen} layers={model.layers} onPick={(pick, how) => change({ pick }, how)}
              onFind={(find, how) => change({ find }, how)} />
          </>
        )}
        {!isAsked && model && <Examples model={asked.model} onChoose={(example) => change({ ...FRESH, ...example })} />}
      </div>
    </SaidOnce>
  )
}
