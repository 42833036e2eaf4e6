/** The user's own text, shaded by the feature's activations. */
import { type FormEvent, useId } from 'react'
import { FeatureTextDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { activationSvg } from '../../heat/activation-svg.ts'
import { ActivationText } from '../../heat/activation-text.tsx'
import { largestOf } from '../../plot/palette.ts'
import { currentTheme } from '../../state/theme.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { score, tokenName } from '../../ui/words.ts'
import { ownTextVariables } from './feature-questions.ts'
import { type FeatureState, OWN, writePlace } from './feature-state.ts'
import type { Feature } from './types.ts'

interface OwnTextProps {
  feature: Feature
  state: FeatureState
  onChange(change: Partial<FeatureState>): void
}

export function OwnText({ feature, state, onChange }: OwnTextProps) {
  const id = useId()
  const variables = ownTextVariables(feature, state.text)
  const { data, error, loading } = useLatest(FeatureTextDocument, state.text === '' ? null : variables)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const text = String(new FormData(event.currentTarget).get('text') ?? '')
    onChange({ text, ...(state.why.startsWith(`${OWN}@`) && { why: '', read: null, pick: null }) })
  }
  const fired = data?.activations
  // The last answer stays in sight, but does not belong to another text.
  const isOf = fired !== undefined && fired !== null && !loading
  // The largest of the dataset, so that shades mean the same as in the examples.
  const largest = largestOf([feature.statistics?.max ?? 0, ...(fired?.feature.values ?? [])])
  return (
    <section className="card" aria-label="Your own text" aria-busy={loading}>
      <h2>Test it with your own text</h2>
      <form className="row" onSubmit={submit}>
        <label htmlFor={id} className="sr-only">
          Your own text
        </label>
        <textarea
          id={id}
          key={state.text}
          name="text"
          rows={2}
          defaultValue={state.text}
          spellCheck={false}
          placeholder="The capital of France is"
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            event.currentTarget.form?.requestSubmit()
          }}
        />
        <button type="submit" className="primary">
          Test
        </button>
      </form>
      {error ? <ErrorNote error={error} /> : null}
      {loading && (
        <p className="loading" role="status">
          Computing …
        </p>
      )}
      {!error && isOf && (
        <>
          <ActivationText
            label="Activations in your text"
            tokens={fired.tokens.map(({ text }) => text)}
            values={fired.feature.values}
            largest={largest}
            marked={fired.feature.maxPosition}
            breaks={state.breaks === 'yes'}
            onChoose={(position) => onChange({ why: writePlace({ sequence: OWN, position }), read: null, pick: null })}
          />
          <p className="hint" role="status">
            {fired.feature.maxPosition === null
              ? 'It fires nowhere in this text.'
              : `It fires most strongly at ${tokenName(fired.tokens[fired.feature.maxPosition]?.text ?? '')}: ${score(fired.feature.max)}.`}{' '}
            Choose a token to see why it fires there, or why not.
          </p>
          <CopyBar
            copies={{
              name: `tributary-text-${feature.name.replaceAll('/', '-')}`,
              svg: () =>
                activationSvg(
                  [
                    {
                      title: state.text,
                      rows: [
                        {
                          value: fired.feature.max,
                          tokens: fired.tokens.map(({ text }) => text),
                          values: fired.feature.values,
                        },
                      ],
                    },
                  ],
                  largest,
                  currentTheme(),
                  `${feature.name} ${feature.label ?? ''}`,
                ),
              csv: () =>
                csvOf(
                  ['index', 'tokenId', 'text', 'activation'],
                  fired.tokens.map(({ index, tokenId, text }) => [
                    index,
                    tokenId,
                    text,
                    fired.feature.values[index] ?? 0,
                  ]),
                ),
              json: () => fired,
              graphql: () => queryText(FeatureTextDocument, variables),
              command: () =>
                commandLine('attribute', {
                  model: feature.set.model.slug,
                  text: state.text,
                  feature: feature.name,
                  position: fired.feature.maxPosition,
                }),
            }}
          />
        </>
      )}
    </section>
  )
}
