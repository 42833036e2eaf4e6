/** Distinguishes errors of an unreachable or overloaded database from errors of a wrong query. */
import { isUserError } from '../errors.ts'

/** Prisma: cannot reach, timed out, pool timed out, connection closed, too many connections. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'])

/** Node's socket errors, and Postgres' classes for connections (08), shutdown (57P) and exhausted resources (53). */
const DRIVER_CODE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|08\d{3}|57P0[1-3]|53\d{3})$/

/** pg's messages, which have no code, for a connection that broke during a query or before it. */
const BROKEN_CONNECTION = /^(Connection terminated|Client has encountered a connection error)/

/** The driver adapter's names for these errors. */
const ADAPTER_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

export function isDatabaseOutage(error: unknown): boolean {
  if (isUserError(error)) return error.code === 'DATABASE_UNAVAILABLE'
  if (typeof error !== 'object' || error === null) return false
  if ('code' in error && typeof error.code === 'string') {
    // A missing socket file, unlike any other missing file.
    const noSocket = error.code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'
    return noSocket || PRISMA_CODES.has(error.code) || DRIVER_CODE.test(error.code)
  }
  if ('message' in error && typeof error.message === 'string' && BROKEN_CONNECTION.test(error.message)) return true
  return 'kind' in error && typeof error.kind === 'string' && ADAPTER_KINDS.has(error.kind)
}

/** The driver adapter's names for values that a column cannot hold; other such errors keep their SQLSTATE, class 22. */
const REJECTED_KINDS = new Set(['ValueOutOfRange', 'InvalidInputValue'])

/**
 * Whether a value of the statement does not fit its column: out of range, of another form, or with a NUL character.
 */
export function isRejectedValue(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('kind' in error && typeof error.kind === 'string' && REJECTED_KINDS.has(error.kind)) return true
  return ['code', 'originalCode'].some((name) => /^22[0-9A-Z]{3}$/.test(String(Reflect.get(error, name))))
}

/** Postgres' code for a statement that exceeded its time limit. */
const QUERY_CANCELED = '57014'

export const isStatementTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === QUERY_CANCELED
