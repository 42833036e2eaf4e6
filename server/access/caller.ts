/** Who asks, and what they may. */
import type { IncomingHttpHeaders } from 'node:http'
import type { ApiKey, ApiScope } from '../../src/store/index.ts'

export interface Caller {
  /** The name under which its limits are counted. */
  id: string
  /** The key's name; null without a key. */
  keyName: string | null
  /** Whether only this machine can reach the server. */
  isLocal: boolean
  scopes: readonly ApiScope[]
}

export const callerWithKey = ({ name, scopes }: ApiKey): Caller => ({
  id: `key:${name}`,
  keyName: name,
  isLocal: false,
  scopes,
})

export const callerWithoutKey = (address: string, publicReads: boolean): Caller => ({
  id: `address:${address}`,
  keyName: null,
  isLocal: false,
  scopes: publicReads ? ['read'] : [],
})

/** On this machine's own loopback everyone may do everything, and nothing is counted. */
export const LOCAL_CALLER: Caller = { id: 'local', keyName: null, isLocal: true, scopes: ['admin'] }

/** The author of what the caller writes. */
export const authorOf = ({ keyName }: Caller): string => keyName ?? 'local'

const IMPLIED: Record<ApiScope, readonly ApiScope[]> = {
  read: ['read', 'compute', 'admin'],
  compute: ['compute', 'admin'],
  admin: ['admin'],
}

/** The scope `compute` includes `read`, and `admin` includes both. */
export const may = ({ scopes }: Caller, scope: ApiScope): boolean =>
  IMPLIED[scope].some((each) => scopes.includes(each))

/** From `x-api-key` or `Authorization: Bearer`. */
export function secretOf(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-api-key']
  if (typeof own === 'string') return own.trim()
  return /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1] ?? null
}
