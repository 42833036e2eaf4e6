/** What resolvers have at hand during one request. They compute and use the queue only through ports. */
import type { PrismaClient } from '../prisma/generated/client/client.ts'
import type { Ports } from './ports.ts'

export interface Context extends Ports {
  database: PrismaClient
  /**
   * The author of what is written: the name of the API key, or `local` on a server that only its own machine reaches.
   */
  author: string
  /** Aborted when the client has gone or the request has run out of time. */
  signal: AbortSignal
}
