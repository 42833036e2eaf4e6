/**
 * `POST /graph/import` stores a graph's file in the database, like `importAttributionGraph`, but for files that are
 * larger than GraphQL allows. It needs the same scope (compute), and is charged like writing as many rows. A file is
 * stored whole or not at all. A file that is no graph, too large or too slow is refused with a sentence.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeGlobalID } from '@pothos/plugin-relay'
import { type RequestHandler, type Router, Router as createRouter } from 'express'
import { UserError } from '../../src/errors.ts'
import { type Access, requireScope } from '../access/access.ts'
import { admit, callerOf } from '../access/admit.ts'
import { rateLimited } from '../access/refusal.ts'
import type { ServerLimits } from '../limits.ts'
import { refuseRouteError } from '../route-error.ts'
import { signalOf } from '../time-limit.ts'
import { receiveBody } from './body.ts'
import type { WithGraph } from './host.ts'

/** Each is read by a process of its own, which holds some ten times its file. */
const AT_ONCE = 2

/** A row that is written by COPY is far cheaper than a row of a GraphQL answer. */
const ROWS_PER_COST = 100

export function graphImportRoute(access: Access, { graphFileBytes }: Pick<ServerLimits, 'graphFileBytes'>, withGraph: WithGraph): Router {
  const routes = createRouter()
  let underWay = 0
  const answer: RequestHandler = async (request, response) => {
    const caller = callerOf(response)
    const temporary = mkdtempSync(join(tmpdir(), 'tributary-import-'))
    underWay++
    try {
      requireScope(caller, 'compute')
      if (underWay > AT_ONCE) throw rateLimited(`${AT_ONCE} graphs are read, which is as many as this server reads at once.`, 5000, { limit: AT_ONCE })
      // Without a preflight, a page of another site can send other content types but not this one.
      if (!request.is('application/json')) throw new UserError('UNSUPPORTED', 'Send the graph as JSON, with content-type: application/json.')
      const signal = signalOf(response)
      const file = join(temporary, 'graph.json')
      await receiveBody(request, graphFileBytes, file)
      const key = await withGraph(file, signal, async (graph) => {
        await access.charge(caller, Math.ceil(graph.rows / ROWS_PER_COST))
        signal.throwIfAborted()
        await graph.save()
        return graph.key
      })
      if (!response.headersSent) response.status(201).json({ id: encodeGlobalID('AttributionGraph', key), key })
    } catch (error) {
      // The rest of the body is read and dropped, since many clients read an answer only once they have sent
      // everything.
      request.unpipe().resume()
      if (!signalOf(response).aborted) refuseRouteError(response, error)
    } finally {
      underWay--
      rmSync(temporary, { recursive: true, force: true })
    }
  }
  routes.post('/', admit(access), answer)
  return routes
}
