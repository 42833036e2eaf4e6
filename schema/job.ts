/** A computation under way, for clients that would rather not wait for it. */
import { Attribution } from './attribution.ts'
import { builder } from './builder.ts'
import { storedAttributionLoader } from './loaders/storedAttributions.ts'
import type { JobView } from './ports.ts'

const JobState = builder.enumType('JobState', {
  description: 'How far a job has come.',
  values: {
    WAITING: { value: 'waiting', description: 'No worker has taken it yet, or it will be tried again.' },
    ACTIVE: { value: 'active', description: 'A worker computes it.' },
    DONE: { value: 'done', description: 'Its attribution is stored.' },
    FAILED: { value: 'failed', description: 'It could not be computed; `error` says why.' },
    CANCELLED: { value: 'cancelled', description: 'Someone called it off.' },
  },
} as const)

const JobError = builder.objectRef<{ code: string; message: string }>('JobError').implement({
  description: 'Why a job failed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The same codes as in `extensions.code` of errors.' }),
    message: t.exposeString('message', { description: 'One sentence for people.' }),
  }),
})

export const Job = builder.loadableNodeRef('Job', {
  id: { resolve: ({ id }: JobView) => id, description: 'Global id: fetches this object again through `node`.' },
  load: (ids: string[], { jobs }) => jobs.find(ids),
})

Job.implement({
  description: 'A computation that was asked for. Identical requests share one job.',
  fields: (t) => ({
    state: t.expose('state', { type: JobState, description: 'How far it has come.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first asked for.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker took it; null while it waits.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, well or not; null until then.',
    }),
    error: t.expose('error', { type: JobError, nullable: true, description: 'Why it failed; null when it did not.' }),
    attribution: t.field({
      type: Attribution,
      nullable: true,
      description: 'What it computed; null until it is done.',
      resolve: ({ state, resultKey }, _args, context) =>
        state === 'done' ? storedAttributionLoader(context).load(resultKey) : null,
    }),
  }),
})
