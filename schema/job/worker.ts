/** Who computes: processes on any machine that are connected to the database. */
import { builder } from '../builder.ts'
import { Model } from '../model/model.ts'
import type { WorkerShape } from '../ports.ts'
import { forClients } from '../words.ts'

const WorkerError = builder.objectRef<NonNullable<WorkerShape['lastError']>>('WorkerError').implement({
  description: 'Why a job failed on a worker, for good or to be tried again.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The same codes as in `extensions.code` of errors.' }),
    message: t.string({ description: 'One sentence for people.', resolve: ({ message }) => forClients(message) }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was.' }),
  }),
})

export const Worker = builder.objectRef<WorkerShape>('Worker').implement({
  description: 'A worker that is connected to the database, on whatever machine.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its own for as long as it lives.' }),
    engine: t.exposeString('engine', { description: 'What computes, e.g. `onnx-cpu-float32`.' }),
    memoryLimitBytes: t.exposeFloat('memoryLimitBytes', { description: 'What a pass may use there besides the weights.' }),
    interactiveOnly: t.exposeBoolean('interactiveOnly', { description: 'Whether it takes only what someone waits for.' }),
    connectedAt: t.expose('connectedAt', { type: 'DateTime', description: 'Since when it is there.' }),
    model: t.prismaField({
      type: Model,
      nullable: true,
      description: 'The model that it used last; null until it has used one.',
      // No model has an empty hash.
      resolve: (query, { modelHash }, _args, { database }) => database.model.findUnique({ ...query, where: { hash: modelHash ?? '' } }),
    }),
    flopsPerSecond: t.exposeFloat('flopsPerSecond', {
      nullable: true,
      description: 'Needed arithmetic a second while it computes, as measured lately; null until it was measured.',
    }),
    resultsPerSecond: t.exposeFloat('resultsPerSecond', {
      nullable: true,
      description: 'Results a second while it computes, as measured lately; null until it was measured.',
    }),
    results: t.exposeInt('results', { description: 'Results that it has stored.' }),
    failures: t.exposeInt('failures', { description: 'Jobs that failed there, also those that were tried again.' }),
    lastResultAt: t.expose('lastResultAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last stored a result; null before the first.',
    }),
    lastError: t.expose('lastError', { type: WorkerError, nullable: true, description: 'Its last failure; null without one.' }),
  }),
})

builder.queryField('workers', (t) =>
  t.field({
    type: [Worker],
    nullable: true,
    description: 'Workers that are connected, the longest connected first. Null only with an error.',
    resolve: (_root, _args, { jobs }) => jobs.workers(),
  }),
)
