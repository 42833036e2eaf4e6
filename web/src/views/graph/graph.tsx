/** Graph: how the tokens of a prompt lead to what the model says next, through features, heads and MLPs. */
import { useDeferredValue, useEffect } from 'react'
import { GraphHeadDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { useModels } from '../../api/use-models.ts'
import { isIdOf } from '../../state/global-id.ts'
import { useViewState } from '../../state/view-state.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { NoSuch } from '../../ui/no-such.tsx'
import { SaidOnce } from '../../ui/said-once.tsx'
import { PromptBox } from '../ask/prompt-box.tsx'
import { useAskedText } from './asked-text.ts'
import { ComparedGraphs } from './comparison.tsx'
import { NodesPicker } from './controls.tsx'
import { Drawn } from './drawn.tsx'
import { GraphExamples } from './examples.tsx'
import { UploadGraph } from './upload.tsx'
import { Waiting } from './waiting.tsx'
import { FRESH, graphInput, graphParts, type GraphState } from './question.ts'
import { useRequestedGraph } from './use-graph.ts'
import '../../ui/bar-list.css'
import './graph.css'

export default function GraphView() {
  const [state, change] = useViewState(graphParts)
  const { models, isKnown, error } = useModels()
  const model = models.find(({ slug }) => slug === state.model) ?? (state.model === '' ? models[0] : undefined)
  const asked: GraphState = { ...state, model: model?.slug ?? state.model }
  const isAsked = state.id === '' && state.text !== '' && model !== undefined
  const isCompared = isAsked && state.other !== ''
  const requested = useRequestedGraph(isAsked && !isCompared ? graphInput(asked) : null)
  const isId = state.id === '' || isIdOf('AttributionGraph', state.id)
  const id = state.id === '' ? requested.id : isId ? state.id : null
  const head = useLatest(GraphHeadDocument, id === null ? null : { id })
  const found = head.data?.node && 'wholeNodeCount' in head.data.node && head.data.node.id === id ? head.data.node : null
  // All that is drawn of a graph comes with it, so it is drawn in slices.
  const graph = useDeferredValue(found)
  const wrongId = !isId || (id !== null && head.data !== undefined && !head.loading && found === null)
  const askedText = useAskedText(state.text === '' ? graph : null)
  useTitle(graph?.prompt.trim() ?? state.text)
  return (
    <SaidOnce>
      <div className="graph-view">
        {state.text === '' && state.id === '' && (
          <header className="hero">
            <h1>How does a prompt become an answer?</h1>
            <p>The graph of a prompt: which tokens set off which features, heads and MLPs, and which of these lead to the next token.</p>
          </header>
        )}
        {error ? <ErrorNote error={error} /> : null}
        {isKnown && models.length > 0 && !model && (
          <p className="note error" role="alert">There is no model {JSON.stringify(state.model)} here; there are {models.map(({ slug }) => slug).join(', ')}.</p>
        )}
        <section className="card" aria-label="Question">
          <PromptBox label="Prompt" models={models} model={asked.model} text={state.text === '' ? askedText : state.text}
            onModel={(slug) => change({ ...FRESH, sets: '', edges: 'direct', model: slug })} onAsk={(text) => change({ ...FRESH, text })} />
          {isCompared && <PromptBox label="Second prompt" models={[]} model={asked.model} text={state.other} onAsk={(other) => change({ ...FRESH, other })} />}
          <NodesPicker state={graph?.model && state.id !== '' ? { ...asked, model: graph.model.slug, sets: graph.sets.map(({ name }) => name).join(',') } : asked} onChange={change} />
          {isAsked && (
            <div className="row end">
              <button type="button" className="small" aria-pressed={isCompared} onClick={() => change({ other: isCompared ? '' : state.text, twin: '' })}>
                {isCompared ? 'One prompt again' : 'Compare with another prompt'}
              </button>
            </div>
          )}
        </section>
        {isCompared && <ComparedGraphs state={asked} onChange={change} />}
        {requested.error ? <ErrorNote error={requested.error} /> : null}
        {isAsked && !isCompared && requested.id === null && !requested.error && <Waiting job={requested.job} />}
        {head.error ? <ErrorNote error={head.error} /> : null}
        {wrongId && <NoSuch what="graph" name={state.id || id || ''} expected="the id of a stored graph" place={{ name: 'the list of stored graphs', href: '/graph' }} />}
        {graph && <Drawn key={graph.id} graph={graph} state={asked} onChange={change} />}
        {!isAsked && state.id === '' && isKnown && <GraphExamples model={asked.model} onChoose={(example) => change({ ...FRESH, ...example })} />}
        {!isAsked && state.id === '' && <UploadGraph onStored={(stored) => change({ ...FRESH, id: stored })} />}
      </div>
    </SaidOnce>
  )
}

function useTitle(text: string): void {
  useEffect(() => {
    document.title = text === '' ? 'Graph · Tributary' : `${text} · Graph · Tributary`
    return () => {
      document.title = 'Tributary'
    }
  }, [text])
}
