/** The HTTP side of the server: Apollo behind limits, checks, health routes and the explorer. */
import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginSchemaReportingDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled'
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer'
import { expressMiddleware } from '@as-integrations/express5'
import express, { type Express, type Response } from 'express'
import type { Context } from '../schema/context.ts'
import { UserError } from '../src/errors.ts'
import { admit, callerOf } from './access/admit.ts'
import { authorOf } from './access/caller.ts'
import { allowedStore, onlyAllowed, refuseRest } from './allowed-queries.ts'
import { crossOrigin } from './cors.ts'
import { explorerRoutes } from './explorer.ts'
import { formatError } from './format-error.ts'
import { healthRoutes } from './health.ts'
import { passOwnGets } from './cross-site.ts'
import { exportRoute } from './export-route.ts'
import { graphImportRoute } from './graph-import/route.ts'
import { checkHost } from './host-check.ts'
import type { HttpOptions } from './http-options.ts'
import type { ServerLogger } from './logger.ts'
import { requestMetrics } from './metrics/request-metrics.ts'
import { metricsRoute } from './metrics/route.ts'
import { refuseNested } from './nesting.ts'
import { type Called, operationChecks } from './operation-checks.ts'
import { refuseFailure, refuseUnknownPath } from './refuse.ts'
import { assignRequestId, requestIdOf } from './request-id.ts'
import { type Identified, requestLog } from './request-log.ts'
import { restRoutes } from './rest/serve.ts'
import { serveSubscriptions } from './subscriptions/subscriptions.ts'
import { limitTime, signalOf } from './time-limit.ts'

export interface RunningHttp {
  url: string
  /** Finishes the requests under way, then ends. */
  close(): Promise<void>
}

/**
 * The explorer's addresses hold the prompt. Node's own limit, 16 KiB, is 4,000 tokens; this one is what models of today read.
 */
const LARGEST_HEADERS_BYTES = 256 * 1024

export async function startHttp(options: HttpOptions): Promise<RunningHttp> {
  const app = express()
  const http = createHttpServer({ requestTimeout: options.limits.receiveTimeoutMs, maxHeaderSize: LARGEST_HEADERS_BYTES }, app)
  const apollo = createApollo(http, options)
  await apollo.start()
  addRoutes(app, apollo, options)
  const subscriptions = serveSubscriptions(http, options)
  await listen(http, options)
  const url = urlOf(http, options.host)
  options.logger.info({ url }, 'server listens')
  const close = async () => {
    // Subscriptions close first, since the server waits for all connections to end.
    await subscriptions.close()
    await apollo.stop()
  }
  return { url, close }
}

type RequestContext = Context & Identified & Called

function createApollo(http: Server, { schema, access, allowedQueries, metrics, limits, logger }: HttpOptions) {
  return new ApolloServer<RequestContext>({
    schema,
    formatError,
    plugins: [
      operationChecks(access, limits),
      requestLog(logger),
      requestMetrics(metrics),
      ApolloServerPluginDrainHttpServer({ httpServer: http }),
      // Apollo reports nothing to anyone, whatever the environment says. It also shows no page at `/`, because we have
      // our own.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
    ...(allowedQueries && { persistedQueries: { cache: allowedStore(allowedQueries) } }),
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: limits.documentTokens },
    // The process itself handles signals and interprets its environment; Apollo does neither.
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: asApolloLogger(logger),
  })
}

function asApolloLogger(logger: ServerLogger) {
  const log = (level: keyof ServerLogger) => (message?: unknown) => logger[level]({}, String(message))
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

function addRoutes(app: Express, apollo: ApolloServer<RequestContext>, options: HttpOptions): void {
  const { host, allowedHosts, allowedOrigins, access, allowedQueries, metrics, limits, logger, ready } = options
  app.disable('x-powered-by')
  // Nobody caches answers to queries, so hashing each of them would be wasted.
  app.disable('etag')
  app.use(assignRequestId)
  app.use(checkHost(host, allowedHosts))
  app.use(healthRoutes(ready))
  app.use(metricsRoute(metrics, admit(access)))
  // This comes before the pages, because their route at the same path would answer preflights.
  app.use('/graphql', crossOrigin(allowedOrigins), passOwnGets(allowedOrigins))
  if (options.exportFile) app.use('/export', limitTime(limits.requestTimeoutMs), exportRoute(access, options.exportFile))
  if (options.withGraph) {
    const before = [crossOrigin(allowedOrigins), limitTime(limits.requestTimeoutMs)]
    // With an allow-list this route is closed, because it writes what the allowed queries may not.
    app.use('/graph/import', ...before, allowedQueries ? refuseRest : graphImportRoute(access, limits, options.withGraph))
  }
  app.use(explorerRoutes())
  const contextOf = (response: Response): RequestContext => {
    const caller = callerOf(response)
    const requestId = requestIdOf(response)
    return { ...options.contextOf(signalOf(response), requestId), requestId, caller, author: authorOf(caller) }
  }
  app.use(
    '/graphql',
    limitTime(limits.requestTimeoutMs),
    admit(access),
    express.json({ limit: limits.bodyBytes }),
    refuseNested,
    ...(allowedQueries ? [onlyAllowed(allowedQueries)] : []),
    expressMiddleware(apollo, {
      context: async ({ res }) => contextOf(res),
    }),
  )
  if (allowedQueries) {
    // With an allow-list REST is closed, because each route sends queries of its own.
    app.use('/api', crossOrigin(allowedOrigins), refuseRest)
  } else {
    const before = [crossOrigin(allowedOrigins), limitTime(limits.requestTimeoutMs), admit(access), express.json({ limit: limits.bodyBytes })]
    app.use('/api', ...before)
    app.use(restRoutes(apollo, contextOf))
  }
  app.use(refuseUnknownPath)
  app.use(refuseFailure(limits, logger))
}

async function listen(http: Server, { host, port }: HttpOptions): Promise<void> {
  http.listen(port, host)
  try {
    await once(http, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new UserError('BAD_INPUT', `Port ${port} on ${host} is in use. Choose another with PORT or --port.`)
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new UserError('BAD_INPUT', `This machine cannot listen on ${host}, port ${port} (${code}).`)
    }
    throw error
  }
}

const isAddress = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null

function urlOf(http: Server, host: string): string {
  const address = http.address()
  if (!isAddress(address)) throw new Error('the server has no port')
  // 0.0.0.0 and :: are only for listening; a browser cannot open them.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}
