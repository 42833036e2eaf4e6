import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { main } from '../../cli/main.ts'
import { endOverlong, openStore } from '../../src/store/index.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()
// Roles belong to the whole server, which other tests share.
const role = `analyst_${randomUUID().slice(0, 8)}`

async function run(...argv: string[]) {
  const context = recordedContext({ environment: { DATABASE_URL: database.url } })
  return { status: await main(argv, context), printed: context.printed, said: context.said }
}
afterAll(() => run('sql-role', 'drop', role))

const TWO = `SELECT * FROM (VALUES (1, 'a"b', true), (NULL, E'c\\nd', false)) AS t (number, text, yes)`

it('prints a table, CSV or JSON', async () => {
  expect((await run('sql', TWO)).printed).toBe('number  text  yes\n1       a"b   t\n        c⏎d   f\n')
  expect((await run('sql', '--csv', TWO)).printed).toBe('number,text,yes\n1,"a""b",t\n,"c\nd",f\n')
  expect(JSON.parse((await run('sql', '--json', TWO)).printed)).toEqual([
    { number: 1, text: 'a"b', yes: true },
    { number: null, text: 'c\nd', yes: false },
  ])
  expect((await run('sql', '--json', 'SELECT 1 WHERE false')).printed).toBe('[]\n')
  expect((await run('sql', '--json', "SELECT 9007199254740993 AS n, 'NaN'::float8 AS x")).printed).toBe('[{"n":"9007199254740993","x":"NaN"}]\n')
})

it('keeps columns of one name, and every digit', async () => {
  const twice = 'SELECT 1 AS id, 2 AS id, 3 AS id_2'
  const { printed, said } = await run('sql', '--json', twice)
  expect(printed).toBe('[{"id":1,"id_3":2,"id_2":3}]\n')
  expect(said).toContain('Two columns are called id')
  expect((await run('sql', '--csv', twice)).printed).toBe('id,id,id_2\n1,2,3\n')
  const large = "SELECT 9007199254740993::bigint AS a, 0.12345678901234567890 AS b, '[9007199254740993]'::jsonb AS c, 1e300::float8 AS d"
  expect((await run('sql', '--json', large)).printed).toBe(
    '[{"a":"9007199254740993","b":0.12345678901234567890,"c":[9007199254740993],"d":1e+300}]\n',
  )
  expect((await run('sql', 'SELECT 9007199254740993::bigint AS wide, 10 AS n')).printed).toBe(
    '            wide   n\n9007199254740993  10\n',
  )
})

it('cuts a table that nobody reads, and says so', async () => {
  const long = 'SELECT * FROM generate_series(1, 1500)'
  const { printed, said } = await run('sql', long)
  expect(printed.trimEnd().split('\n')).toHaveLength(1001)
  expect(said).toContain('more than these 1000 rows')
  expect((await run('sql', '--csv', long)).printed.trimEnd().split('\n')).toHaveLength(1501)
})

it('tells in one sentence what is wrong', async () => {
  expect(await run('sql', 'SELEC 1')).toMatchObject({ status: 2, said: expect.stringContaining('PostgreSQL refuses the statement') })
  expect(await run('sql', '--json', '--csv', 'SELECT 1')).toMatchObject({ status: 2 })
})

it('ends what an analyst lets run beyond the timeout of the role', async () => {
  const name = `${role}_long`
  const { printed } = await run('sql-role', 'create', name, '--timeout', '1')
  const store = openStore(database.url, { connections: 1 })
  const client = new pg.Client({ connectionString: printed.trim() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('SET statement_timeout = 0')
    const sleeping = client.query('SELECT pg_sleep(60)').then(() => 'slept', () => 'ended')
    await expect.poll(() => endOverlong(store), { interval: 200 }).toBe(1)
    expect(await sleeping).toBe('ended')
  } finally {
    await client.end().catch(() => undefined)
    await store.close()
    await run('sql-role', 'drop', name)
  }
})

it('makes a role that reads everything but the keys, and can write nothing', async () => {
  const { printed, said, status } = await run('sql-role', 'create', role, '--timeout', '7')
  expect(status).toBe(0)
  const client = new pg.Client({ connectionString: printed.trim() })
  await client.connect()
  try {
    expect((await client.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '7s' }])
    for (const name of ['model', 'contribution', 'result_readable', 'attribution_readable', 'head_scores', 'run_progress']) {
      await client.query(`SELECT * FROM ${name} LIMIT 1`)
    }
    for (const name of ['api_key', 'model_location', '_prisma_migrations', 'pgboss.job']) {
      await expect(client.query(`SELECT * FROM ${name}`)).rejects.toThrow(/permission denied|does not exist/)
    }
    // Settings can be changed by whoever they hold for; rights cannot.
    await client.query('SET default_transaction_read_only = off')
    const refused = [
      'DELETE FROM model',
      'CREATE TABLE own (a int)',
      "UPDATE dataset SET title = ''",
      'CREATE TEMP TABLE own (a int)',
      'SELECT lo_create(0)',
      'SELECT pg_advisory_lock(1)',
      "SELECT pg_notify('a', 'b')",
      'DO $$ BEGIN NULL; END $$',
      "COPY (SELECT 1) TO PROGRAM 'true'",
      'SET ROLE tributary',
      'SET temp_file_limit = -1',
      'ALTER ROLE tributary PASSWORD NULL',
      'CREATE EXTENSION btree_gin',
    ]
    for (const sql of refused) await expect(client.query(sql), sql).rejects.toThrow(/permission denied|must be superuser/)
    const elsewhere = new URL(printed.trim())
    elsewhere.pathname = '/postgres'
    // Other databases are closed on the server that is ours alone; of another's it is said that they are not.
    if (!said.includes('connections to other databases (')) {
      await expect(new pg.Client({ connectionString: elsewhere.href }).connect()).rejects.toThrow(/permission denied for database/)
    }
    expect(said).not.toMatch(/temporary tables|advisory locks|PL\/pgSQL/)
  } finally {
    await client.end()
  }
  expect(await run('sql-role', 'create', role)).toMatchObject({ status: 2, said: expect.stringContaining('already') })
  expect(await run('sql-role', 'create', 'Robert"; DROP')).toMatchObject({ status: 2 })
  expect(await run('sql-role', 'drop', 'tributary')).toMatchObject({ status: 2, said: expect.stringContaining('may do more than read') })
  expect(await run('sql-role', 'drop', role)).toMatchObject({ status: 0 })
})
