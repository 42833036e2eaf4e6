/**
 * `/metrics`. Not everyone should know what a server is asked, and how often. So if keys are needed elsewhere, they are
 * needed here, too.
 */
import { type RequestHandler, type Router, Router as createRouter } from 'express'
import { callerOf } from '../access/admit.ts'
import { may } from '../access/caller.ts'
import { refuse } from '../refuse.ts'
import type { Metrics } from './metrics.ts'

export function metricsRoute(metrics: Metrics, admission: RequestHandler): Router {
  const routes = createRouter()
  routes.get('/metrics', admission, async (_request, response) => {
    const caller = callerOf(response)
    if (!caller.isLocal && caller.keyName === null) {
      return refuse(response, 401, 'UNAUTHENTICATED', 'Metrics need an API key; send it as Authorization: Bearer.')
    }
    if (!may(caller, 'read')) return refuse(response, 403, 'FORBIDDEN', 'The API key lacks the scope read.')
    response.set('content-type', metrics.contentType).send(await metrics.text())
  })
  return routes
}
