/** For whoever supervises the process: does it run (`/healthz`), and could it answer a query now (`/readyz`)? */
import { type Router, Router as createRouter } from 'express'

export interface Readiness {
  ready: boolean
  /** One sentence for people. */
  reason: string
}

export function healthRoutes(ready: () => Promise<Readiness>): Router {
  const routes = createRouter()
  routes.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', uptimeSeconds: Math.round(process.uptime()) })
  })
  routes.get('/readyz', async (_request, response) => {
    const { ready: isReady, reason } = await ready().catch(() => ({ ready: false, reason: 'The check itself failed.' }))
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready', reason })
  })
  return routes
}
