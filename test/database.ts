/**
 * A database per test. One embedded server serves every test process (and every run at the same time on this machine);
 * it lives in node_modules/.cache, so that only the very first run pays for making it. A migrated template is copied
 * for each test: 0.1 s.
 *
 *     const database = useDatabase()
 *     test('…', async () => { await connect(database.url) … })
 */
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openEmbedded } from '../src/postgres/embedded.ts'
import { isAlive } from '../src/postgres/process-mark.ts'
import { migrate } from '../src/postgres/migrate.ts'
import { TEST_HOME } from './database-home.ts'

const root = path.dirname(import.meta.dirname)

/** Nothing that a test writes has to survive a power cut. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
const TEMPLATE_LOCK = 5_061_701

export interface TestDatabase {
  url: string
  close(): Promise<void>
}

/** A migrated database for the tests of one file or describe block. */
export function useDatabase(): { readonly url: string } {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => {
    await database?.close()
  })
  return {
    get url() {
      if (!database) throw new Error('useDatabase: the url exists only inside tests and hooks')
      return database.url
    },
  }
}

/** A migrated database of its own, dropped by `close`. */
export async function testDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = await openServer()
  const name = `test_${process.pid}_${randomUUID().slice(0, 8)}`
  await administrate(server.url, async (client) => {
    const from = options.migrated === false ? 'template1' : await template(client, server.url)
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${from}`)
  })
  const close = async () => {
    await administrate(server.url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    await server.close()
  }
  return { url: withDatabase(server.url, name), close }
}

/** Another server where one is named (as CI does, for other versions of PostgreSQL); it is left as it runs. */
async function openServer(): Promise<{ url: string; close(): Promise<void> }> {
  const named = process.env['TRIBUTARY_TEST_DATABASE_URL']
  return named ? { url: named, close: async () => undefined } : openEmbedded(TEST_HOME, { settings: SETTINGS })
}

/** Made once for every state of prisma/migrations; several processes may want it at once. */
async function template(client: pg.Client, url: string): Promise<string> {
  const name = `template_${migrationsHash()}`
  const exists = async () =>
    (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount !== 0
  if (await exists()) return name
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  try {
    if (await exists()) return name
    await dropLeftovers(client)
    await client.query(`CREATE DATABASE ${name}_new`)
    await migrate(withDatabase(url, `${name}_new`))
    await client.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`)
    return name
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  }
}

/** Templates of earlier migrations, and databases of test processes that were killed. */
async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' OR datname LIKE 'test\\_%'`,
  )
  for (const { datname } of rows) {
    const owner = /^test_(\d+)_/.exec(datname)?.[1]
    if (owner && isAlive(Number(owner))) continue
    await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
  }
}

function migrationsHash(): string {
  const hash = createHash('sha256')
  const folder = path.join(root, 'prisma', 'migrations')
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.sql')) hash.update(file).update(fs.readFileSync(path.join(folder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

async function administrate<T>(url: string, action: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') })
  await client.connect()
  try {
    return await action(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}
