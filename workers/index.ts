/** Jobs: asked for here, computed by workers. */
export { type Asked, attributionJobs } from './kinds/attribution.ts'
export { interventionJobs } from './kinds/intervention.ts'
export { experimentJobs, readExperiment, settleExperiment, writeReport } from './kinds/experiment.ts'
export { queuedRanges, type SweepJob, sweepKey } from './kinds/sweep.ts'
export { enqueue } from './queue/enqueue.ts'
export { Flow, setRunWeight } from './queue/fair.ts'
export { followJob } from './queue/follow.ts'
export {
  cancelJob, countJobs, findJobs, type JobCursor, type JobFilter, type JobPage, type JobState, type JobView, listJobs,
  readJobCursor, writeJobCursor,
} from './queue/jobs.ts'
export type { Urgency } from './queue/job.ts'
export type { OpenAttributor } from './worker/model-cache.ts'
export { openQueue, type Queue } from './queue/queue.ts'
export { runFailures, runFigures, runWaits, type RunWait, type WaitReason } from './queue/waits.ts'
export { connectedWorkers, jobHolders, type WorkerView } from './queue/skills.ts'
export { removeJobsOf, stopRun } from './queue/withdraw.ts'
export {
  type AskedLookup, type LookupOutcome, type Outcome, requestAttributions, requestGraphs, requestHeads, requestInterventions, requestLookups, type RequestOptions,
} from './request.ts'
export { endedJobs, failureReasons, queueStatistics, type QueueView, viewQueue } from './queue/statistics.ts'
export { interventionEngine } from './means.ts'
export { startWorker, type Worker, type WorkerOptions } from './worker/worker.ts'
