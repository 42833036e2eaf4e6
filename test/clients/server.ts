/** A server with the small world of the GraphQL tests, for other programs to ask. */
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll } from 'vitest'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { schema } from '../../schema/index.ts'
import type { Ports } from '../../schema/ports.ts'
import { openToAll } from '../../server/access/access.ts'
import type { HttpOptions } from '../../server/http-options.ts'
import { type RunningHttp, startHttp } from '../../server/http.ts'
import { DEFAULT_LIMITS } from '../../server/limits.ts'
import { silentLogger } from '../../server/logger.ts'
import { openMetrics } from '../../server/metrics/metrics.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { noPorts } from '../graphql/harness.ts'
import { seed } from '../graphql/seed.ts'
import { noSource } from '../server/metrics/no-source.ts'

export function useServer(more: Partial<HttpOptions> & { ports?: Partial<Ports> } = {}): { readonly url: string } {
  let database: TestDatabase | undefined
  let prisma: PrismaClient | undefined
  let server: RunningHttp | undefined
  beforeAll(async () => {
    database = await testDatabase()
    const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url }) })
    prisma = client
    await seed(client)
    const { ports, ...options } = more
    server = await startHttp({
      schema,
      contextOf: (signal) => ({ ...noPorts, ...ports, database: client, signal }),
      ready: async () => ({ ready: true, reason: 'yes' }),
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      access: openToAll,
      allowedQueries: null,
      metrics: openMetrics(noSource, silentLogger),
      limits: DEFAULT_LIMITS,
      logger: silentLogger,
      ...options,
    })
  })
  afterAll(async () => {
    await server?.close()
    await prisma?.$disconnect()
    await database?.close()
  })
  return {
    get url() {
      if (!server) throw new Error('useServer: the url exists only inside tests and hooks')
      return `${server.url}/graphql`
    },
  }
}
