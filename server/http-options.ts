/** What the HTTP side of the server and its subscriptions are made of. */
import type { GraphQLSchema } from 'graphql'
import type { Context } from '../schema/context.ts'
import type { OneFile } from '../src/export/export.ts'
import type { ExportRequest } from '../src/export/request.ts'
import type { Access } from './access/access.ts'
import type { AllowedQueries } from './allowed-queries.ts'
import type { WithGraph } from './graph-import/host.ts'
import type { Readiness } from './health.ts'
import type { ServerLimits } from './limits.ts'
import type { ServerLogger } from './logger.ts'
import type { Metrics } from './metrics/metrics.ts'

export interface HttpOptions {
  schema: GraphQLSchema
  /** A new context for each request: its data loaders must not outlive it. */
  contextOf: (signal: AbortSignal, requestId: string) => Omit<Context, 'author'>
  ready: () => Promise<Readiness>
  /** Makes an export file; without this function there is no route /export. */
  exportFile?: (request: ExportRequest, options: OneFile) => Promise<string>
  /** Reads and checks a graph's file, ready to be stored; without this function there is no route /graph/import. */
  withGraph?: WithGraph
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
