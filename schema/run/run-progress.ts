/** Follows a run by looking at the database, since workers on any machine settle its prompts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../src/errors.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { leavable, valueOf } from '../leavable.ts'
import { runProgressLoader } from '../loaders/run-progress.ts'
import { Run } from './run.ts'

/** Often enough for a bar that moves. */
const LOOK_EVERY_MS = 1000

type Database = Context['database']

/** What decides whether there is anything new to tell. */
async function stateOf(database: Database, key: string): Promise<{ status: string; seen: string } | null> {
  const run = await database.run.findUnique({ where: { key }, select: { id: true, status: true } })
  if (!run) return null
  const counts = await database.runItem.groupBy({ by: ['status'], where: { runId: run.id }, _count: true, orderBy: { status: 'asc' } })
  return { status: run.status, seen: JSON.stringify([run.status, counts]) }
}

/** Yields the run's key whenever something of it has changed. Ends with the run, or when `signal` aborts. */
async function* follow(database: Database, key: string, signal: AbortSignal): AsyncGenerator<string> {
  let told: string | undefined
  while (!signal.aborted) {
    const state = await stateOf(database, key)
    if (!state) throw new UserError('NOT_FOUND', 'There is no such run any more.')
    if (state.seen !== told) yield key
    told = state.seen
    if (state.status !== 'running') return
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

builder.subscriptionField('runProgress', (t) =>
  t.prismaField({
    type: Run,
    nullable: true,
    description: 'A run as it is now, then whenever one of its prompts was settled; ends when it has ended. Null only with an error.',
    args: { id: t.arg.globalID({ required: true, for: Run, description: "The run's global id." }) },
    subscribe: (_root, { id }, { database, signal }) => leavable((until) => follow(database, id.id, until), signal),
    resolve: (query, event, _args, context) => {
      // All events of a subscription share their context, so counts of the previous event must be cleared.
      runProgressLoader(context).clearAll()
      return context.database.run.findUnique({ ...query, where: { key: valueOf(event) } })
    },
  }),
)
