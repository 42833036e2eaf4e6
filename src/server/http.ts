/** The HTTP side of the server: Apollo behind limits, checks, health routes and the page at `/`. */
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
import express, { type Express } from 'express'
import type { GraphQLSchema } from 'graphql'
import type { Context } from '../../schema/context.ts'
import { UserError } from '../errors.ts'
import type { Access } from './access/access.ts'
import { admit, callerOf } from './access/admit.ts'
import { type AllowedQueries, allowedStore, onlyAllowed } from './allowedQueries.ts'
import { crossOrigin } from './cors.ts'
import { formatError } from './formatError.ts'
import { healthRoutes, type Readiness } from './health.ts'
import { checkHost } from './hostCheck.ts'
import type { ServerLimits } from './limits.ts'
import type { ServerLogger } from './logger.ts'
import type { Metrics } from './metrics/metrics.ts'
import { requestMetrics } from './metrics/requestMetrics.ts'
import { metricsRoute } from './metrics/route.ts'
import { type Called, operationChecks } from './operationChecks.ts'
import { pageRoutes } from './page.ts'
import { refuseFailure, refuseUnknownPath } from './refuse.ts'
import { assignRequestId, requestIdOf } from './requestId.ts'
import { type Identified, requestLog } from './requestLog.ts'
import { serveSubscriptions } from './subscriptions/subscriptions.ts'
import { limitTime, signalOf } from './timeLimit.ts'

export interface HttpOptions {
  schema: GraphQLSchema
  /** A new context for each request: its data loaders must not outlive it. */
  contextOf: (signal: AbortSignal, requestId: string) => Context
  ready: () => Promise<Readiness>
  host: string
  /** 0 takes any free one. */
  port: number
  /** Names in lower case that a proxy in front of a server on loopback passes on. */
  allowedHosts: readonly string[]
  /** Pages of these origins (`https://example.org`) may ask from a browser. */
  allowedOrigins: readonly string[]
  access: Access
  /** null: any query that fits the schema. */
  allowedQueries: AllowedQueries | null
  metrics: Metrics
  limits: ServerLimits
  logger: ServerLogger
}

export interface RunningHttp {
  url: string
  /** Finishes the requests under way, then ends. */
  close(): Promise<void>
}

export async function startHttp(options: HttpOptions): Promise<RunningHttp> {
  const app = express()
  const http = createHttpServer({ requestTimeout: options.limits.receiveTimeoutMs }, app)
  const apollo = createApollo(http, options)
  await apollo.start()
  addRoutes(app, apollo, options)
  const subscriptions = serveSubscriptions(http, options)
  await listen(http, options)
  const url = urlOf(http, options.host)
  options.logger.info({ url }, 'server listens')
  const close = async () => {
    // First, since the server waits for all connections to end.
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
      // Nothing is reported to anyone, whatever the environment says, and the page at `/` is our own.
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
    // The process decides about its signals, and about what its environment means.
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
  // Answers to queries are not kept by anyone: a hash of each would be for nothing.
  app.disable('etag')
  app.use(assignRequestId)
  app.use(checkHost(host, allowedHosts))
  app.use(healthRoutes(ready))
  app.use(metricsRoute(metrics, admit(access)))
  // Before the page, whose route at the same path would answer preflights.
  app.use('/graphql', crossOrigin(allowedOrigins))
  app.use(pageRoutes(access))
  app.use(
    '/graphql',
    limitTime(limits.requestTimeoutMs),
    admit(access),
    express.json({ limit: limits.bodyBytes }),
    ...(allowedQueries ? [onlyAllowed(allowedQueries)] : []),
    expressMiddleware(apollo, {
      context: async ({ res }) => {
        const requestId = requestIdOf(res)
        return { ...options.contextOf(signalOf(res), requestId), requestId, caller: callerOf(res) }
      },
    }),
  )
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
  // 0.0.0.0 and :: are for listening; nobody can open them.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}
