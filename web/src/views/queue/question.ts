/** What the view asks: one query and one command tell all of it. */
import { QueueDocument, type QueueQuery } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'

export type Queue = NonNullable<QueueQuery['queue']>
export type Worker = Queue['workers'][number]
export type Job = NonNullable<QueueQuery['jobs']>['nodes'][number]

/** Enough of a worker's id to tell it from the others. */
export const shortId = (id: string): string => id.slice(0, 6)

export const ASKED = { failures: 50, underWay: 50 } as const

export const WHOLE = { graphql: () => queryText(QueueDocument, ASKED), command: () => commandLine('status', { failures: ASKED.failures }) }
