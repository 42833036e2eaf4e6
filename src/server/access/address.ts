/** Whom a request without a key is counted for. */
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { isLoopback } from '../hostCheck.ts'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The peer's address, or what a proxy on this machine says of whom it speaks for: its own word is the last one, all
 * before it may be the client's invention.
 */
export function addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
  const peer = plain(socket.remoteAddress ?? 'unknown')
  const forwarded = headers['x-forwarded-for']
  if (forwarded === undefined || !isLoopback(peer)) return network(peer)
  const last = String(forwarded).split(',').at(-1)?.trim()
  return network(plain(last || peer))
}

const plain = (address: string) => MAPPED.exec(address)?.[1] ?? address

/** One customer of a provider has a whole /64 of IPv6. */
function network(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const zeros = Array.from({ length: missing }, () => '0')
  const groups = [...before, ...zeros, ...after].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
  return `${groups.join(':')}::/64`
}
