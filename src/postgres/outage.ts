/** Tells a database that is away, or that a query asked too much of, from a query that is wrong. */
import { isUserError } from '../errors.ts'

/** Prisma: cannot reach, timed out, pool timed out, connection closed, too many connections. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'])

/** Node's socket errors, and Postgres' classes for connections (08), shutdown (57P) and exhausted resources (53). */
const DRIVER_CODE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|08\d{3}|57P0[1-3]|53\d{3})$/

/** What pg says, without a code, of a connection that broke under a query, or had broken before it. */
const BROKEN_CONNECTION = /^(Connection terminated|Client has encountered a connection error)/

/** The driver adapter's names for the same. */
const ADAPTER_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

export function isDatabaseOutage(error: unknown): boolean {
  if (isUserError(error)) return error.code === 'DATABASE_UNAVAILABLE'
  if (typeof error !== 'object' || error === null) return false
  if ('code' in error && typeof error.code === 'string') {
    // A socket file that is not there, unlike any other file.
    const noSocket = error.code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'
    return noSocket || PRISMA_CODES.has(error.code) || DRIVER_CODE.test(error.code)
  }
  if (error instanceof Error && BROKEN_CONNECTION.test(error.message)) return true
  return 'kind' in error && typeof error.kind === 'string' && ADAPTER_KINDS.has(error.kind)
}

/** The driver adapter's names for what a column cannot hold; others keep their SQLSTATE, class 22. */
const REJECTED_KINDS = new Set(['ValueOutOfRange', 'InvalidInputValue'])

/** A value of the statement that its column cannot hold: out of range, of another form, with a NUL character. */
export function isRejectedValue(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('kind' in error && typeof error.kind === 'string' && REJECTED_KINDS.has(error.kind)) return true
  return ['code', 'originalCode'].some((name) => /^22[0-9A-Z]{3}$/.test(String(Reflect.get(error, name))))
}

/** Postgres' code for a statement that ran into its time limit. */
const QUERY_CANCELED = '57014'

export const isStatementTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === QUERY_CANCELED
