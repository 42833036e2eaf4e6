/** Queue: what waits, who works on what, and what failed why; looked at again and again while it is in sight. */
import { useQuery } from '@apollo/client/react'
import { QueueDocument } from '../../api/generated.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { count, duration } from '../../ui/words.ts'
import { Failures } from './failures.tsx'
import { ASKED, WHOLE } from './question.ts'
import { UnderWay } from './under-way.tsx'
import { Workers } from './workers.tsx'

const LOOK_EVERY_MS = 2000

export default function QueueView() {
  const { data, error } = useQuery(QueueDocument, {
    variables: ASKED, pollInterval: LOOK_EVERY_MS, skipPollAttempt: () => document.hidden, fetchPolicy: 'cache-and-network',
  })
  const queue = data?.queue
  if (error && !queue) return <ErrorNote error={error} />
  if (!queue) return <p className="loading" role="status">Loading …</p>
  const active = queue.jobs.reduce((sum, job) => (job.state === 'ACTIVE' ? sum + job.count : sum), 0)
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
      <Workers workers={queue.workers} />
      <UnderWay jobs={data.jobs?.nodes ?? []} active={active} />
      <Failures reasons={queue.failureReasons} failures={queue.failures} />
    </>
  )
}
