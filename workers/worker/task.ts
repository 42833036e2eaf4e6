/** A claimed job whose words have been read. */
import type { JobWithMetadata } from 'pg-boss'
import type { JobKind } from '../kinds/kinds.ts'
import type { ReadyJob } from '../kinds/kind.ts'
import type { JobEnvelope } from '../queue/job.ts'

export type Claimed = JobWithMetadata<unknown>

export interface Task {
  job: Claimed
  kind: JobKind
  data: JobEnvelope
  priority: number
  flops: number
}

/** A task that this worker can do. */
export interface ReadyTask extends Task {
  ready: ReadyJob
}

/** Ids for log lines, by which the lines of one request are found in the logs of all processes. */
export const idsOf = ({ job, data: { requestId } }: Task) => ({ job: job.id, ...(requestId !== undefined && { requestId }) })
