import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/postgres/connect.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { type TestDatabase, testDatabase, useDatabase } from '../database.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const migrations = path.join(root, 'prisma', 'migrations')
const names = fs.readdirSync(migrations).filter((name) => /^\d/.test(name)).sort()

const rows = async (url: string, sql: string) => {
  const client = await connect(url)
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('an empty database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase({ migrated: false })
  })
  afterAll(() => database.close())

  test('is migrated once, however many start at the same time, and then left alone', async () => {
    const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)])
    expect(applied.flat()).toEqual(names)
    expect(await migrate(database.url)).toEqual([])
  })

  test('is recorded as Prisma records it', async () => {
    const { stdout } = await prisma(database.url, 'migrate', 'status')
    expect(stdout).toContain('Database schema is up to date!')
  })

  test('has the tables of schema.prisma, without the foreign keys that are left out on purpose', async () => {
    const schema = path.join(root, 'prisma', 'schema.prisma')
    const { stdout } = await prisma(
      database.url, 'migrate', 'diff', '--from-config-datasource', '--to-schema', schema, '--script',
    )
    const statements = stdout.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('--'))
    // Those of partitioned tables: rows are written with what they belong to, and go with it by triggers.
    expect(statements.map((each) => /ADD CONSTRAINT "(\w+_fkey)"/.exec(each)?.[1] ?? each)).toEqual([
      'contribution_model_id_result_id_fkey',
      'feature_set_id_fkey',
      'feature_sweep_state_sweep_id_fkey',
      'feature_statistics_set_id_index_fkey',
      'feature_statistics_sweep_id_fkey',
      'feature_example_set_id_index_fkey',
      'feature_example_sweep_id_fkey',
      'feature_example_sequence_id_fkey',
      'feature_explanation_set_id_index_fkey',
      'feature_vote_set_id_explanation_id_fkey',
    ])
  })
})

describe('a migrated database', () => {
  const database = useDatabase()

  test('explains every table, view and column to those who read SQL', async () => {
    const silent = await rows(
      database.url,
      `SELECT c.relname || coalesce('.' || a.attname, '') AS name
       FROM pg_class c
       LEFT JOIN LATERAL (SELECT attname, attnum FROM pg_attribute
         WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped UNION ALL SELECT NULL, 0) a ON true
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
         AND c.relname <> '_prisma_migrations' AND col_description(c.oid, a.attnum) IS NULL
         AND (a.attnum > 0 OR obj_description(c.oid) IS NULL)`,
    )
    expect(silent).toEqual([])
  })

  test('that a newer version has migrated is refused', async () => {
    await rows(
      database.url,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
       VALUES ('x', 'x', '29990101000000_future', now())`,
    )
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: 'DATABASE_TOO_NEW',
      message: expect.stringMatching(/29990101000000_future is not known here; this build ends at \d+_/) as string,
    })
  })
})

test('a migration that fails leaves nothing behind, and later starts say so', async () => {
  const database = await testDatabase()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-migrations-'))
  fs.cpSync(migrations, folder, { recursive: true })
  const broken = path.join(folder, '29990101000000_broken')
  fs.mkdirSync(broken)
  fs.writeFileSync(path.join(broken, 'migration.sql'), 'CREATE TABLE half (n int); SELECT 1 / 0;')
  try {
    await expect(migrate(database.url, folder)).rejects.toThrow('division by zero')
    expect(await rows(database.url, `SELECT 1 FROM pg_class WHERE relname = 'half'`)).toEqual([])
    await expect(migrate(database.url, folder)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  } finally {
    fs.rmSync(folder, { recursive: true })
    await database.close()
  }
})

test('a server that is not there is named by host and port, never with its password', async () => {
  const url = 'postgresql://someone:hush@127.0.0.1:1/nowhere'
  const error = await migrate(url).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringContaining('127.0.0.1:1/nowhere') as string,
  })
  expect(String(error)).not.toContain('hush')
})

test('an address that is none is refused without repeating it', async () => {
  const error = await migrate('hush').catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  expect(String(error)).not.toContain('hush')
})

function prisma(url: string, ...args: string[]) {
  return promisify(execFile)(process.execPath, [path.join(root, 'prisma', 'cli.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
  })
}
