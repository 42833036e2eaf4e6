/** Features with a similar decoder direction, and features that fire where this one does. */
import { useMemo, useRef } from 'react'
import { type FeaturePartsFragment, FeatureViewDocument, type FeatureViewQueryVariables } from '../../api/generated.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { Bars } from '../../plot/bars.tsx'
import { featureAddress } from '../../state/addresses.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count } from '../../ui/words.ts'
import { chartIn } from '../ask/copies.ts'
import { readableCommand } from './commands.ts'
import type { Feature } from './types.ts'

interface AlikeProps {
  feature: Feature
  variables: FeatureViewQueryVariables
}

export function Alike({ feature, variables }: AlikeProps) {
  const { neighbours, statistics } = feature
  const near = useMemo(
    () => neighbours.map(({ feature: other, cosine }) => ({ feature: other, value: cosine })),
    [neighbours],
  )
  const together = useMemo(
    () => (statistics?.coFiring ?? []).map(({ feature: other, share }) => ({ feature: other, value: share })),
    [statistics],
  )
  if (near.length === 0 && together.length === 0) return null
  const lists = [
    {
      name: 'similar',
      title: 'Similar features',
      note: 'By the cosine of their decoder rows.',
      unit: 'cosine',
      features: near,
      columns: 'neighbours, cosines',
    },
    {
      name: 'together',
      title: 'Fires together with',
      unit: 'share',
      features: together,
      columns: 'co_firing, co_firing_share',
      note: `The share of ${count(statistics?.sampled ?? 0)} of its firings, a sample, at which the other fires, too.`,
    },
  ].filter(({ features }) => features.length > 0)
  return (
    <section className="card" aria-label="Other features">
      <div className="columns two">
        {lists.map(({ name, title, note, unit, features, columns }) => (
          <List
            key={name}
            name={name}
            title={title}
            note={note}
            unit={unit}
            features={features}
            feature={feature}
            graphql={() => queryText(FeatureViewDocument, variables)}
            command={() => readableCommand(feature, columns)}
          />
        ))}
      </div>
    </section>
  )
}

interface ListProps {
  name: string
  title: string
  note: string
  unit: string
  features: readonly { feature: FeaturePartsFragment; value: number }[]
  feature: Feature
  graphql(): string
  command(): string
}

function List({ name, title, note, unit, features, feature, graphql, command }: ListProps) {
  const frame = useRef<HTMLDivElement>(null)
  const bars = useMemo(
    () =>
      features.map(({ feature: { name: other, index, label }, value }) => ({
        label: [index, label].filter((part) => part !== null).join(' · '),
        value,
        href: featureAddress(other),
      })),
    [features],
  )
  return (
    <div>
      <h2>{title}</h2>
      <p className="hint">{note}</p>
      <div ref={frame}>
        <Bars label={title} bars={bars} unit={unit} />
      </div>
      <CopyBar
        copies={{
          name: `tributary-${name}-${feature.name.replaceAll('/', '-')}`,
          svg: () => chartIn(frame.current),
          csv: () =>
            csvOf(
              ['feature', 'label', unit],
              features.map(({ feature: other, value }) => [other.name, other.label, value]),
            ),
          json: () =>
            features.map(({ feature: other, value }) => ({ feature: other.name, label: other.label, [unit]: value })),
          graphql,
          command,
        }}
      />
    </div>
  )
}
