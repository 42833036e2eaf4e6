import { expect, test } from 'vitest'
import { inTransaction } from '../../src/store/store.ts'
import { useStore } from './use-store.ts'

const store = useStore()
const names = async () => {
  const rows = await store.query<{ slug: string }>('SELECT slug FROM dataset ORDER BY slug')
  return rows.map(({ slug }) => slug)
}
const insert = (slug: string, digit: string): [string, string[]] => [
  `INSERT INTO dataset (slug, title, format, content_hash, prompt_count) VALUES ($1, '', '', $2, 0)`,
  [slug, digit.repeat(64)],
]

test('two transactions that wait for each other both get through', async () => {
  await store.query(...insert('a', 'a'))
  await store.query(...insert('b', 'b'))
  let attempts = 0
  let arrived = 0
  let bothHold = () => {}
  const both = new Promise<void>((resolve) => (bothHold = resolve))
  const cross = (first: string, second: string) =>
    inTransaction(store, async (client) => {
      attempts++
      await client.query('UPDATE dataset SET title = title || $2 WHERE slug = $1', [first, first])
      if (++arrived === 2) bothHold()
      await both
      await client.query('UPDATE dataset SET title = title || $2 WHERE slug = $1', [second, first])
    })
  await Promise.all([cross('a', 'b'), cross('b', 'a')])
  expect(attempts).toBe(3)
  const rows = await store.query<{ title: string }>('SELECT title FROM dataset ORDER BY slug')
  expect(rows.map(({ title }) => [...title].sort().join(''))).toEqual(['ab', 'ab'])
})

test('another error is not tried again, and leaves nothing', async () => {
  let attempts = 0
  await expect(
    inTransaction(store, async (client) => {
      attempts++
      await client.query(...insert('c', 'c'))
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(attempts).toBe(1)
  expect(await names()).toEqual(['a', 'b'])
})

test('a connection that is ended between two statements fails its transaction, and nothing else', async () => {
  await expect(
    inTransaction(store, async (client) => {
      await client.query(...insert('d', 'd'))
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const ended = new Promise((resolve) => client.once('end', resolve))
      await store.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
      await ended
      await client.query('SELECT 1')
    }),
  ).rejects.toThrow(/not queryable/)
  expect(await names()).toEqual(['a', 'b'])
})
