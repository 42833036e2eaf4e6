/** A computation under way, for clients that would rather not wait for it. */
import { Attribution } from '../attribution/attribution.ts'
import { builder } from '../builder.ts'
import { AttributionGraph } from '../graph/graph.ts'
import { Intervention } from '../intervention/intervention.ts'
import { jobHoldersLoader } from '../loaders/job-holders.ts'
import { storedAttributionLoader, storedGraphLoader, storedInterventionLoader } from '../loaders/stored-answers.ts'
import type { JobView } from '../ports.ts'
import { Model } from '../model/model.ts'
import { Run } from '../run/run.ts'
import { forClients } from '../words.ts'
import { Worker } from './worker.ts'

export const JobState = builder.enumType('JobState', {
  description: 'How far a job has come.',
  values: {
    WAITING: { value: 'waiting', description: 'No worker has taken it yet, or it will be tried again.' },
    ACTIVE: { value: 'active', description: 'A worker computes it.' },
    DONE: { value: 'done', description: 'Its answer is stored.' },
    FAILED: { value: 'failed', description: 'It could not be computed; `error` says why.' },
    CANCELLED: { value: 'cancelled', description: 'Someone called it off.' },
  },
} as const)

export const Urgency = builder.enumType('Urgency', {
  description: 'Who a job is for.',
  values: {
    INTERACTIVE: { value: 'interactive', description: 'Someone waits for it; it overtakes bulk work.' },
    BULK: { value: 'bulk', description: 'Of an ingest.' },
  },
} as const)

const JobError = builder.objectRef<{ code: string; message: string }>('JobError').implement({
  description: 'Why a job failed.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The same codes as in `extensions.code` of errors.' }),
    message: t.string({ description: 'One sentence for people.', resolve: ({ message }) => forClients(message) }),
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
    urgency: t.expose('urgency', { type: Urgency, description: 'Who it is for.' }),
    kind: t.exposeString('kind', { description: 'What it computes: `attribution` …' }),
    engine: t.exposeString('engine', { description: 'The engine that it was asked of, e.g. `onnx-cpu-float32`.' }),
    flops: t.exposeFloat('flops', { description: 'Needed arithmetic, as planned; 0 where it could not be planned.' }),
    model: t.prismaField({
      type: Model,
      nullable: true,
      description: 'The model that it is about; null once that is removed.',
      resolve: (query, { modelHash }, _args, { database }) => database.model.findUnique({ ...query, where: { hash: modelHash } }),
    }),
    run: t.prismaField({
      type: Run,
      nullable: true,
      description: 'The run that asked for it first; null where a single question did.',
      // Runs are numbered from 1.
      resolve: (query, { runId }, _args, { database }) => database.run.findUnique({ ...query, where: { id: runId ?? 0 } }),
    }),
    worker: t.field({
      type: Worker,
      nullable: true,
      description: 'Who has it in hand, as that worker told within the last second; null where none does.',
      resolve: ({ id, state }, _args, context) => (state === 'active' ? jobHoldersLoader(context).load(id) : null),
    }),
    failures: t.exposeInt('failures', { description: 'How often it has failed and was, or will be, tried again.' }),
    notBefore: t.expose('notBefore', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it pauses after a failure; null where it does not.',
    }),
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
      description: 'What it computed, where an attribution was asked for; null until it is done.',
      resolve: ({ state, resultKey }, _args, context) =>
        state === 'done' ? storedAttributionLoader(context).load(resultKey) : null,
    }),
    intervention: t.field({
      type: Intervention,
      nullable: true,
      description: 'What it computed, where an intervention was asked for; null until it is done.',
      resolve: ({ state, resultKey }, _args, context) =>
        state === 'done' ? storedInterventionLoader(context).load(resultKey) : null,
    }),
    attributionGraph: t.field({
      type: AttributionGraph,
      nullable: true,
      description: 'What it computed, where a graph was asked for; null until it is done.',
      resolve: ({ state, resultKey }, _args, context) => (state === 'done' ? storedGraphLoader(context).load(resultKey) : null),
    }),
  }),
})
