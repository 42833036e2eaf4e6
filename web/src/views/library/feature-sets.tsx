/** Feature sets with what is known of their features, and how far their sweeps have come. */
import { useQuery } from '@apollo/client/react'
import { useEffect } from 'react'
import { Link } from 'wouter'
import { LibraryFeatureSetsDocument, type SetPartsFragment } from '../../api/generated.ts'
import { featureSetAddress } from '../../state/addresses.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Pager } from '../../ui/pager.tsx'
import { count, percent } from '../../ui/words.ts'
import { StatusBadge } from './runs-table.tsx'

/** While a sweep goes on. */
const ASK_AGAIN_MS = 3000

interface FeatureSetsProps {
  after: string
  onPage(after: string): void
}

const COLUMNS = [
  'set',
  'site',
  'writes',
  'features',
  'labelled',
  'firing',
  'varianceExplained',
  'format',
  'verdict',
  'sweptOver',
] as const

export function FeatureSets({ after, onPage }: FeatureSetsProps) {
  const { data, error, startPolling, stopPolling } = useQuery(LibraryFeatureSetsDocument, {
    variables: { after: after || null },
  })
  const sets = data?.featureSets
  const isSweeping = sets?.nodes.some(({ sweeps }) => sweeps.some(({ status }) => status === 'RUNNING')) ?? false
  useEffect(() => {
    if (!isSweeping) return
    startPolling(ASK_AGAIN_MS)
    return stopPolling
  }, [isSweeping, startPolling, stopPolling])
  return (
    <section className="card" aria-label="Feature sets">
      <h2>Feature sets</h2>
      {error ? <ErrorNote error={error} /> : null}
      {!sets && !error && (
        <p className="loading" role="status">
          Loading …
        </p>
      )}
      {sets?.nodes.length === 0 && (
        <p className="note">
          No feature set yet. Add one with <code>npx tributary sae add FOLDER --model MODEL</code>.
        </p>
      )}
      {sets && sets.nodes.length > 0 && (
        <>
          <div className="table-frame">
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">Set</th>
                  <th scope="col">Site</th>
                  <th scope="col" className="num">
                    Features
                  </th>
                  <th scope="col" className="num">
                    Labelled
                  </th>
                  <th scope="col" className="num">
                    Firing
                  </th>
                  <th scope="col" className="num">
                    Variance explained
                  </th>
                  <th scope="col">Format</th>
                  <th scope="col">Self-test</th>
                  <th scope="col">Swept over</th>
                </tr>
              </thead>
              <tbody>
                {sets.nodes.map((set) => (
                  <tr key={set.id}>
                    <td>
                      <Link href={featureSetAddress(set.name)}>{set.name}</Link>
                    </td>
                    <td>{set.writes === null ? set.site : `${set.site} → ${set.writes}`}</td>
                    <td className="num">{count(set.featureCount)}</td>
                    <td className="num">{count(set.labelled.totalCount)}</td>
                    <td className="num">{hasStatistics(set) ? count(set.firing.totalCount) : '–'}</td>
                    <td className="num">{percent(set.varianceExplained)}</td>
                    <td>{set.format}</td>
                    <td>
                      <span className={set.verdict === 'OK' ? 'badge good' : 'badge wrong'}>
                        {set.verdict.toLowerCase()}
                      </span>
                    </td>
                    <td>
                      <Sweeps set={set} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager
            page={sets.pageInfo}
            isFirst={after === ''}
            shown={sets.nodes.length}
            total={sets.totalCount}
            onPage={onPage}
          />
          <CopyBar
            copies={tableCopies(
              {
                name: 'tributary-feature-sets',
                columns: COLUMNS,
                rows: sets.nodes.map((set) => [
                  set.name,
                  set.site,
                  set.writes,
                  set.featureCount,
                  set.labelled.totalCount,
                  hasStatistics(set) ? set.firing.totalCount : null,
                  set.varianceExplained,
                  set.format,
                  set.verdict,
                  set.sweeps.map(({ dataset }) => dataset.slug).join(' '),
                ]),
              },
              {
                graphql: () => queryText(LibraryFeatureSetsDocument, { after: after || null }),
                command: () => commandLine('sae list', {}),
              },
            )}
          />
        </>
      )}
    </section>
  )
}

const hasStatistics = ({ sweeps }: SetPartsFragment): boolean => sweeps.some(({ finishedAt }) => finishedAt !== null)

function Sweeps({ set: { name, sweeps } }: { set: SetPartsFragment }) {
  if (sweeps.length === 0) return <code>npx tributary ingest --sae {name} --dataset DATASET</code>
  return (
    <>
      {sweeps.map(({ dataset, status, tokens, error }) => (
        <div key={dataset.id} className="sweep">
          <Link href={`/dataset/${encodeURIComponent(dataset.slug)}`}>{dataset.slug}</Link>{' '}
          <StatusBadge status={status} /> <small className="muted">{count(tokens)} tokens</small>
          {error !== null && <small className="bad"> {error}</small>}
        </div>
      ))}
    </>
  )
}
