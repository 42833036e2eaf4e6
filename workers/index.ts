/** Jobs: asked for here, computed by workers. */
export { enqueue, type Asked } from './enqueue.ts'
export { cancelJob, findJobs, type JobState, type JobView } from './jobs.ts'
export type { Urgency } from './job.ts'
export type { OpenAttributor } from './model-cache.ts'
export { openQueue, type Queue } from './queue.ts'
export { type Outcome, requestAttributions, type RequestOptions } from './request.ts'
export { endedJobs, type EndedJob, queueStatistics, type QueueStatistics } from './statistics.ts'
export { startWorker, type Worker, type WorkerOptions } from './worker.ts'
