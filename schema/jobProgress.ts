/** Following a job instead of asking for it again and again. */
import { builder } from './builder.ts'
import { Job } from './job.ts'
import type { JobView } from './ports.ts'

/** An error thrown between two events would end the whole connection; as an event it is this field's own. */
type Event = { job: JobView } | { failure: unknown }

async function* withFailure(jobs: AsyncIterable<JobView>): AsyncGenerator<Event> {
  try {
    for await (const job of jobs) yield { job }
  } catch (failure) {
    yield { failure }
  }
}

type Follow = (signal: AbortSignal) => AsyncIterable<JobView>

/** A generator that waits takes no `return` until it yields again: whoever leaves has to wake it, or it waits on. */
function leavable(follow: Follow, signal: AbortSignal): AsyncIterableIterator<Event> {
  const left = new AbortController()
  const events = withFailure(follow(AbortSignal.any([signal, left.signal])))
  const leave = () => {
    left.abort()
    return events.return(undefined)
  }
  return { next: () => events.next(), return: leave, throw: leave, [Symbol.asyncIterator]() { return this } }
}

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
    resolve: (event) => {
      if ('failure' in event) throw event.failure
      return event.job
    },
  }),
)
