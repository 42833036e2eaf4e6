/** Runs operations against the schema on a seeded database of their own, and remembers the SQL that they issue. */
import { PrismaPg } from '@prisma/adapter-pg'
import { graphql } from 'graphql'
import { afterAll, beforeAll } from 'vitest'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { schema } from '../../schema/index.ts'
import type { Ports } from '../../schema/ports.ts'
import { testDatabase } from '../database.ts'
import { seed } from './seed.ts'
import { normaliseSql } from './sql.ts'

interface Answer {
  // What a query asks for is known where it is written; every test compares the whole of it.
  data: unknown
  /** Messages with their codes, as the server would format them. */
  errors: readonly { message: string; original: unknown; extensions: Record<string, unknown> }[]
  sql: string[]
}

interface Harness {
  readonly database: PrismaClient
  readonly url: string
  readonly modelId: number
  readonly resultIds: bigint[]
  run(source: string, options?: RunOptions): Promise<Answer>
}

interface RunOptions {
  variables?: Record<string, unknown>
  ports?: Partial<Ports>
  /** `fresh`, unless told: as a server that has only just started. */
  database?: 'fresh' | 'kept'
}

/** Fails where a test did not expect to be asked. */
export const noPorts: Ports = {
  attributions: {
    resolve: () => Promise.reject(new Error('nothing should have been resolved')),
    keyOf: () => Promise.reject(new Error('nothing should have been looked up')),
    noteStored: () => {
      throw new Error('nothing should have been found')
    },
    request: () => Promise.reject(new Error('nothing should have been computed')),
  },
  jobs: {
    find: () => Promise.reject(new Error('no job should have been looked up')),
    follow: () => {
      throw new Error('no job should have been followed')
    },
    cancel: () => Promise.reject(new Error('no job should have been cancelled')),
  },
}

export function useGraphql(): Harness {
  let state: { url: string; database: PrismaClient; close(): Promise<void>; modelId: number; resultIds: bigint[] } | undefined
  const sql: string[] = []

  beforeAll(async () => {
    const { url, close } = await testDatabase()
    const database = new PrismaClient({
      adapter: new PrismaPg({ connectionString: url }),
      log: [{ emit: 'event', level: 'query' }],
    })
    database.$on('query', ({ query }) => sql.push(query))
    state = { url, database, close, ...(await seed(database)) }
  })
  afterAll(async () => {
    await state?.database.$disconnect()
    await state?.close()
  })

  const ready = () => {
    if (!state) throw new Error('useGraphql: the database exists only inside tests')
    return state
  }
  return {
    get database() {
      return ready().database
    },
    get url() {
      return ready().url
    },
    get modelId() {
      return ready().modelId
    },
    get resultIds() {
      return ready().resultIds
    },
    async run(source, { variables = {}, ports = {}, database: which = 'fresh' } = {}) {
      sql.length = 0
      // Another object each time: what is kept between the requests of one database would be missing from the SQL.
      const database = which === 'fresh' ? new Proxy(ready().database, {}) : ready().database
      const contextValue = { ...noPorts, ...ports, database, signal: new AbortController().signal }
      const { data, errors = [] } = await graphql({ schema, source, variableValues: variables, contextValue })
      return {
        data: JSON.parse(JSON.stringify(data ?? null)),
        errors: errors.map(({ message, originalError, extensions }) => ({ message, original: originalError, extensions })),
        sql: sql.map(normaliseSql),
      }
    },
  }
}
