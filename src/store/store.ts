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
  /** host:port/database, without secrets, for printing. */
  readonly address: string
  /** Runs one statement. The type of the rows is the caller's claim, so SQL and type should stand side by side. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  /** A connection from the pool, or DATABASE_UNAVAILABLE. The caller releases it. */
  connect(): Promise<pg.PoolClient>
  /** A separate connection as another role of the same database, or as ourselves if null. The caller ends it. */
  connectAs(user: string | null, password: string | null): Promise<pg.Client>
  close(): Promise<void>
}

export interface StoreOptions {
  /** The most connections at once; default 10. */
  connections?: number
}

const CONNECT_TIMEOUT_MS = 10_000

/** Connects on first use. The database must already be migrated (`openDatabase`). */
export function openStore(url: string, { connections = 10 }: StoreOptions = {}): Store {
  const address = describeAddress(url)
  const pool = new pg.Pool({
    connectionString: sessionUrl(url), max: connections, connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true, keepAliveInitialDelayMillis: 1000 * KEEPALIVE_SECONDS,
  })
  // A broken connection is replaced at its next use. Without a listener its error would end the process: the pool only
  // listens to idle connections, and nobody listens between two statements of a transaction.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() })
  // `minimal`: the other formats search a stack trace for the caller at every call, even successful ones.
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

/** Of two transactions that wait for each other, Postgres ends one, and the other gets through. */
const DEADLOCK = '40P01'
/**
 * For transactions that set `lock_timeout`: they start again rather than wait until another transaction is ended for them.
 */
const LOCK_TIMEOUT = '55P03'
const ATTEMPTS = 8
/** The longest pause before the next attempt, times the attempts so far. It is random, so two that met do not meet again. */
const PAUSE_MS = 50

/**
 * Runs all of `action` or nothing. `action` is started again after a deadlock, or if it waited for a lock for longer than
 * its own `lock_timeout`. So it must keep nothing from an earlier attempt.
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
    // A connection that cannot even roll back is discarded.
    client.release(broken !== undefined)
  }
}
