/** Jobs of one state, in pages. */
import { orNumber, ownCursors } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { DEFAULT_PAGE, LARGEST_PAGE, pageCost } from '../cost.ts'
import { UserError } from '../../src/errors.ts'
import { totalCount } from '../paging/connection.ts'
import type { JobFilter } from '../ports.ts'
import { runNumber } from '../run/run-id.ts'
import { Job, JobState, Urgency } from './job.ts'

/** Every job of the state is read to be counted. */
const COUNT_COST = 100

const JobConnection = builder.connectionObject(
  { type: Job, name: 'JobConnection', fields: (t) => ({ totalCount: t.int(totalCount(COUNT_COST)) }) },
  { name: 'JobEdge' },
)

builder.queryField('jobs', (t) =>
  t.connection(
    {
      type: Job,
      ...ownCursors,
      nullable: true,
      description:
        'Jobs of one state: those that wait as they will be taken, the others newest first. What is done is forgotten after ' +
        'an hour, what failed after a week. Pages go forward only. Null only with an error.',
      complexity: pageCost,
      args: {
        state: t.arg({ type: JobState, required: true, description: 'Only those in this state.' }),
        urgency: t.arg({ type: Urgency, description: 'Only those for whoever this says.' }),
        run: t.arg.id({ ...orNumber, description: 'Only those that this run asked for first: its global id, or its number.' }),
      },
      resolve: async (_root, { state, urgency, run, first, last, after, before }, { jobs, database }) => {
        if (last != null || before != null)
          throw new UserError('BAD_INPUT', 'Jobs are listed forward only; ask with first and after.')
        const size = first ?? DEFAULT_PAGE
        if (size < 0 || size > LARGEST_PAGE)
          throw new UserError('TOO_LARGE', `A page of ${size} was asked for; it has 0 to ${LARGEST_PAGE} places.`)
        const runId = run == null ? undefined : await runNumber(run, database)
        const filter: JobFilter = { state, ...(urgency && { urgency }), ...(runId !== undefined && { runId }) }
        const found = await jobs.list(filter, { first: size, after: after ?? null })
        const shown = found.slice(0, size)
        return {
          edges: shown.map(({ job, cursor }) => ({ node: job, cursor })),
          pageInfo: {
            hasNextPage: found.length > size,
            hasPreviousPage: after != null,
            startCursor: shown[0]?.cursor ?? null,
            endCursor: shown.at(-1)?.cursor ?? null,
          },
          totalCount: () => jobs.count(filter),
        }
      },
    },
    JobConnection,
  ),
)
