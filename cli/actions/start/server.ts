/** The GraphQL server with the settings of the command line. */
import type { Config } from '../../../src/config.ts'
import { createServer, type RunningServer } from '../../../server/create-server.ts'
import { engineIdOf } from '../../engine.ts'
import { openLog } from '../../log.ts'

/** Without those that nobody set. */
const given = <K extends string>(values: Record<K, number | null>): Partial<Record<K, number>> => {
  const kept: Partial<Record<K, number>> = {}
  for (const name in values) if (values[name] !== null) kept[name] = values[name]
  return kept
}

export async function openServer(config: Config, databaseUrl: string): Promise<RunningServer> {
  return createServer({
    databaseUrl,
    host: config.host,
    port: config.port,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    requireKeys: config.requireKeys,
    publicReads: config.publicReads,
    allowedQueries: config.allowedQueries,
    limits: given({
      requestsPerMinute: config.requestsPerMinute,
      costPerMinute: config.costPerMinute,
      concurrentRequests: config.concurrentRequests,
    }),
    engine: await engineIdOf(config),
    logger: openLog('server', config.logLevel),
  })
}
