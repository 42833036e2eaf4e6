/** Which feature sets the stream is split into: each is an answer of its own. */
import { useQuery } from '@apollo/client/react'
import { FeatureSetsDocument, type FeatureSetsQuery } from '../../api/generated.ts'
import { count } from '../../ui/words.ts'
import { type AskState, readFeature, setsOf } from './question.ts'

type FeatureSet = NonNullable<FeatureSetsQuery['featureSets']>['nodes'][number]

/** If the target is a feature, only sets of earlier layers can explain it. */
function eligible(sets: readonly FeatureSet[], { feature }: Pick<AskState, 'feature'>): readonly FeatureSet[] {
  const target = sets.find(({ source }) => source === readFeature(feature)?.source)
  return target ? sets.filter(({ layer }) => layer < target.layer) : sets
}

/** The sets that can be chosen, and the chosen ones: by default the last one that fits. */
export function useSets(state: Pick<AskState, 'model' | 'sets' | 'feature'>, skip: boolean) {
  const { data, error } = useQuery(FeatureSetsDocument, { variables: { model: state.model }, skip })
  const known = data?.featureSets?.nodes ?? []
  const possible = eligible(known, state)
  const named = setsOf(state)
  const last = possible.at(-1)
  return {
    isKnown: data !== undefined,
    error,
    known,
    possible,
    chosen: named.length > 0 ? named : last ? [last.source] : [],
  }
}

interface SetPickerProps {
  sets: ReturnType<typeof useSets>
  onChange(sets: string): void
}

export function SetPicker({ sets: { isKnown, known, possible, chosen }, onChange }: SetPickerProps) {
  if (!isKnown) return null
  if (known.length === 0) {
    return (
      <p className="note">
        The model has no feature set yet. Add one with <code>npx tributary sae add FOLDER --model MODEL</code>.
      </p>
    )
  }
  if (possible.length === 0)
    return (
      <p className="note">
        No feature set reads an earlier layer than this feature does; split by tokens, heads or neurons instead.
      </p>
    )
  const toggle = (source: string) => {
    const next = chosen.includes(source) ? chosen.filter((each) => each !== source) : [...chosen, source]
    // At least one set stays chosen.
    if (next.length > 0)
      onChange(
        possible
          .map((set) => set.source)
          .filter((each) => next.includes(each))
          .join(','),
      )
  }
  return (
    <fieldset className="set-picker">
      <legend className="muted">Feature sets</legend>
      {possible.map(({ id, source, site, featureCount }) => (
        <label key={id} className="inline" title={`${count(featureCount)} features of ${site}`}>
          <input type="checkbox" checked={chosen.includes(source)} onChange={() => toggle(source)} /> {source}
        </label>
      ))}
    </fieldset>
  )
}
