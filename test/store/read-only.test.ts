import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOnlyQuery, type Rows } from '../../src/store/read-only.ts'
import { ensureReader } from '../../src/store/reader-role.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { useDatabase } from '../database.ts'
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
  ['COMMIT; DELETE FROM model', 'cannot execute COMMIT in a read-only transaction'],
  ["SELECT nextval('run_id_seq')", 'permission denied for sequence run_id_seq'],
  ['SELECT nonsense', 'column "nonsense" does not exist'],
])('%s is refused in words', async (sql, message) => {
  await expect(ask(sql)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(message) })
})

/** What the server's superuser may do, and whoever types a statement here may not. */
test.each([
  ["COPY (SELECT 1) TO PROGRAM 'touch /tmp/tributary-was-here'", 'cannot execute COPY'],
  ["COPY model TO '/tmp/tributary-was-here'", 'cannot execute COPY'],
  ["COPY model FROM PROGRAM 'echo 1'", 'cannot execute COPY'],
  ["SELECT pg_read_file('/etc/passwd')", 'permission denied'],
  ["SELECT pg_read_binary_file('postgresql.conf')", 'permission denied'],
  ["SELECT pg_ls_dir('.')", 'permission denied'],
  ['SELECT pg_reload_conf()', 'permission denied'],
  ['SELECT pg_rotate_logfile()', 'permission denied'],
  ['SELECT pg_switch_wal()', 'permission denied'],
  // Before PostgreSQL 16 it says who may instead.
  ["SELECT pg_create_physical_replication_slot('s')", /permission denied|must be superuser/],
  ["SELECT pg_create_logical_replication_slot('s', 'pgoutput')", /permission denied|must be superuser/],
  ['CREATE TEMP TABLE t (a int)', 'cannot execute CREATE'],
  ['SELECT * INTO TEMP t FROM model', 'INTO'],
  ['EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1', 'permission denied'],
  ['EXPLAIN ANALYZE DELETE FROM model', 'cannot execute DELETE'],
  ['SELECT lo_create(0)', 'permission denied'],
  ["SELECT lo_from_bytea(0, 'x')", 'permission denied'],
  ["SELECT lo_import('/etc/passwd')", 'permission denied'],
  ["NOTIFY channel, 'x'", 'cannot execute NOTIFY'],
  ["SELECT pg_notify('channel', 'x')", 'permission denied'],
  ['LISTEN channel', 'cannot execute LISTEN'],
  ['SELECT pg_advisory_lock(1)', 'permission denied'],
  ['SELECT pg_try_advisory_xact_lock_shared(1, 2)', 'permission denied'],
  ["SELECT pg_logical_emit_message(false, 'a', 'b')", 'permission denied'],
  ['SET statement_timeout = 0', 'cannot execute SET'],
  ['SET default_transaction_read_only = off', 'cannot execute SET'],
  ["SELECT set_config('transaction_read_only', 'off', true)", 'before any query'],
  ["SELECT set_config('role', 'tributary', false)", 'permission denied to set role'],
  ["SELECT set_config('session_authorization', 'tributary', false)", 'permission denied to set session authorization'],
  ['SET ROLE tributary', 'cannot execute SET'],
  ['RESET ROLE', 'cannot execute RESET'],
  ['SET SESSION AUTHORIZATION DEFAULT', 'cannot execute SET'],
  ["SELECT set_config('role', 'none', false), query_to_xml('SELECT pg_read_file(''PG_VERSION'')', true, true, '')", 'permission denied'],
  ["SELECT query_to_xml('DELETE FROM model', true, true, '')", 'DELETE is not allowed'],
  ["DO $$ BEGIN PERFORM pg_sleep(0); END $$", 'cannot execute DO'],
  ['CREATE EXTENSION dblink', 'cannot execute CREATE'],
  ["PREPARE TRANSACTION 'x'", 'cannot execute PREPARE'],
  ['PREPARE p AS SELECT 1', 'cannot execute PREPARE'],
  ['CALL nothing()', 'cannot execute CALL'],
  ['LOCK TABLE model', 'cannot execute LOCK'],
  ['VACUUM model', 'cannot execute VACUUM'],
  ['/* /* */ SET statement_timeout = 0 */ SET statement_timeout = 0', 'PostgreSQL refuses'],
  ['SELECT * FROM model FOR UPDATE', 'FOR UPDATE'],
  ['SELECT * FROM api_key', 'permission denied for table api_key'],
  ['SELECT * FROM model_location', 'permission denied for table model_location'],
  ['SELECT * FROM _prisma_migrations', 'permission denied'],
  ['SELECT rolpassword FROM pg_authid', 'permission denied'],
  ['SELECT * FROM pg_hba_file_rules', 'permission denied'],
  ["SELECT setval('run_id_seq', 1)", 'permission denied'],
  ["ALTER SYSTEM SET work_mem = '1GB'", 'cannot execute ALTER'],
])('nothing but reading: %s', async (sql, message: string | RegExp) => {
  const expected = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)
  await expect(ask(sql)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expected })
  expect(fs.existsSync('/tmp/tributary-was-here')).toBe(false)
})

