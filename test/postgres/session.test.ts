/** Addresses of databases as connections are opened with them. */
import { expect, test } from 'vitest'
import { sessionUrl } from '../../src/postgres/session.ts'

const optionsOf = (url: string) => new URL(url).searchParams.get('options')

test('a server on another machine is told to look after silent sessions', () => {
  expect(optionsOf(sessionUrl('postgresql://me:secret@db.example:5432/tributary'))).toBe(
    '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000')
})

test('one on this machine is not: there is no network that could break', () => {
  const urls = ['postgresql://me@localhost/t', 'postgresql://me@127.0.0.1:5433/t', 'postgresql://me@[::1]/t', 'postgresql://me@db/t?host=/run/postgresql']
  for (const url of urls) expect(sessionUrl(url)).toBe(url)
  expect(optionsOf(sessionUrl('postgresql://me@localhost/t', { synchronous_commit: 'off' }))).toBe('-c synchronous_commit=off')
})

test('what the address itself sets comes last and is in force', () => {
  const url = `postgresql://me@db.example/t?sslmode=require&options=${encodeURIComponent('-c tcp_user_timeout=1000')}`
  const made = sessionUrl(url, { synchronous_commit: 'off' })
  expect(optionsOf(made)).toMatch(/-c tcp_user_timeout=25000 -c synchronous_commit=off -c tcp_user_timeout=1000$/)
  expect(new URL(made).searchParams.get('sslmode')).toBe('require')
})

test('what is no address is left to whoever connects', () => {
  expect(sessionUrl('nonsense')).toBe('nonsense')
})
