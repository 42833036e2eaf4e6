/** The GraphQL server with the settings of the command line. */
import type { Config } from '../../src/config.ts'
import { createServer, type RunningServer } from '../../src/server.ts'
import { engineIdOf } from '../engine.ts'
import { openLog } from '../log.ts'

export async function openServer(config: Config, databaseUrl: string): Promise<RunningServer> {
  return createServer({
    databaseUrl,
    host: config.host,
    port: config.port,
    engine: await engineIdOf(config),
    logger: openLog('server', config.logLevel),
  })
}
