/**
 * Keeps what outlives a request separately for each database, since ids of two databases have nothing to do with each
 * other.
 */
import type { PrismaClient } from '../../prisma/generated/client/client.ts'
import type { Context } from '../context.ts'

/** One of `make()` for each database, for as long as its client is in use. */
export function perDatabase<T extends object>(make: () => T): (context: Context) => T {
  const made = new WeakMap<PrismaClient, T>()
  return ({ database }) => {
    const known = made.get(database) ?? make()
    made.set(database, known)
    return known
  }
}
