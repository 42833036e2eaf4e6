import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { addressOf } from '../../../server/access/address.ts'

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
  // However it writes them.
  ['127.0.0.1', '198.51.100.7:50123', '198.51.100.7'],
  ['127.0.0.1', '1.1.1.1, 198.51.100.7:1', '198.51.100.7'],
  ['::1', '[2001:db8::1]:443', '2001:db8:0:0::/64'],
  ['::1', '[2001:DB8::1]', '2001:db8:0:0::/64'],
  ['::ffff:127.0.0.1', '"[2001:db8:0:0:0:0:0:2]:443"', '2001:db8:0:0::/64'],
  ['127.0.0.1', '::ffff:c633:6407', '198.51.100.7'],
  ['127.0.0.1', '[::ffff:198.51.100.7]:80', '198.51.100.7'],
  ['127.0.0.1', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  // What is no address counts for the proxy.
  ['127.0.0.1', 'unknown', '127.0.0.1'],
  ['127.0.0.1', '_hidden7', '127.0.0.1'],
  ['127.0.0.1', '1.2.3.4, ', '127.0.0.1'],
  ['127.0.0.1', '1.2.3.4.5', '127.0.0.1'],
  ['127.0.0.1', '010.1.1.1', '127.0.0.1'],
  ['127.0.0.1', '[nonsense]:80', '127.0.0.1'],
])('%s with %s is counted as %s', (peer, forwarded, expected) => {
  expect(from(peer, forwarded)).toBe(expected)
})
