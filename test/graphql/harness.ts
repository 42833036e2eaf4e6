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

const noAnswers = {
  prepare: () => Promise.reject(new Error('nothing should have been prepared')),
  noteStored: () => {
    throw new Error('nothing should have been found')
  },
  request: () => Promise.reject(new Error('nothing should have been computed')),
}

/** Fails where a test did not expect to be asked. */
export const noPorts: Ports = {
  attributions: {
    ...noAnswers,
    tokenize: () => Promise.reject(new Error('nothing should have been tokenized')),
  },
  interventions: noAnswers,
  graphs: { ...noAnswers, importDocument: () => Promise.reject(new Error('no graph should have been imported')) },
  heads: {
    prepare: () => Promise.reject(new Error('no question about a head should have been prepared')),
    preparePattern: () => Promise.reject(new Error('no pattern should have been prepared')),
    ask: () => Promise.reject(new Error('no head should have been asked about')),
  },
  lookups: {
    tokens: () => Promise.reject(new Error('no text should have been read')),
    ask: () => Promise.reject(new Error('no feature should have been looked up by a worker')),
  },
  jobs: {
    find: () => Promise.reject(new Error('no job should have been looked up')),
    follow: () => {
      throw new Error('no job should have been followed')
    },
    cancel: () => Promise.reject(new Error('no job should have been cancelled')),
    list: () => Promise.reject(new Error('no jobs should have been listed')),
    count: () => Promise.reject(new Error('no jobs should have been counted')),
    queue: () => Promise.reject(new Error('the queue should not have been looked at')),
    workers: () => Promise.reject(new Error('the workers should not have been looked at')),
    holders: () => Promise.reject(new Error('no job should have been asked who has it')),
    waits: () => Promise.reject(new Error('no run should have been asked what it waits for')),
    failures: () => Promise.reject(new Error('no run should have been asked why it failed')),
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
      const contextValue = { ...noPorts, ...ports, database, author: 'ann', signal: new AbortController().signal }
      const { data, errors = [] } = await graphql({ schema, source, variableValues: variables, contextValue })
      return {
        data: JSON.parse(JSON.stringify(data ?? null)),
        errors: errors.map(({ message, originalError, extensions }) => ({ message, original: originalError, extensions })),
        sql: sql.map(normaliseSql),
      }
    },
  }
}
