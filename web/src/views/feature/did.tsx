/** What the feature did to the targets of attributions by feature that are stored already. */
import { useState } from 'react'
import { FeatureEffectsDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { score, signed, tokenName } from '../../ui/words.ts'
import { sourceScoresCommand } from './commands.ts'
import type { Feature } from './types.ts'

export function Did({ feature }: { feature: Feature }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="card" aria-label="Stored effects">
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>What it did in what is stored</summary>
        {isOpen && <Effects feature={feature} />}
      </details>
    </section>
  )
}

function Effects({ feature }: { feature: Feature }) {
  const { name, index, set } = feature
  const variables = { model: set.model.slug, source: set.source, index }
  const { data, error } = useLatest(FeatureEffectsDocument, variables)
  if (error) return <ErrorNote error={error} />
  const effects = data?.feature?.effects
  if (!effects)
    return (
      <p className="loading" role="status">
        Loading …
      </p>
    )
  if (effects.length === 0) {
    return (
      <p className="note">
        No stored attribution by feature has it.{' '}
        <code>
          npx tributary ingest --model {set.model.slug} --dataset DATASET --by feature --sae {set.name}
        </code>{' '}
        stores some.
      </p>
    )
  }
  const rows = effects.map(({ score: share, position, attribution: { target, sequence } }) => ({
    share,
    position,
    value: target.value,
    text: sequence.text ?? '',
    target:
      target.feature === null
        ? tokenName(target.text ?? `#${target.tokenId}`)
        : `feature ${target.feature} of ${target.site}`,
  }))
  return (
    <>
      <p className="hint">Its largest shares of the targets of attributions by the features of its set.</p>
      <div className="table-frame">
        <table className="list">
          <thead>
            <tr>
              <th scope="col" className="num">
                Its share
              </th>
              <th scope="col">Of</th>
              <th scope="col" className="num">
                Value
              </th>
              <th scope="col" className="num">
                Fired at
              </th>
              <th scope="col">Prompt</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ share, target, value, position, text }, at) => (
              <tr key={at}>
                <td className="num">{signed(share)}</td>
                <td>{target}</td>
                <td className="num">{score(value)}</td>
                <td className="num">{position ?? 'all'}</td>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CopyBar
        copies={{
          name: `tributary-did-${name.replaceAll('/', '-')}`,
          csv: () =>
            csvOf(
              ['share', 'target', 'value', 'position', 'prompt'],
              rows.map(({ share, target, value, position, text }) => [share, target, value, position, text]),
            ),
          json: () => effects,
          graphql: () => queryText(FeatureEffectsDocument, variables),
          command: () => sourceScoresCommand(feature),
        }}
      />
    </>
  )
}
