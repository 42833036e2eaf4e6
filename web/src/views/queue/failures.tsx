/** What failed for good: the reasons with how often each was met, and the latest failures one by one. */
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, timeAgo } from '../../ui/words.ts'
import { type Queue, WHOLE } from './question.ts'

interface FailuresProps {
  reasons: Queue['failureReasons']
  failures: Queue['failures']
}

export function Failures({ reasons, failures }: FailuresProps) {
  return (
    <>
      {reasons.length > 0 && <Reasons reasons={reasons} />}
      <section className="card" aria-label="Failures">
        <h2>Latest failures</h2>
        {failures.length === 0
          ? <p className="muted">None.</p>
          : (
            <>
              <div className="table-frame">
                <table className="list">
                  <thead><tr><th scope="col">When</th><th scope="col">Kind</th><th scope="col">Reason</th></tr></thead>
                  <tbody>
                    {failures.map(({ at, code, message }, row) => (
                      <tr key={row}><td title={at}>{timeAgo(at)}</td><td><span className="badge wrong">{code}</span></td><td>{message}</td></tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <CopyBar copies={tableCopies(
                { name: 'tributary-failures', columns: ['at', 'code', 'message'], rows: failures.map(({ at, code, message }) => [at, code, message]) },
                WHOLE,
              )} />
            </>
          )}
      </section>
    </>
  )
}

function Reasons({ reasons }: Pick<FailuresProps, 'reasons'>) {
  return (
    <section className="card" aria-label="Reasons">
      <h2>Why jobs of the last week failed</h2>
      <div className="table-frame">
        <table className="list">
          <thead><tr><th scope="col" className="num">Jobs</th><th scope="col">Kind</th><th scope="col">Reason, of the latest</th><th scope="col">The latest</th></tr></thead>
          <tbody>
            {reasons.map(({ code, message, count: jobs, lastAt }) => (
              <tr key={`${code} ${message}`}>
                <td className="num">{count(jobs)}</td><td><span className="badge wrong">{code}</span></td><td>{message}</td><td title={lastAt}>{timeAgo(lastAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CopyBar copies={tableCopies(
        { name: 'tributary-failure-reasons', columns: ['count', 'code', 'message', 'lastAt'], rows: reasons.map(({ code, message, count: jobs, lastAt }) => [jobs, code, message, lastAt]) },
        WHOLE,
      )} />
    </section>
  )
}
