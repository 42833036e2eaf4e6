/**
 * Stores one file of a graph in the database. It runs in a process of its own, which host.ts starts and, if need be,
 * ends: reading tens of megabytes from a stranger takes seconds, in which the server could answer nobody.
 *
 * It receives the file's path, answers with the graph's key and size, and writes the graph when told to.
 */
import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { isUserError, UserError } from '../../src/errors.ts'
import { isDatabaseOutage, isStatementTimeout } from '../../src/postgres/outage.ts'
import { openStore, readyGraph, type ReadyGraph } from '../../src/store/index.ts'
import { openModels } from '../models.ts'
import { type Answer, questionSchema } from './messages.ts'

let graph: ReadyGraph | null = null

async function parse(file: string): Promise<unknown> {
  const bytes = await readFile(file)
  if (!isUtf8(bytes)) throw new UserError('BAD_INPUT', 'The body is no UTF-8, and so no JSON.')
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new UserError('BAD_INPUT', 'The body is no JSON; expected an attribution graph as circuit-tracer and Neuronpedia write it.')
  }
}

async function answer(message: unknown): Promise<Answer> {
  const question = questionSchema.parse(message)
  if (question.kind === 'read') {
    const store = openStore(question.databaseUrl, { connections: 1 })
    const models = openModels(store, question.engine)
    graph = await readyGraph(store, await parse(question.file), (modelId, tokenIds) => models.tokens(modelId, { tokenIds }))
    return { kind: 'ready', key: graph.key, rows: graph.rows }
  }
  if (graph === null) throw new Error('a graph was to be written before it was read')
  await graph.save()
  return { kind: 'saved' }
}

const refusal = (error: unknown): Answer => {
  // Clients need not know where the database should have been.
  if (isDatabaseOutage(error)) return { kind: 'refused', code: 'DATABASE_UNAVAILABLE', message: 'The database did not answer, and nothing of the graph is stored; try again.' }
  if (isUserError(error)) return { kind: 'refused', code: error.code, message: error.message }
  if (isStatementTimeout(error)) {
    const message = 'The database took too long to write the graph, and nothing of it is stored; try again when it is less busy, or prune the graph further.'
    return { kind: 'refused', code: 'TIMEOUT', message }
  }
  return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

process.on('message', (message) => void answer(message).catch(refusal).then((said) => process.send?.(said)))
// The server is gone; an open transaction ends with the connection.
process.on('disconnect', () => process.exit(0))
// Ignored, because a signal from the terminal is for the server, which then ends this process.
process.on('SIGINT', () => undefined)
