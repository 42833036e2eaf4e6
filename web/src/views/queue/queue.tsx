/** Queue: what waits, who works, and what failed why; looked at again and again while it is in sight. */
import { useQuery } from '@apollo/client/react'
import { QueueDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count, duration, timeAgo } from '../../ui/words.ts'

const LOOK_EVERY_MS = 2000
const FAILURES = 50
const GIBI = 1024 ** 3

/** One query and one command tell all of it. */
const WHOLE = { graphql: () => queryText(QueueDocument, { failures: FAILURES }), command: () => commandLine('status', { failures: FAILURES }) }

export default function QueueView() {
  const { data, error } = useQuery(QueueDocument, {
    variables: { failures: FAILURES }, pollInterval: LOOK_EVERY_MS, skipPollAttempt: () => document.hidden, fetchPolicy: 'cache-and-network',
  })
  const queue = data?.queue
  if (error && !queue) return <ErrorNote error={error} />
  if (!queue) return <p className="loading" role="status">Loading …</p>
  return (
    <>
      <h1>Queue</h1>
      {error ? <ErrorNote error={error} /> : null}
      <section className="card" aria-label="Jobs">
        <h2>Jobs</h2>
        <Facts facts={[
          ...queue.jobs.map((job) => ({ name: `${job.state.toLowerCase()}, ${job.urgency.toLowerCase()}`, value: count(job.count) })),
          { name: 'done in a minute', value: count(queue.donePerMinute) },
          { name: 'failed in a minute', value: count(queue.failedPerMinute), bad: queue.failedPerMinute > 0 },
          { name: 'waiting longest', value: duration(queue.oldestWaitingSeconds * 1000) },
        ]} />
        <CopyBar copies={tableCopies(
          { name: 'tributary-jobs', columns: ['state', 'urgency', 'count'], rows: queue.jobs.map(({ state, urgency, count: jobs }) => [state, urgency, jobs]) },
          WHOLE,
        )} />
      </section>
      <section className="card" aria-label="Workers">
        <h2>Workers</h2>
        {queue.workers.length === 0
          ? <p className="note error" role="alert">No worker is connected: nothing is computed. Start one with <code>npx tributary work</code>.</p>
          : (
            <>
              <div className="table-frame">
                <table className="list">
                  <thead><tr><th scope="col">Engine</th><th scope="col">Takes</th><th scope="col" className="num">Memory of a pass</th><th scope="col">Connected</th></tr></thead>
                  <tbody>
                    {queue.workers.map(({ engine, interactiveOnly, memoryLimitBytes, connectedAt }, at) => (
                      <tr key={at}>
                        <td>{engine}</td>
                        <td>{interactiveOnly ? 'what someone waits for' : 'everything'}</td>
                        <td className="num">{(memoryLimitBytes / GIBI).toFixed(1)} GiB</td>
                        <td title={connectedAt}>{timeAgo(connectedAt)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <CopyBar copies={tableCopies(
                {
                  name: 'tributary-workers',
                  columns: ['engine', 'takes', 'memoryLimitBytes', 'connectedAt'],
                  rows: queue.workers.map(({ engine, interactiveOnly, memoryLimitBytes, connectedAt }) =>
                    [engine, interactiveOnly ? 'INTERACTIVE' : 'ALL', memoryLimitBytes, connectedAt]),
                },
                WHOLE,
              )} />
            </>
          )}
      </section>
      <section className="card" aria-label="Failures">
        <h2>Latest failures</h2>
        {queue.failures.length === 0
          ? <p className="muted">None.</p>
          : (
            <>
              <div className="table-frame">
                <table className="list">
                  <thead><tr><th scope="col">When</th><th scope="col">Kind</th><th scope="col">Reason</th></tr></thead>
                  <tbody>
                    {queue.failures.map(({ at, code, message }, row) => (
                      <tr key={row}><td title={at}>{timeAgo(at)}</td><td><span className="badge wrong">{code}</span></td><td>{message}</td></tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <CopyBar copies={tableCopies(
                { name: 'tributary-failures', columns: ['at', 'code', 'message'], rows: queue.failures.map(({ at, code, message }) => [at, code, message]) },
                WHOLE,
              )} />
            </>
          )}
      </section>
    </>
  )
}
