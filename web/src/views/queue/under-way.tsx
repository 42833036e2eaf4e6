/** What workers have in hand now: each job with the model and the run that it is for. Which worker has it, the queue does not tell. */
import { Link } from 'wouter'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, timeAgo } from '../../ui/words.ts'
import { type Job, WHOLE } from './question.ts'

const COLUMNS = ['kind', 'urgency', 'model', 'run', 'failures', 'startedAt'] as const

/** `active`: how many there are in all. */
export function UnderWay({ jobs, active }: { jobs: readonly Job[]; active: number }) {
  return (
    <section className="card" aria-label="Under way">
      <h2>Under way</h2>
      {jobs.length === 0
        ? <p className="muted">Nothing.</p>
        : (
          <>
            <div className="table-frame">
              <table className="list">
                <thead><tr><th scope="col">What</th><th scope="col">Model</th><th scope="col">For</th><th scope="col" className="num">Failed before</th><th scope="col">Taken</th></tr></thead>
                <tbody>
                  {jobs.map(({ id, kind, model, run, urgency, failures, startedAt }) => (
                    <tr key={id}>
                      <td>{kind}</td>
                      <td>{model?.slug}</td>
                      <td>{run ? <Link href={`/run/${run.number}`}>run {run.number}</Link> : urgency === 'INTERACTIVE' ? 'someone who waits' : 'an ingest'}</td>
                      <td className="num">{count(failures)}</td>
                      <td title={startedAt ?? undefined}>{startedAt != null && timeAgo(startedAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {jobs.length < active && <p className="muted">The first {count(jobs.length)} of {count(active)}.</p>}
            <CopyBar copies={tableCopies(
              {
                name: 'tributary-under-way',
                columns: COLUMNS,
                rows: jobs.map(({ kind, urgency, model, run, failures, startedAt }) => [kind, urgency, model?.slug ?? null, run?.number ?? null, failures, startedAt ?? null]),
              },
              WHOLE,
            )} />
          </>
        )}
    </section>
  )
}
