/**
 * The server's side of the process that reads a graph's file. The process ends with its request, however the request
 * ends.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startProcess } from '../../src/spawn/spawn.ts'
import { UserError } from '../../src/errors.ts'
import { type Answer, answerSchema, type Question } from './messages.ts'

/** A graph that was read, and is not in the database yet. */
export interface ReadGraph {
  key: string
  /** Rows to be written: nodes and edges. */
  rows: number
  /** Writes all of it or nothing. */
  save(): Promise<void>
}

/**
 * Reads the file, calls `use` with the graph, and ends the process. Refuses (UserError) a file that is no graph or
 * cannot be stored.
 */
export type WithGraph = <T>(file: string, signal: AbortSignal, use: (graph: ReadGraph) => Promise<T>) => Promise<T>

/** A file of 64 MiB takes a third of it. */
const MOST_HEAP_MEGABYTES = 2048

const start = () =>
  startProcess(import.meta.url, 'process', [`--max-old-space-size=${MOST_HEAP_MEGABYTES}`], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })

/** `databaseUrl` and `engine`: as the server has them. */
export const graphsIn = (databaseUrl: string, engine: string): WithGraph => async (file, signal, use) => {
  signal.throwIfAborted()
  const child = start()
  const kill = () => void child.kill('SIGKILL')
  // Whoever waits for an answer learns of the failure there.
  child.on('error', () => undefined)
  signal.addEventListener('abort', kill)
  try {
    const { key, rows } = await expectAnswer('ready', child, { kind: 'read', file, databaseUrl, engine }, signal)
    return await use({
      key, rows,
      async save() {
        await expectAnswer('saved', child, { kind: 'save' }, signal)
      },
    })
  } finally {
    signal.removeEventListener('abort', kill)
    kill()
  }
}

async function expectAnswer<K extends Answer['kind']>(
  kind: K, child: ChildProcess, question: Question, signal: AbortSignal,
): Promise<Extract<Answer, { kind: K }>> {
  const heard = new AbortController()
  try {
    const said = once(child, 'message', { signal: heard.signal }).then(([message]) => answerSchema.parse(message))
    const ended = once(child, 'exit', { signal: heard.signal }).then(() => null)
    child.send(question)
    const answer = await Promise.race([said, ended])
    signal.throwIfAborted()
    if (answer === null) throw new UserError('TOO_LARGE', 'The process that reads the graph has ended, most likely for want of memory; prune the graph further.')
    if (answer.kind === 'refused') throw new UserError(answer.code, answer.message)
    if (answer.kind !== kind) throw new Error(answer.kind === 'failed' ? answer.message : `the process said ${answer.kind}`)
    return answer as Extract<Answer, { kind: K }>
  } finally {
    heard.abort()
  }
}
