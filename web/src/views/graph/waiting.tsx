/** While a worker computes. */
import { useEffect, useState } from 'react'
import { duration } from '../../ui/words.ts'
import { type FollowedJob, useCancelJob } from './use-graph.ts'

const TICK_MS = 500
const GIGA = 1e9

export function Waiting({ job }: { job: FollowedJob | null }) {
  const cancel = useCancelJob()
  const passed = useClock(job?.startedAt ?? null)
  const isActive = job?.state === 'ACTIVE'
  return (
    <div className="card row">
      <p className="loading" role="status">
        {job === null ? 'Asking …' : isActive ? 'A worker computes the graph …' : 'Waiting for a worker …'}
        {job !== null && job.flops > 0 && ` (${(job.flops / GIGA).toPrecision(2)} GFLOP planned)`}
        {job !== null && job.failures > 0 && ` It failed ${job.failures === 1 ? 'once' : `${job.failures} times`} and is tried again.`}
      </p>
      {isActive && passed !== null && <span className="muted">{duration(passed)}</span>}
      {job !== null && <button type="button" className="small" onClick={() => cancel(job.id)}>Call it off</button>}
    </div>
  )
}

/** Milliseconds since then, by this machine's clock. */
function useClock(since: string | null): number | null {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return since === null ? null : Math.max(0, now - Date.parse(since))
}
