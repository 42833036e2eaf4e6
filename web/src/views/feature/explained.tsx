/** One place where the feature fires: what makes it fire there, and what it does to what comes after. */
import { Link } from 'wouter'
import { ExampleTokensDocument, FeatureTextDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { tokenName } from '../../ui/words.ts'
import { OneAnswer } from '../ask/answers.tsx'
import { SPLIT_NAMES } from '../ask/question.ts'
import { SetPicker, useSets } from '../ask/set-picker.tsx'
import { Does } from './does.tsx'
import { ownTextVariables, questionAt } from './feature-questions.ts'
import { type FeatureState, OWN, type Place, readPlace, writePlace } from './feature-state.ts'
import type { Feature, Prompt } from './types.ts'

interface ExplainedProps {
  feature: Feature
  state: FeatureState
  onChange(change: Partial<FeatureState>, how?: { replace?: boolean }): void
}

export function Explained({ feature, state, onChange }: ExplainedProps) {
  const place = readPlace(state.why)
  const strongest = feature.statistics?.strongest[0]
  if (place === null) {
    return strongest === undefined ? null : (
      <section className="card" aria-label="Why it fires">
        <h2>Why it fires, and what it does</h2>
        <p className="hint">
          For every place where it fires: which tokens, heads, neurons and earlier features make it fire there, and what
          it does to later features and to what the model says next.
        </p>
        <button
          type="button"
          className="primary"
          onClick={() =>
            onChange({ why: writePlace({ sequence: strongest.sequence.id, position: strongest.position }) })
          }
        >
          Explain its strongest example
        </button>
      </section>
    )
  }
  return <Explanation feature={feature} state={state} place={place} onChange={onChange} />
}

/** Of a stored sequence, or of the text in the address. */
function usePrompt(
  feature: Feature,
  { sequence }: Place,
  text: string,
): { prompt: Prompt | null; text: string | null; error: unknown; loading: boolean } {
  const isOwn = sequence === OWN
  const stored = useLatest(ExampleTokensDocument, isOwn ? null : { id: sequence })
  const own = useLatest(FeatureTextDocument, isOwn && text !== '' ? ownTextVariables(feature, text) : null)
  const node = stored.data?.node
  const found = isOwn ? own.data?.activations?.tokens : node?.__typename === 'Sequence' ? node.tokens : undefined
  const { error, loading } = isOwn ? own : stored
  return {
    prompt: found && !loading ? { tokens: found } : null,
    text: isOwn ? text : node?.__typename === 'Sequence' ? node.text : null,
    error,
    loading,
  }
}

interface ExplanationProps extends ExplainedProps {
  place: Place
}

function Explanation({ feature, state, place, onChange }: ExplanationProps) {
  const { prompt, text, error, loading } = usePrompt(feature, place, state.text)
  const { set, index, name } = feature
  const model = set.model.slug
  const sets = useSets({ model, sets: state.sets, feature: `${set.source}/${index}` }, state.by !== 'feature')
  const token = prompt?.tokens[place.position]
  return (
    <section className="card explained" aria-label="Why it fires" aria-busy={loading}>
      <div className="row">
        <h2>
          Why it fires
          {token && (
            <>
              {' '}
              at <mark>{tokenName(token.text)}</mark> <small className="muted">position {place.position}</small>
            </>
          )}
        </h2>
        <div className="row end">
          {text !== null && token && (
            <Link
              href={`/?${new URLSearchParams({ model, q: text, feature: `${set.source}/${index}`, at: String(place.position) })}`}
            >
              Ask about this text
            </Link>
          )}
          {text !== null && token && (
            <Link href={`/graph?${new URLSearchParams({ model, text, sets: set.source })}`}>Graph of this text</Link>
          )}
          <button type="button" className="small" onClick={() => onChange({ why: '', read: null, pick: null })}>
            Close
          </button>
        </div>
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {loading && (
        <p className="loading" role="status">
          Loading the text …
        </p>
      )}
      {!error && !loading && token === undefined && (
        <p className="note error" role="alert">
          {prompt === null
            ? 'The text of this example is not here (any more).'
            : `The text has no position ${place.position}; its positions are 0 to ${prompt.tokens.length - 1}.`}
        </p>
      )}
      {prompt && token && (
        <>
          <p className="text-around">
            {prompt.tokens
              .slice(0, place.position)
              .map(({ text }) => text)
              .join('')}
            <mark>{token.text}</mark>
            <span className="muted">
              {prompt.tokens
                .slice(place.position + 1)
                .map(({ text }) => text)
                .join('')}
            </span>
          </p>
          <Tabs
            label="Split by"
            options={SPLIT_NAMES}
            value={state.by}
            onChange={(by) => onChange({ by, pick: null, find: '' })}
          />
          {state.by === 'feature' && <SetPicker sets={sets} onChange={(chosen) => onChange({ sets: chosen })} />}
          {state.by === 'feature' && sets.error ? <ErrorNote error={sets.error} /> : null}
          {(state.by === 'feature' ? sets.chosen : ['']).map((source) => (
            <OneAnswer
              key={source}
              label={source === '' ? 'Shares' : `Shares of ${source}`}
              layers={set.layer + 1}
              pick={state.pick}
              onPick={(pick, how) => onChange({ pick }, how)}
              search={{ find: state.find, onFind: (find, how) => onChange({ find }, how) }}
              question={questionAt(
                { name, model, source: set.source, index },
                prompt,
                place.position,
                state.by,
                source,
              )}
            />
          ))}
          <Does
            feature={feature}
            prompt={prompt}
            position={place.position}
            read={state.read}
            onRead={(read) => onChange({ read })}
          />
        </>
      )}
    </section>
  )
}
