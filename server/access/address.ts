/** Whom a request without a key is counted for. */
import type { IncomingMessage } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { isLoopback } from '../host-check.ts'

/**
 * The peer's address. If the peer is a proxy on this machine, the address that the proxy gives for its client. The
 * proxy writes the last entry of the header; a client may have invented all entries before it. If the last entry is no
 * address, the request counts for the proxy: otherwise a client that can change the entry would be a new caller with
 * every request.
 */
export function addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
  const peer = socket.remoteAddress ?? 'unknown'
  const forwarded = headers['x-forwarded-for']
  if (forwarded === undefined || !isLoopback(plain(peer))) return network(peer)
  const last = String(forwarded).split(',').at(-1) ?? ''
  return network(withoutPort(last) ?? peer)
}

const WITH_BRACKETS = /^\[([^\]]*)\](?::\d+)?$/
const IPV4_WITH_PORT = /^([^:]+):\d+$/

/** `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`, in quotation marks or not; else null. */
function withoutPort(entry: string): string | null {
  const text = entry.trim().replace(/^"(.*)"$/, '$1').trim()
  const address = (WITH_BRACKETS.exec(text) ?? IPV4_WITH_PORT.exec(text))?.[1] ?? text
  // A zone names an interface of the machine that wrote it.
  const bare = address.replace(/%.*$/, '')
  return isIP(bare) === 0 ? null : bare
}

const MAPPED = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/

/** Gives each address one spelling; an IPv4 address that IPv6 wraps is written as IPv4. */
function plain(address: string): string {
  if (!isIPv6(address)) return address
  const { hostname } = new URL(`http://[${address}]`)
  const [, high, low] = MAPPED.exec(hostname) ?? []
  if (high === undefined || low === undefined) return hostname.slice(1, -1)
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 0xff]).join('.')
}

/** The /64 of an IPv6 address, since one customer of a provider has a whole /64. */
function network(given: string): string {
  const address = plain(given.replace(/%.*$/, ''))
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const zeros = Array.from({ length: missing }, () => '0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
