/** What workers have in hand now: each job with the model and the run that it is for, and who has it. */
import { Link } from 'wouter'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, timeAgo } from '../../ui/words.ts'
import { type Job, shortId, WHOLE } from './question.ts'

const COLUMNS = ['kind', 'urgency', 'model', 'run', 'failures', 'worker', 'startedAt'] as const

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
                <thead><tr><th scope="col">What</th><th scope="col">Model</th><th scope="col">For</th><th scope="col" className="num">Failed before</th><th scope="col">Worker</th><th scope="col">Taken</th></tr></thead>
                <tbody>
                  {jobs.map(({ id, kind, model, run, urgency, failures, worker, startedAt }) => (
                    <tr key={id}>
                      <td>{kind}</td>
                      <td>{model?.slug}</td>
                      <td>{run ? <Link href={`/run/${run.number}`}>run {run.number}</Link> : urgency === 'INTERACTIVE' ? 'someone who waits' : 'an ingest'}</td>
                      <td className="num">{count(failures)}</td>
                      <td>{worker ? shortId(worker.id) : <span className="muted">taken just now</span>}</td>
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
                rows: jobs.map(({ kind, urgency, model, run, failures, worker, startedAt }) => [kind, urgency, model?.slug ?? null, run?.number ?? null, failures, worker?.id ?? null, startedAt ?? null]),
              },
              WHOLE,
            )} />
          </>
        )}
    </section>
  )
}
