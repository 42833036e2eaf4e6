/** Following a job instead of asking for it again and again. */
import { builder } from '../builder.ts'
import { leavable, valueOf } from '../leavable.ts'
import { Job } from './job.ts'

builder.subscriptionType({
  description: 'What can be followed, over WebSocket (graphql-transport-ws) at the same address.',
})

builder.subscriptionField('jobProgress', (t) =>
  t.field({
    type: Job,
    nullable: true,
    description:
      'A job as it is now, then at every change of its state; ends when it has ended. Null only with an error.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: "The job's global id." }) },
    subscribe: (_root, { id }, { jobs, signal }) => leavable((until) => jobs.follow(id.id, until), signal),
    resolve: valueOf,
  }),
)
