import { expect, test } from 'vitest'
import { readOnlyQuery, type Rows } from '../../src/store/read-only.ts'
import { useStore } from './use-store.ts'

const store = useStore()
async function ask(sql: string, timeoutMs = 10_000): Promise<Rows[]> {
  const portions: Rows[] = []
  for await (const portion of readOnlyQuery(store, sql, { timeoutMs })) portions.push(portion)
  return portions
}

test('rows come as Postgres writes them, in portions however many', async () => {
  const [first] = await ask("SELECT 0.1::float8 AS a, NULL AS b, 'x' AS c, '{}'::jsonb AS d -- e")
  expect(first?.rows).toEqual([['0.1', null, 'x', '{}']])
  expect(first?.columns.map(({ isNumeric, isJson }) => [isNumeric, isJson])).toEqual([
    [true, false],
    [false, false],
    [false, false],
    [false, true],
  ])
  const portions = await ask('/* all */ SELECT * FROM generate_series(1, 2500);')
  expect(portions.map(({ rows }) => rows.length)).toEqual([1000, 1000, 500])
  expect((await ask('EXPLAIN SELECT 1'))[0]?.rows[0]?.[0]).toContain('Result')
})

test.each([
  ['DELETE FROM model', 'cannot execute DELETE in a read-only transaction'],
  ['WITH gone AS (DELETE FROM model RETURNING *) SELECT * FROM gone', 'must not contain data-modifying statements'],
  ['SELECT 1; DELETE FROM model', 'cannot insert multiple commands'],
  ['COMMIT; DELETE FROM model', 'cannot insert multiple commands'],
  ["SELECT nextval('run_id_seq')", 'cannot execute nextval() in a read-only transaction'],
  ['SELECT nonsense', 'column "nonsense" does not exist'],
])('%s is refused in words', async (sql, message) => {
  await expect(ask(sql)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) })
})

test('what takes too long is ended', async () => {
  await expect(ask('SELECT pg_sleep(20)', 50)).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('what a statement leaves behind reaches nobody else', async () => {
  await ask('SET statement_timeout = 1').catch(() => undefined)
  const settings = await Promise.all(Array.from({ length: 4 }, () => store.query('SHOW statement_timeout')))
  expect(settings.flat()).toEqual(Array.from({ length: 4 }, () => ({ statement_timeout: '0' })))
})
