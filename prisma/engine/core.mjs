/**
 * Prisma's schema engine as WebAssembly (`@prisma/schema-engine-wasm`, the very code of the native engine) over node's
 * Postgres driver: it works where the native binary cannot be downloaded, and inside a process. Used by
 * src/postgres/migrate.ts at start-up, and by schema-engine.mjs as a stand-in for the binary of `prisma migrate`.
 */
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

/** pg_catalog's internal one-byte type "char", which schema description reads and adapter-pg cannot name. */
const INTERNAL_CHAR_OID = 18
const BPCHAR_OID = 1042

function adapt(queryable) {
  nameInternalChar(queryable)
  if (queryable.executeScript) sendScriptsWhole(queryable)
  const startTransaction = queryable.startTransaction?.bind(queryable)
  if (startTransaction) queryable.startTransaction = async (...args) => adapt(await startTransaction(...args))
  return queryable
}

/**
 * adapter-pg cuts a script at every semicolon, function bodies and comments included, and sends the pieces one by one.
 * The native engine sends it whole, which also makes it one transaction.
 */
function sendScriptsWhole(queryable) {
  const pool = queryable.underlyingDriver()
  queryable.executeScript = async (script) => {
    try {
      await pool.query(script)
    } catch (error) {
      queryable.onError(error)
    }
  }
}

function nameInternalChar(queryable) {
  const performIO = queryable.performIO.bind(queryable)
  const queryRaw = queryable.queryRaw
  queryable.queryRaw = async (query) => {
    /** Which columns are "char"; kept per query, since queries of one connection overlap. */
    let isChar = []
    const scoped = Object.create(queryable, {
      performIO: {
        value: async (inner) => {
          const result = await performIO(inner)
          isChar = (result.fields ?? []).map((field) => field.dataTypeID === INTERNAL_CHAR_OID)
          const fields = result.fields?.map((field, i) =>
            isChar[i] ? { name: field.name, dataTypeID: BPCHAR_OID } : field,
          )
          return { rowCount: result.rowCount, rows: result.rows, fields }
        },
      },
    })
    const answer = await queryRaw.call(scoped, query)
    const columnTypes = answer.columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type))
    return { ...answer, columnTypes }
  }
}

class SchemaEngineAdapter extends PrismaPg {
  constructor(url) {
    const address = new URL(url)
    const schema = address.searchParams.get('schema') ?? undefined
    address.searchParams.delete('schema')
    super({ connectionString: address.href }, { schema })
    this.address = address
    this.schema = schema
    this.connections = []
  }

  async connect() {
    const connection = adapt(await super.connect())
    this.connections.push(connection)
    return connection
  }

  async close() {
    for (const connection of this.connections.splice(0)) await connection.dispose()
  }

  /** A database of its own: the default of adapter-pg replays migrations in a shadow whose name it cannot choose. */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
    const main = await super.connect()
    await main.executeScript(`CREATE DATABASE "${name}"`)
    const address = new URL(this.address)
    address.pathname = `/${name}`
    const factory = new PrismaPg({ connectionString: address.href }, { schema: this.schema })
    const shadow = adapt(await factory.connect())
    const dispose = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await dispose()
      await main.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
      await main.dispose()
    }
    return shadow
  }
}

/** The engine never clears the ten-second alarm of its lock; a program that is done should not wait for it. */
function patientTimers() {
  const name = Object.keys(glue).find((key) => key.startsWith('__wbg_setTimeout_'))
  return name ? { [name]: (callback, ms) => setTimeout(callback, ms >>> 0).unref() } : {}
}

let started = false
/** The module can be started once per process; engines are made from it. */
async function startWasm() {
  if (started) return
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')
  const bytes = fs.readFileSync(path.join(path.dirname(entry), 'schema_engine_bg.wasm'))
  const imports = { './schema_engine_bg.js': { ...glue, ...patientTimers() } }
  const { instance } = await WebAssembly.instantiate(bytes, imports)
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  started = true
}

export async function openSchemaEngine(url, datamodels) {
  await startWasm()
  const adapter = new SchemaEngineAdapter(url)
  const engine = await glue.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
  // The engine keeps its pool open when it is freed, and a database with connections can be neither copied nor dropped.
  const close = async () => {
    engine.free()
    await adapter.close()
  }
  return { engine, close }
}

/** A folder of migrations in the form the engine takes: what the Prisma command line sends for it. */
export function readMigrations(baseDir) {
  const lockFile = path.join(baseDir, 'migration_lock.toml')
  const names = fs
    .readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: fs.existsSync(lockFile) ? fs.readFileSync(lockFile, 'utf8') : null,
    },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: fs.readFileSync(path.join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  }
}
