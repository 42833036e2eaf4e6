/** Searches with an order of their own: by what features are about, and by the text around their examples. */
import { Link } from 'wouter'
import { FindExamplesDocument, FindFeaturesDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { ActivationText } from '../../heat/activation-text.tsx'
import { featureAddress } from '../../state/addresses.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Pager } from '../../ui/pager.tsx'
import { windowOf } from '../feature/example-text.tsx'
import type { FeaturesState } from './features-state.ts'

interface FoundProps {
  model: string
  source: string
  state: FeaturesState
  onChange(change: Partial<FeaturesState>): void
}

const nothing = (find: string) => <p className="note">No feature of the set is found by “{find}”.</p>

export function FoundByWords({ model, source, state: { find, after }, onChange }: FoundProps) {
  const variables = { text: find, model, source, after: after || null }
  const { data, error } = useLatest(FindFeaturesDocument, variables)
  if (error) return <ErrorNote error={error} />
  const found = data?.searchFeatures
  if (!found)
    return (
      <p className="loading" role="status">
        Searching …
      </p>
    )
  return (
    <>
      <div className="table-frame">
        <table className="list">
          <thead>
            <tr>
              <th scope="col" className="num">
                #
              </th>
              <th scope="col">What it is said to be about</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {found.nodes.map(({ feature: { id, name, index }, explanation }) => (
              <tr key={id}>
                <td className="num">
                  <Link href={featureAddress(name)}>{index}</Link>
                </td>
                <td>
                  <Link href={featureAddress(name)}>{explanation.description}</Link>
                </td>
                <td className="muted">{explanation.author}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.nodes.length === 0 && nothing(find)}
      <Pager
        page={found.pageInfo}
        isFirst={after === ''}
        shown={found.nodes.length}
        total={found.totalCount}
        onPage={(next) => onChange({ after: next })}
      />
      <CopyBar
        copies={{
          name: `tributary-search-${model}-${source}`,
          csv: () =>
            csvOf(
              ['feature', 'description', 'author', 'rank'],
              found.nodes.map(({ feature, explanation, rank }) => [
                feature.name,
                explanation.description,
                explanation.author,
                rank,
              ]),
            ),
          json: () => found.nodes,
          graphql: () => queryText(FindFeaturesDocument, variables),
        }}
      />
    </>
  )
}

export function FoundByText({ model, source, state: { find, after }, onChange }: FoundProps) {
  const variables = { text: find, model, source, after: after || null }
  const { data, error } = useLatest(FindExamplesDocument, variables)
  if (error) return <ErrorNote error={error} />
  const found = data?.searchExamples
  if (!found)
    return (
      <p className="loading" role="status">
        Searching …
      </p>
    )
  return (
    <>
      <ol className="fires-list">
        {found.nodes.map(({ feature: { id, name, index, label }, example, matches }) => {
          const { tokens, values, marked } = windowOf(example, 'short')
          return (
            <li key={id}>
              <span className="num">
                <Link href={featureAddress(name)}>{index}</Link>
              </span>
              <div className="fires-found">
                <p>
                  <Link href={featureAddress(name)}>{label ?? name}</Link>{' '}
                  <small className="muted">{matches} examples</small>
                </p>
                <ActivationText
                  label={`Example of ${name}`}
                  tokens={tokens}
                  values={values}
                  largest={Math.abs(example.value)}
                  marked={marked}
                />
              </div>
            </li>
          )
        })}
      </ol>
      {found.nodes.length === 0 && nothing(find)}
      <Pager
        page={found.pageInfo}
        isFirst={after === ''}
        shown={found.nodes.length}
        total={found.totalCount}
        onPage={(next) => onChange({ after: next })}
      />
      <CopyBar
        copies={{
          name: `tributary-examples-${model}-${source}`,
          csv: () =>
            csvOf(
              ['feature', 'label', 'matches', 'rank', 'text'],
              found.nodes.map(({ feature, matches, rank, example }) => [
                feature.name,
                feature.label,
                matches,
                rank,
                example.tokens.join(''),
              ]),
            ),
          json: () => found.nodes,
          graphql: () => queryText(FindExamplesDocument, variables),
        }}
      />
    </>
  )
}
