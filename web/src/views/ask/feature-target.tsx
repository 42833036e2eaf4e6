/** A feature as target: found by name or by what it is about, or among those that fire there. */
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import {
  FeatureNameDocument,
  type FeaturePartsFragment,
  FeatureTextDocument,
  FindFeatureDocument,
  FiringDocument,
  TokenizeDocument,
} from '../../api/generated.ts'
import { useLarge } from '../../api/use-large.ts'
import { useLatest } from '../../api/use-latest.ts'
import { ActivationText } from '../../heat/activation-text.tsx'
import { largestOf } from '../../plot/palette.ts'
import { featureAddress } from '../../state/addresses.ts'
import { ErrorLine } from '../../ui/error-line.tsx'
import { score } from '../../ui/words.ts'
import { type AskState, readFeature } from './question.ts'
import type { useSets } from './set-picker.tsx'

interface FeatureTargetProps {
  state: AskState
  sets: ReturnType<typeof useSets>
  onTarget(change: Partial<AskState>): void
}

/** `2-res/320` of `demo/2-res/320` */
const shortName = (name: string): string => name.split('/').slice(1).join('/')

export function FeatureTarget({ state, sets, onTarget }: FeatureTargetProps) {
  const [isOpen, setOpen] = useState(state.feature !== '')
  const choose = (feature: string) => onTarget({ feature, target: '', minus: '', sets: '', pick: null })
  return (
    <details className="feature-target" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="muted">{state.feature === '' ? 'or why a feature fires' : 'A feature is explained'}</summary>
      {isOpen && sets.isKnown && sets.known.length === 0 && <p className="hint">The model has no feature set.</p>}
      {isOpen && sets.known.length > 0 && (
        <>
          <div className="row">
            <Finder model={state.model} value={state.feature} onChoose={choose} />
            {state.feature !== '' && (
              <button type="button" className="small" onClick={() => choose('')}>
                Next token again
              </button>
            )}
          </div>
          {state.feature === '' ? (
            <Firing state={state} sources={sets.known.map(({ source }) => source)} onChoose={choose} />
          ) : (
            <Where state={state} onPlace={(at) => onTarget({ at, pick: null })} />
          )}
        </>
      )}
    </details>
  )
}

/** A feature's name is used at once; other words are searched for. */
function Finder({ model, value, onChoose }: { model: string; value: string; onChoose(feature: string): void }) {
  const [wanted, setWanted] = useState('')
  const { data, error } = useLatest(FindFeatureDocument, wanted === '' ? null : { text: wanted, model })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('feature') ?? '').trim()
    const named = readFeature(text)
    setWanted(named ? '' : text)
    if (named) onChoose(`${named.source}/${named.index}`)
  }
  const found = data?.searchFeatures?.nodes
  return (
    <>
      <form className="inline" role="search" onSubmit={submit}>
        <label className="inline">
          <span className="muted">feature</span>
          <input
            key={value}
            name="feature"
            defaultValue={value}
            placeholder="2-res/320, or words"
            size={20}
            spellCheck={false}
          />
        </label>
        <button type="submit" className="small">
          Find
        </button>
      </form>
      {error ? <ErrorLine error={error} /> : null}
      {wanted !== '' &&
        found &&
        (found.length === 0 ? (
          <span className="muted" role="status">
            No feature is said to be about “{wanted}”.
          </span>
        ) : (
          <Choices
            label={`Features about ${wanted}`}
            features={found.map(({ feature }) => ({ feature }))}
            onChoose={(feature) => {
              setWanted('')
              onChoose(feature)
            }}
          />
        ))}
    </>
  )
}

interface ChoicesProps {
  label: string
  features: readonly { feature: FeaturePartsFragment; value?: number }[]
  onChoose(feature: string): void
}

const Choices = ({ label, features, onChoose }: ChoicesProps) => (
  <div className="candidates" role="group" aria-label={label}>
    {features.map(({ feature: { id, name, label: about }, value }) => (
      <button key={id} type="button" className="candidate" onClick={() => onChoose(shortName(name))}>
        <span>
          {shortName(name)}
          {about !== null && ` ${about}`}
        </span>
        {value !== undefined && <small>{score(value)}</small>}
      </button>
    ))}
  </div>
)

/** What fires where the target is read. */
function Firing({
  state,
  sources,
  onChoose,
}: {
  state: AskState
  sources: readonly string[]
  onChoose(feature: string): void
}) {
  const input = { model: state.model, text: state.q, sources: [...sources] }
  const place = usePlace(state)
  const { data, error } = useLatest(FiringDocument, place === null ? null : { input, position: place })
  if (error) return <ErrorLine error={error} />
  const top = data?.activations?.top
  if (!top || place === null)
    return (
      <p className="loading" role="status">
        Looking for what fires …
      </p>
    )
  return (
    <>
      <p className="hint">Fires there:</p>
      <Choices
        label="Features that fire there"
        features={top.map(({ feature, values }) => ({ feature, value: values[place] ?? 0 }))}
        onChoose={onChoose}
      />
    </>
  )
}

/** The position as a number from 0. To count from the end, the tokens are needed. */
function usePlace({ model, q, at }: AskState): number | null {
  const { data } = useLarge(TokenizeDocument, { input: { model, text: q } })
  const count = data?.tokenize?.length ?? 0
  if (count === 0) return null
  return at === null ? count - 1 : at < 0 ? count + at : at
}

/** The text shaded by the feature's activations, where the user chooses the position that is explained. */
function Where({ state, onPlace }: { state: AskState; onPlace(at: number): void }) {
  const named = readFeature(state.feature)
  const place = usePlace(state)
  const variables = named && { input: { model: state.model, text: state.q, sources: [named.source] }, ...named }
  const { data, error } = useLatest(FeatureTextDocument, variables)
  const known = useLatest(FeatureNameDocument, named && { model: state.model, ...named })
  const feature = known.data?.feature
  const fired = data?.activations
  if (error) return <ErrorLine error={error} />
  return (
    <>
      {feature && (
        <p>
          <Link href={featureAddress(feature.name)}>{feature.name}</Link> {feature.label}
        </p>
      )}
      {fired && (
        <>
          <ActivationText
            label={`Activations of ${state.feature}`}
            tokens={fired.tokens.map(({ text }) => text)}
            values={fired.feature.values}
            largest={largestOf(fired.feature.values)}
            marked={place}
            onChoose={onPlace}
          />
          <p className="hint">
            {fired.feature.maxPosition === null ? 'It fires nowhere in this text. ' : ''}Choose a token to explain the
            feature there.
          </p>
        </>
      )}
    </>
  )
}