test('every table and view is judged: open to readers, or closed', async () => {
  const rows = await store.query<{ name: string; open: boolean }>(
    `SELECT relname AS name, has_table_privilege('tributary_reader_' || d.oid, c.oid, 'SELECT') AS open
     FROM pg_class c, pg_database d
     WHERE d.datname = current_database() AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
       AND NOT relispartition ORDER BY relname`,
  )
  const named = (open: boolean) => rows.filter((row) => row.open === open).map(({ name }) => name)
  expect(named(false)).toEqual(['_prisma_migrations', 'api_key', 'feature_lookup', 'feature_set_location', 'head_answer', 'model_location', 'worker'])
  expect(named(true)).toEqual([
    'attribution_graph', 'attribution_readable', 'component_means', 'contribution', 'dataset', 'experiment',
    'experiment_item', 'experiment_means', 'experiment_progress', 'experiment_row', 'experiment_rows', 'feature',
    'feature_example', 'feature_example_readable', 'feature_explanation', 'feature_readable', 'feature_sequence',
    'feature_set', 'feature_shard', 'feature_source_scores', 'feature_statistics', 'feature_sweep',
    'feature_sweep_state', 'feature_vote', 'graph_edge', 'graph_edge_readable', 'graph_file', 'graph_node', 'group_scores',
    'head_scores', 'intervention', 'intervention_readable', 'model', 'model_alias', 'neuron_scores', 'position_means',
    'probe', 'probe_readable', 'prompt', 'prompt_sequence', 'prompt_token', 'result', 'result_readable', 'run',
    'run_item', 'run_progress', 'run_result', 'sequence', 'sequence_token', 'site_mean', 'token_scores', 'vector',
  ])
})

const LIFTS_ITS_TIMEOUT = `SELECT CASE WHEN n = 1 THEN set_config('statement_timeout', '0', false) ELSE pg_sleep(n / 1001 * 20)::text END
  FROM generate_series(1, 1001) n`

test('a statement that lifts its timeout for those that follow is ended all the same', async () => {
  await expect(ask(LIFTS_ITS_TIMEOUT, 300)).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('the role of a statement is gone with it, also when it failed', async () => {
  await ask('SELECT 1')
  await ask('SELECT nonsense').catch(() => undefined)
  const mine = `tributary_sql_${process.pid}_%`
  expect(await store.query('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [mine])).toEqual([])
})

test('what a killed command left is cleared away', async () => {
  const name = `tributary_sql_1_${randomBytes(4).toString('hex')}`
  await store.query(`CREATE ROLE ${name} LOGIN VALID UNTIL '2020-01-01'`)
  await ask('SELECT 1')
  expect(await store.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])).toEqual([])
})

describe('where the user of DATABASE_URL is no superuser', () => {
  const database = useDatabase()
  const user = `owner_${randomBytes(4).toString('hex')}`
  const password = randomBytes(8).toString('hex')
  let superuser: Store
  let owned: Store
  beforeAll(async () => {
    superuser = openStore(database.url, { connections: 1 })
    await superuser.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`)
    await superuser.query(`GRANT SELECT, DELETE ON model TO ${user}`)
    const url = new URL(database.url)
    url.username = user
    url.password = password
    owned = openStore(url.href, { connections: 2 })
  })
  afterAll(async () => {
    await owned.close()
    await superuser.query(`REASSIGN OWNED BY ${user} TO CURRENT_USER`)
    await superuser.query(`DROP OWNED BY ${user} CASCADE`)
    await superuser.query(`DROP ROLE ${user}`)
    await superuser.close()
  })

  const warnings: string[] = []
  async function read(sql: string, timeoutMs = 5000): Promise<Rows[]> {
    warnings.length = 0
    const portions: Rows[] = []
    const options = { timeoutMs, warn: (sentence: string) => warnings.push(sentence) }
    for await (const portion of readOnlyQuery(owned, sql, options)) portions.push(portion)
    return portions
  }

  test('a statement reads as that user, and what is not enforced is said', async () => {
    expect((await read('SELECT count(*) FROM model'))[0]?.rows).toEqual([['0']])
    expect(warnings).toEqual([expect.stringContaining(`${user}, may not make roles`)])
    await expect(read('DELETE FROM model')).rejects.toThrow('cannot execute DELETE')
    await expect(read("SELECT query_to_xml('DELETE FROM model', true, true, '')")).rejects.toThrow('DELETE is not allowed')
    await expect(read('COMMIT')).rejects.toThrow('cannot execute COMMIT')
  })

  test('one that may make roles and owns its database lends no right, and is told what stays open', async () => {
    await superuser.query(`ALTER ROLE ${user} CREATEROLE`)
    await superuser.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO ${user}`)
    const objects = await superuser.query<{ name: string; kind: string }>(
      `SELECT oid::regclass::text AS name, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')`,
    )
    for (const { name, kind } of objects) await superuser.query(`ALTER ${kind} ${name} OWNER TO ${user}`)
    expect((await read('SELECT count(*) FROM model'))[0]?.rows).toEqual([['0']])
    expect(warnings).toEqual([])
    await expect(read('SELECT * FROM api_key')).rejects.toThrow('permission denied')
    await expect(read('EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1')).rejects.toThrow('permission denied')
    const { leftOpen } = await ensureReader(owned)
    expect(leftOpen.join()).toContain('advisory locks')
    expect(leftOpen.join()).not.toContain('temporary tables')
    await expect(read(LIFTS_ITS_TIMEOUT, 300)).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  test('what is taken from everyone stays with those who own the tables', async () => {
    await ensureReader(superuser)
    expect((await owned.query<{ got: boolean }>('SELECT pg_try_advisory_lock(1) AS got'))[0]?.got).toBe(true)
    expect((await ensureReader(superuser)).leftOpen.join()).not.toMatch(/advisory|temporary|PL/)
  })
})

test('what takes too long is ended', async () => {
  await expect(ask('SELECT pg_sleep(20)', 50)).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('what a statement leaves behind reaches nobody else', async () => {
  await ask('SET statement_timeout = 1').catch(() => undefined)
  const settings = await Promise.all(Array.from({ length: 4 }, () => store.query('SHOW statement_timeout')))
  expect(settings.flat()).toEqual(Array.from({ length: 4 }, () => ({ statement_timeout: '0' })))
})
