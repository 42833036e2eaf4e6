import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { addressOf } from '../../../src/server/access/address.ts'

const from = (remoteAddress: string, forwarded?: string) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return addressOf({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)
}

it.each([
  ['203.0.113.9', undefined, '203.0.113.9'],
  ['::ffff:203.0.113.9', undefined, '203.0.113.9'],
  // One customer has a whole /64.
  ['2001:db8:0:1:aaaa::1', undefined, '2001:db8:0:1::/64'],
  ['2001:db8::1', undefined, '2001:db8:0:0::/64'],
  // Only a proxy on this machine is believed, and only its own word.
  ['127.0.0.1', '1.2.3.4, 198.51.100.7', '198.51.100.7'],
  ['203.0.113.9', '1.2.3.4', '203.0.113.9'],
])('%s with %s is counted as %s', (peer, forwarded, expected) => {
  expect(from(peer, forwarded)).toBe(expected)
})
