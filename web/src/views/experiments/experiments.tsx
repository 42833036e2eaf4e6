/** Experiments: the paper's tables and figures, on the models and datasets that are here. */
import { useQuery } from '@apollo/client/react'
import { Link } from 'wouter'
import { ExperimentsDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { timeAgo } from '../../ui/words.ts'
import { inPaper } from './paper.ts'
import { ProgressBar, StatusBadge } from '../library/runs-table.tsx'

const COLUMNS = ['number', 'experiment', 'model', 'dataset', 'protocol', 'seed', 'status', 'done', 'total', 'startedAt'] as const

export default function Experiments() {
  const { data, error } = useQuery(ExperimentsDocument, { fetchPolicy: 'cache-and-network' })
  if (error) return <ErrorNote error={error} />
  if (!data) return <p className="loading" role="status">Loading …</p>
  const experiments = data.experiments?.nodes ?? []
  return (
    <>
      <h1>Experiments</h1>
      <p className="muted">The paper’s tables and figures, on the models and datasets that are here, with intervals and what differs from the paper.</p>
      <section className="card" aria-label="Experiments">
        {experiments.length === 0
          ? <p className="note">No experiment yet. <code>npx tributary experiment --help</code> lists them.</p>
          : (
            <div className="table-frame">
              <table className="list">
                <thead>
                  <tr><th scope="col" className="num">#</th><th scope="col">Experiment</th><th scope="col">In the paper</th><th scope="col">Model</th><th scope="col">Dataset</th><th scope="col">Protocol</th><th scope="col">Status</th><th scope="col">Progress</th><th scope="col">Started</th></tr>
                </thead>
                <tbody>
                  {experiments.map((experiment) => (
                    <tr key={experiment.id}>
                      <td className="num">{experiment.number}</td>
                      <td><Link href={`/experiments/${experiment.id}`}>{experiment.name}</Link></td>
                      <td title={inPaper(experiment.name)?.says}>{inPaper(experiment.name)?.where}</td>
                      <td>{experiment.model.slug}</td>
                      <td><Link href={`/dataset/${encodeURIComponent(experiment.dataset.slug)}`}>{experiment.dataset.slug}</Link></td>
                      <td>{experiment.protocol}</td>
                      <td><StatusBadge status={experiment.status} /></td>
                      <td><ProgressBar run={experiment} /></td>
                      <td title={experiment.startedAt}>{timeAgo(experiment.startedAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        {experiments.length > 0 && (
          <CopyBar copies={tableCopies({
            name: 'tributary-experiments',
            columns: COLUMNS,
            rows: experiments.map(({ number, name, model, dataset, protocol, seed, status, progress, total, startedAt }) =>
              [number, name, model.slug, dataset.slug, protocol, seed, status.toLowerCase(), progress.done, total, startedAt]),
          }, { graphql: () => queryText(ExperimentsDocument, {}), command: () => commandLine('experiment list', {}) })} />
        )}
      </section>
    </>
  )
}
