/**
 * Serves the explorer and the query page: the files that `bin/build-web.mjs` made of `web/`. The content security
 * policy makes sure that the pages load nothing from another address and contain no inline script or style.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RequestHandler, type Response, type Router, Router as createRouter } from 'express'
import sirv from 'sirv'
import { projectDir } from '../src/config.ts'
import { refuse } from './refuse.ts'

const DIST = join(projectDir, 'web/dist')

/** The first words of the explorer's addresses (`web/src/routes.tsx`); what comes after them is the view's own. */
export const VIEWS: readonly string[] = ['', 'graph', 'head', 'library', 'dataset', 'run', 'features', 'feature', 'experiments', 'queue']

const policy = (style: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${style}`,
    // Pictures are drawn from blobs when they are copied.
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export const EXPLORER_POLICY = policy("'self'")
/** The editor of the query page writes styles of its own. */
export const QUERY_POLICY = policy("'self' 'unsafe-inline'")

interface Page {
  file: string
  policy: string
}

const EXPLORER: Page = { file: 'index.html', policy: EXPLORER_POLICY }
const QUERY: Page = { file: 'query.html', policy: QUERY_POLICY }

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  // The page names its files by their hashes, so browsers must ask for the page itself each time.
  'cache-control': 'no-cache',
}

function sendPage(response: Response, dist: string, { file, policy: contentSecurityPolicy }: Page, status = 200): void {
  const path = join(dist, file)
  if (!existsSync(path)) {
    refuse(response, 503, 'NOT_FOUND', 'The explorer has not been built here; run node bin/build-web.mjs. GraphQL is at /graphql.')
    return
  }
  response.status(status).set({ ...headers, 'content-security-policy': contentSecurityPolicy })
  response.type('html').send(readFileSync(path))
}

const wantsPage: (request: Parameters<RequestHandler>[0]) => boolean = (request) =>
  (request.method === 'GET' || request.method === 'HEAD') && request.accepts(['json', 'html']) === 'html'

export function explorerRoutes(dist = DIST): Router {
  const routes = createRouter()
  const assets = join(dist, 'assets')
  // The names of these files change with their content. Files are looked up at each request, because a build may come
  // later than the server.
  routes.use('/assets', sirv(assets, { dev: true, brotli: true, gzip: true, setHeaders: immutable }))
  // A browser at the address of the API gets the query page.
  routes.get('/graphql', (request, response, next) => {
    if (request.query['query'] === undefined && wantsPage(request)) sendPage(response, dist, QUERY)
    else next()
  })
  routes.use((request, response, next) => {
    const [, first = ''] = request.path.split('/')
    if (!wantsPage(request) || first === 'graphql') next()
    else sendPage(response, dist, EXPLORER, VIEWS.includes(first) ? 200 : 404)
  })
  return routes
}

/** Sets the caching header here, since sirv in its development mode forbids caching. */
function immutable(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('cache-control', 'public, max-age=31536000, immutable')
  response.setHeader('x-content-type-options', 'nosniff')
}
