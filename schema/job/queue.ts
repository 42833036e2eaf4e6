/** What waits to be computed, who computes, and what failed, for people who look after the system. */
import { UserError } from '../../src/errors.ts'
import { builder } from '../builder.ts'
import { Job, Urgency } from './job.ts'
import type { QueueShape } from '../ports.ts'
import { Worker } from './worker.ts'
import { forClients } from '../words.ts'

/** It counts all jobs that have not ended. */
const COST = 100
const MOST_FAILURES = 100

const OpenJobState = builder.enumType('OpenJobState', {
  description: 'Where a job is that has not ended.',
  values: {
    WAITING: { value: 'waiting', description: 'No worker has taken it yet, or it will be tried again.' },
    ACTIVE: { value: 'active', description: 'A worker has taken it.' },
  },
} as const)

const JobCount = builder.objectRef<QueueShape['jobs'][number]>('JobCount').implement({
  description: 'How many jobs there are of one kind.',
  fields: (t) => ({
    state: t.expose('state', { type: OpenJobState, description: 'Whether a worker has taken them.' }),
    urgency: t.expose('urgency', { type: Urgency, description: 'Who they are for.' }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
})

const JobFailure = builder.objectRef<QueueShape['failures'][number]>('JobFailure').implement({
  description: 'A job that failed for good, with its reason.',
  fields: (t) => ({
    job: t.field({ type: Job, nullable: true, description: 'The job; null once it is deleted.', resolve: ({ jobId }) => jobId }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was given up.' }),
    code: t.exposeString('code', { description: 'The same codes as in `extensions.code` of errors.' }),
    message: t.string({ description: 'One sentence for people.', resolve: ({ message }) => forClients(message) }),
  }),
})

const JobFailureReason = builder.objectRef<QueueShape['failureReasons'][number]>('JobFailureReason').implement({
  description: 'Jobs that failed for good for one reason: their sentences differ in numbers and quoted words at most.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The same codes as in `extensions.code` of errors.' }),
    message: t.string({ description: 'The sentence of the latest of them.', resolve: ({ message }) => forClients(message) }),
    count: t.exposeInt('count', { description: 'How many the queue still remembers: those of the last week.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'When the latest was given up.' }),
  }),
})

const Queue = builder.objectRef<QueueShape>('Queue').implement({
  description: 'The jobs of all servers, ingests and workers on one database.',
  fields: (t) => ({
    jobs: t.expose('jobs', { type: [JobCount], description: 'Those that have not ended, by state and urgency.' }),
    oldestWaitingSeconds: t.exposeFloat('oldestWaitingSeconds', {
      description: 'Since the one that waits longest was asked for; 0 when none waits.',
    }),
    donePerMinute: t.int({ description: 'Jobs done in the last minute.', resolve: ({ ended }) => ended.done }),
    failedPerMinute: t.int({ description: 'Jobs given up in the last minute.', resolve: ({ ended }) => ended.failed }),
    workers: t.expose('workers', { type: [Worker], description: 'Who computes, the longest connected first.' }),
    failureReasons: t.expose('failureReasons', {
      type: [JobFailureReason],
      description: 'Why jobs of the last week failed, the most frequent reason first.',
    }),
    failures: t.expose('failures', { type: [JobFailure], description: 'The latest failures, the newest first.' }),
  }),
})

builder.queryField('queue', (t) =>
  t.field({
    type: Queue,
    nullable: true,
    description: 'What waits to be computed, who computes, how fast, and what failed why. Null only with an error.',
    args: {
      failures: t.arg.int({ required: true, defaultValue: 10, description: `How many failures, at most ${MOST_FAILURES}.` }),
    },
    complexity: ({ failures }) => ({ field: COST + failures, multiplier: 1 }),
    resolve: (_root, { failures }, { jobs }) => {
      if (failures < 0 || failures > MOST_FAILURES) {
        throw new UserError('TOO_LARGE', `${failures} failures were asked for; it can be 0 to ${MOST_FAILURES}.`)
      }
      return jobs.queue(failures)
    },
  }),
)
