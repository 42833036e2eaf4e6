/**
 * The database as programs use it: Prisma for metadata and queries, and plain connections for COPY and transactions,
 * both from one pool.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../../prisma/generated/client/client.ts'
import { connect as connectTo, describeAddress, unreachable } from '../postgres/connect.ts'
import { KEEPALIVE_SECONDS, sessionUrl } from '../postgres/session.ts'
import { statementNames } from './statement-names.ts'

export interface Store {
  readonly prisma: PrismaClient
  /** host:port/database, fit to print. */
  readonly address: string
  /** One statement. The rows are what the caller says they are: SQL and type stand side by side. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  /** A connection, or DATABASE_UNAVAILABLE. The caller releases it. */
  connect(): Promise<pg.PoolClient>
  /** A connection of its own, as another role of the same database; with null as ourselves. The caller ends it. */
  connectAs(user: string | null, password: string | null): Promise<pg.Client>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Most connections at once; default 10. */
  connections?: number
}

const CONNECT_TIMEOUT_MS = 10_000

/** Connects on first use. The database is migrated already (`openDatabase`). */
export function openStore(url: string, { connections = 10 }: StoreOptions = {}): Store {
  const address = describeAddress(url)
  const pool = new pg.Pool({
    connectionString: sessionUrl(url), max: connections, connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true, keepAliveInitialDelayMillis: 1000 * KEEPALIVE_SECONDS,
  })
  // A connection that breaks is replaced at the next use. Without a listener its end would be that of the process: the
  // pool has one for idle connections, and nobody listens between two statements of a transaction.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() })
  // `minimal`: the other formats look for the caller in a stack trace at every call, also of those that succeed.
  const prisma = new PrismaClient({ adapter, errorFormat: 'minimal' })
  const connect = async () => {
    try {
      return await pool.connect()
    } catch (error) {
      throw unreachable(url, error)
    }
  }
  const query = async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => {
    const client = await connect()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      client.release()
    }
  }
  const connectAs = (user: string | null, password: string | null) => {
    const address = new URL(url)
    if (user !== null) address.username = user
    if (password !== null) address.password = password
    return connectTo(address.href)
  }
  const close = async () => {
    await prisma.$disconnect()
    await pool.end()
  }
  return { prisma, address, query, connect, connectAs, close }
}

/** Postgres ends one of two transactions that wait for each other; the other then gets through. */
const DEADLOCK = '40P01'
/** Where a transaction sets `lock_timeout`: it rather begins anew than that it waits until another is ended for it. */
const LOCK_TIMEOUT = '55P03'
const ATTEMPTS = 8
/** The pause before the next attempt, at most so long times the attempts so far: two that met do not meet again. */
const PAUSE_MS = 50

/**
 * All of `action` or nothing of it. After a deadlock, or where it waited for a lock for longer than it had set itself, it is
 * begun anew, so it must not keep what it did before.
 */
export async function inTransaction<T>(store: Store, action: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTransaction(store, action)
    } catch (error) {
      const isInTheWay = error instanceof pg.DatabaseError && (error.code === DEADLOCK || error.code === LOCK_TIMEOUT)
      if (!isInTheWay || attempt === ATTEMPTS) throw error
      await sleep(Math.random() * PAUSE_MS * attempt)
    }
  }
}

async function attemptTransaction<T>(store: Store, action: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await store.connect()
  let broken: unknown
  try {
    await client.query('BEGIN')
    const value = await action(client)
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch((reason: unknown) => (broken = reason))
    throw error
  } finally {
    // A connection that cannot even roll back is thrown away.
    client.release(broken !== undefined)
  }
}
