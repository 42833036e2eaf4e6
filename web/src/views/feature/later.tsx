/** Later features that a feature feeds: its share of the features that fire most strongly where its effect is read. */
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import {
  type AttributeInput,
  EffectDocument,
  type FeaturePartsFragment,
  FeatureSetsDocument,
  LaterFeaturesDocument,
} from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { featureAddress } from '../../state/addresses.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { error as errorText, score } from '../../ui/words.ts'
import { LARGE_ERROR } from '../ask/answer.ts'
import { chartIn } from '../ask/copies.ts'
import { type Effect, effectInput, sharesOf } from './feature-questions.ts'
import type { Feature, Prompt } from './types.ts'

interface LaterProps {
  feature: Feature
  prompt: Prompt
  /** Where the effect is read. */
  at: number
}

interface Fed {
  feature: FeaturePartsFragment
  activation: number
  effect: Effect
  share: number
}

/** The features of all later sets that fire most strongly where the effect is read. */
export function Later({ feature, prompt, at }: LaterProps) {
  const { set } = feature
  const model = set.model.slug
  const { data: known } = useLatest(FeatureSetsDocument, { model })
  const later = (known?.featureSets?.nodes ?? []).filter(({ layer }) => layer > set.layer)
  const input = effectInput(feature, prompt, at)
  const sources = later.map(({ source }) => source)
  const variables =
    sources.length === 0 ? null : { input: { model, tokenIds: input.tokenIds ?? [], sources }, position: at }
  const { data, error } = useLatest(LaterFeaturesDocument, variables)
  const firing = data?.activations?.top ?? null
  const fed = useFed(input, firing, at)
  const frame = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    () =>
      fed.effects
        .map(({ feature: other, activation, effect }) => ({
          feature: other,
          activation,
          effect,
          share: sharesOf(effect, feature.index).reduce((sum, each) => sum + each.share, 0),
        }))
        .sort((a, b) => Math.abs(b.share) - Math.abs(a.share)),
    [fed.effects, feature.index],
  )
  const bars = useMemo(
    () =>
      rows.map(({ feature: other, effect, share }) => ({
        label: [`${other.name.split('/').slice(1).join('/')}, ${score(effect.target.value)}`, other.label]
          .filter((part) => part !== null)
          .join(' · '),
        value: share,
        href: featureAddress(other.name),
      })),
    [rows],
  )
  if (known && later.length === 0)
    return <p className="hint">No feature set of the model reads a later layer than this one.</p>
  if (error ?? fed.error) return <ErrorNote error={error ?? fed.error} />
  if (!firing)
    return (
      <p className="loading" role="status">
        Looking for later features …
      </p>
    )
  const worst = rows.reduce((most, { effect }) => Math.max(most, effect.completenessError), 0)
  return (
    <div>
      <h3>To later features</h3>
      <p className="hint">
        Its share, from all positions where it fires, of the {firing.length} that fire most strongly there; each with
        its pre-activation.
      </p>
      {bars.length > 0 && (
        <div ref={frame}>
          <Bars label="Its shares of later features" bars={bars} unit="share of the pre-activation" />
        </div>
      )}
      <Facts
        facts={[
          { name: 'features', value: `${rows.length} of ${firing.length}` },
          { name: 'largest relative error', value: errorText(worst), bad: worst > LARGE_ERROR },
        ]}
      />
      <CopyBar
        copies={{
          name: `tributary-later-${feature.name.replaceAll('/', '-')}`,
          svg: () => chartIn(frame.current),
          csv: () =>
            csvOf(
              ['feature', 'label', 'activation', 'preActivation', 'share', 'completenessError'],
              rows.map(({ feature: other, activation, effect, share }: Fed) => [
                other.name,
                other.label,
                activation,
                effect.target.value,
                share,
                effect.completenessError,
              ]),
            ),
          json: () => rows,
          graphql: () => queryText(LaterFeaturesDocument, variables ?? {}),
          command: () =>
            commandLine('attribute', {
              model,
              tokens: input.tokenIds?.join(',') ?? '',
              feature: rows[0]?.feature.name ?? null,
              by: 'feature',
              sae: set.name,
              only: feature.index,
            }),
        }}
      />
    </div>
  )
}

type Firing = readonly { feature: FeaturePartsFragment; values: readonly number[] }[]

/** Each later feature is a separate question, and is shown as soon as it is answered. */
function useFed(input: AttributeInput, firing: Firing | null, at: number) {
  const client = useApolloClient()
  const [found, setFound] = useState<{ effects: readonly Omit<Fed, 'share'>[]; error: unknown }>({
    effects: [],
    error: null,
  })
  const question = JSON.stringify(input)
  useEffect(() => {
    let isCurrent = true
    setFound({ effects: [], error: null })
    for (const { feature, values } of firing ?? []) {
      const [, source = ''] = feature.name.split('/')
      const asked: AttributeInput = {
        ...(JSON.parse(question) as AttributeInput),
        target: { feature: { source, index: feature.index } },
      }
      client.query({ query: EffectDocument, variables: { input: asked } }).then(
        ({ data }) => {
          const effect = data?.attribute
          if (isCurrent && effect)
            setFound(({ effects, error }) => ({
              effects: [...effects, { feature, activation: values[at] ?? 0, effect }],
              error,
            }))
        },
        (error: unknown) => {
          if (isCurrent) setFound(({ effects }) => ({ effects, error }))
        },
      )
    }
    return () => {
      isCurrent = false
    }
  }, [client, question, firing, at])
  return found
}
