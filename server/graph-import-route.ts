/**
 * `POST /graph/import`: a graph's file into the database, as `importAttributionGraph` does it, for files that are larger than a
 * body of GraphQL may be. It needs what that needs (scope compute), and is charged like writing as many rows. A file is
 * stored whole or not at all; what is no graph, too large or too slow is refused with a sentence.
 */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { type RequestHandler, type Router, Router as createRouter } from 'express'
import { UserError } from '../src/errors.ts'
import { isStatementTimeout } from '../src/postgres/outage.ts'
import type { ReadyGraph } from '../src/store/index.ts'
import { type Access, requireScope } from './access/access.ts'
import { admit, callerOf } from './access/admit.ts'
import { rateLimited } from './access/refusal.ts'
import { largeBody } from './large-body.ts'
import type { ServerLimits } from './limits.ts'
import { refuseRouteError } from './route-error.ts'
import { signalOf } from './time-limit.ts'

/** Each holds some ten times its file while it is read. */
const AT_ONCE = 2

/** A row that is written by COPY is far cheaper than one of an answer. */
const ROWS_PER_COST = 100

export type ReadGraph = (document: unknown) => Promise<ReadyGraph>

export function graphImportRoute(access: Access, { graphFileBytes }: Pick<ServerLimits, 'graphFileBytes'>, readGraph: ReadGraph): Router {
  const routes = createRouter()
  let underWay = 0
  const answer: RequestHandler = async (request, response) => {
    const caller = callerOf(response)
    underWay++
    try {
      requireScope(caller, 'compute')
      if (underWay > AT_ONCE) throw rateLimited(`${AT_ONCE} graphs are read, which is as many as this server reads at once.`, 5000, { limit: AT_ONCE })
      // A page of another site can send anything but this without asking first.
      if (!request.is('application/json')) throw new UserError('UNSUPPORTED', 'Send the graph as JSON, with content-type: application/json.')
      const signal = signalOf(response)
      const graph = await readGraph(parse(await largeBody(request, graphFileBytes)))
      await access.charge(caller, Math.ceil(graph.rows / ROWS_PER_COST))
      signal.throwIfAborted()
      await graph.save().catch(inWords)
      if (!response.headersSent) response.status(201).json({ id: encodeGlobalID('AttributionGraph', graph.key), key: graph.key })
    } catch (error) {
      // What is left of the body is let go, since many clients read an answer only once they have sent all.
      request.unpipe().resume()
      if (!signalOf(response).aborted) refuseRouteError(response, error)
    } finally {
      underWay--
    }
  }
  routes.post('/', admit(access), answer)
  return routes
}

function inWords(error: unknown): never {
  if (!isStatementTimeout(error)) throw error
  throw new UserError('TIMEOUT', 'The database took too long to write the graph, and nothing of it is stored; try again when it is less busy, or prune the graph further.')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError('BAD_INPUT', 'The body is no JSON; expected an attribution graph as circuit-tracer and Neuronpedia write it.')
  }
}
