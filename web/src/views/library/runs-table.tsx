/** Runs with how far they have come. */
import { Link } from 'wouter'
import { LibraryDocument, type RunPartsFragment } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { timeAgo } from '../../ui/words.ts'

export const progressOf = ({ progress, total }: Pick<RunPartsFragment, 'progress' | 'total'>) => {
  const whole = Math.max(1, total)
  return { done: progress.done / whole, failed: progress.failed / whole }
}

export function ProgressBar({ run }: { run: Pick<RunPartsFragment, 'progress' | 'total'> }) {
  const { done, failed } = progressOf(run)
  const label = `${run.progress.done} of ${run.total} done${run.progress.failed > 0 ? `, ${run.progress.failed} failed` : ''}`
  return (
    <span className="progress" role="progressbar" aria-valuemin={0} aria-valuemax={run.total} aria-valuenow={run.progress.done} aria-label={label}
      title={label} style={{ '--done': `${done * 100}%`, '--failed': `${failed * 100}%` } as React.CSSProperties}>
      <i /><i className="failed" />
    </span>
  )
}

const BADGES: Readonly<Record<string, string>> = { DONE: 'badge good', FAILED: 'badge wrong' }

export const StatusBadge = ({ status }: { status: string }) => <span className={BADGES[status] ?? 'badge'}>{status.toLowerCase()}</span>

/** What tells runs of one dataset apart: everything that is not the usual. */
export function optionsText({ change, partitionKind, options, rule, mode }: Pick<RunPartsFragment, 'change' | 'partitionKind' | 'options' | 'rule' | 'mode'>): string {
  const said = options !== null && typeof options === 'object' ? Object.entries(options) : []
  const more = said
    .filter(([name, value]) => name !== 'by' && value !== null && typeof value !== 'object' && value !== 'corrected' && value !== 'softmax')
    .map(([name, value]) => `${name} ${String(value)}`)
  return [
    ...(change === null ? [] : [`interventions ${change}`]), `by ${partitionKind.toLowerCase()}`, ...more,
    ...(rule === 'SOFTMAX' ? [] : [rule.toLowerCase()]), ...(mode === 'CORRECTED' ? [] : [mode.toLowerCase()]),
  ].filter((each, at, all) => all.indexOf(each) === at).join(', ')
}

const COLUMNS = ['id', 'split', 'dataset', 'model', 'status', 'prompts', 'done', 'failed', 'startedAt', 'finishedAt'] as const

export function RunsTable({ runs }: { runs: readonly RunPartsFragment[] }) {
  if (runs.length === 0) {
    return <p className="note">No run yet. Start one with <code>npx tributary ingest --model MODEL --dataset DATASET --by token</code>.</p>
  }
  return (
    <>
      <div className="table-frame">
        <table className="list">
          <thead>
            <tr><th scope="col">Run</th><th scope="col">Dataset</th><th scope="col">Model</th><th scope="col">Status</th><th scope="col">Prompts</th><th scope="col">Progress</th><th scope="col">Started</th></tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.id}>
                <td><Link href={`/run/${run.id}`}>{optionsText(run)}</Link></td>
                <td><Link href={`/dataset/${encodeURIComponent(run.dataset.slug)}`}>{run.dataset.slug}</Link></td>
                <td>{run.model.slug}</td>
                <td><StatusBadge status={run.status} /></td>
                <td className="num">{run.progress.done} / {run.total}</td>
                <td><ProgressBar run={run} /></td>
                <td title={run.startedAt}>{timeAgo(run.startedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CopyBar copies={tableCopies({
        name: 'tributary-runs',
        columns: COLUMNS,
        rows: runs.map((run) => [
          run.id, optionsText(run), run.dataset.slug, run.model.slug, run.status.toLowerCase(), run.total, run.progress.done, run.progress.failed, run.startedAt, run.finishedAt ?? null,
        ]),
      }, { graphql: () => queryText(LibraryDocument, {}), command: () => commandLine('run list', {}) })} />
    </>
  )
}
