/**
 * Connects to a server, or fails with one sentence that says which server could not be reached and why, without the
 * password.
 */
import pg from 'pg'
import { UserError } from '../errors.ts'
import { sessionUrl } from './session.ts'

const CONNECT_TIMEOUT_MS = 10_000

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: sessionUrl(checkUrl(url)), connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  // Without a listener, the process would end if the server goes away while the client is idle.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => undefined)
    throw unreachable(url, cause)
  }
}

export function unreachable(url: string, cause: unknown): UserError {
  return new UserError(
    'DATABASE_UNAVAILABLE',
    `The database at ${describeAddress(url)} cannot be reached (${reason(cause)}); start it, or correct DATABASE_URL.`,
    { cause },
  )
}

/** host:port/database */
export function describeAddress(url: string): string {
  const { hostname, port, pathname } = new URL(checkUrl(url))
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`
}

/** Node's own message would repeat the address that it cannot parse, including the password. */
function checkUrl(url: string): string {
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url
  throw new UserError(
    'DATABASE_UNAVAILABLE',
    'DATABASE_URL is not an address of a PostgreSQL server; expected postgresql://user:password@host:5432/database.',
  )
}

/** For a host with several addresses, the error has one error per address and an empty message. */
function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0])
  return cause instanceof Error && cause.message ? cause.message : String(cause)
}
