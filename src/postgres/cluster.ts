/** One PostgreSQL data folder: made, started, stopped. Callers hold the folder's lock. */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { UserError } from '../errors.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { isAlive } from './lock.ts'
import { run } from './run.ts'

export interface Cluster {
  binaries: Binaries
  account: Account | null
  /** The data folder. It also holds what we must remember (port, password), so that they live and die together. */
  folder: string
}

const USER = 'tributary'
const DATABASE = 'tributary'
const PORT_FILE = 'tributary.port'
const PASSWORD_FILE = 'tributary.password'
const CONFIG_FILE = 'tributary.conf'
/** Recovery after a crash replays the log before connections are taken. */
const START_SECONDS = 300
/** For how long a start is repeated while a killed server's last processes are still going away. */
const RESTART_MS = 15_000

export const urlOf = (cluster: Cluster): string =>
  `postgresql://${USER}:${read(cluster, PASSWORD_FILE)}@127.0.0.1:${read(cluster, PORT_FILE)}/${DATABASE}`

const read = (cluster: Pick<Cluster, 'folder'>, file: string): string => fs.readFileSync(path.join(cluster.folder, file), 'utf8').trim()

/** initdb works in a folder of its own, which then takes the name: a crash half-way leaves nothing that looks whole. */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { folder, account, binaries } = cluster
  if (fs.existsSync(folder)) return checkVersion(cluster)
  const parent = path.dirname(folder)
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(`${path.basename(folder)}.new-`)) fs.rmSync(path.join(parent, name), { recursive: true })
  }
  const temporary = `${folder}.new-${process.pid}`
  fs.mkdirSync(temporary, { mode: 0o700 })
  // initdb wants an empty folder, so the password waits beside it.
  const passwordFile = `${temporary}.password`
  const password = randomBytes(24).toString('base64url')
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  give(temporary, account)
  give(passwordFile, account)
  try {
    const made = await run(
      binaries.initdb,
      [
        `--pgdata=${temporary}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The same order of text on every machine, whatever its language.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { account },
    )
    if (made.status !== 0) throw unavailable(`PostgreSQL could not make its data folder ${folder}: ${made.output.trim()}`)
    fs.appendFileSync(path.join(temporary, 'postgresql.conf'), `\ninclude = '${CONFIG_FILE}'\n`)
    write(temporary, CONFIG_FILE, '', account)
    write(temporary, PASSWORD_FILE, password, account)
    fs.renameSync(temporary, folder)
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.rmSync(passwordFile, { force: true })
  }
}

function checkVersion({ folder, binaries }: Cluster): void {
  let major: number
  try {
    major = Number.parseInt(fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8'), 10)
  } catch (cause) {
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `The data folder ${folder} cannot be read by this user, or is not one of PostgreSQL (${messageOf(cause)}); ` +
        'start as the user who made it, or set TRIBUTARY_HOME to another folder.',
      { cause },
    )
  }
  if (major === binaries.major) return
  throw unavailable(
    `The data folder ${folder} was made by PostgreSQL ${major}, and this version of Tributary brings ` +
      `${binaries.major}; use the version that made it, or move the folder away to begin an empty one.`,
  )
}

/** Starts the server if it is not running, and returns when it takes connections. */
export async function startCluster(cluster: Cluster, settings: Record<string, string> = {}): Promise<void> {
  if (await isRunning(cluster)) return
  removeForeignPidFile(cluster)
  const deadline = Date.now() + RESTART_MS
  for (;;) {
    await configure(cluster, settings)
    const log = logFile(cluster)
    const from = fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0
    const started = await run(
      cluster.binaries.pgCtl,
      ['start', '-w', '-t', String(START_SECONDS), '-D', cluster.folder, '-l', log],
      { account: cluster.account, keepOutput: false },
    )
    if (started.status === 0) break
    const reason = tail(log, from)
    // After kill -9 of the server its backends live for some milliseconds more and hold its shared memory.
    const passing = /shared memory block|lock file|Address already in use|could not bind/i.test(reason)
    if (!passing || Date.now() > deadline) throw unavailable(`PostgreSQL did not start (${cluster.folder}): ${reason}`)
    await sleep(100)
  }
  await ensureDatabase(cluster)
}

/** Fast: sessions are ended, what is committed is kept. */
export async function stopCluster(cluster: Cluster): Promise<void> {
  if (serverPid(cluster) === null) return
  await run(cluster.binaries.pgCtl, ['stop', '-m', 'fast', '-w', '-t', '60', '-D', cluster.folder], {
    account: cluster.account,
    keepOutput: false,
  })
}

async function isRunning(cluster: Cluster): Promise<boolean> {
  const pid = serverPid(cluster)
  return pid !== null && isAlive(pid) && isPostgres(pid) && (await answers(cluster))
}

/** The first line of postmaster.pid. */
export function serverPid(cluster: Pick<Cluster, 'folder'>): number | null {
  try {
    const pid = Number.parseInt(read(cluster, 'postmaster.pid'), 10)
    return Number.isInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}

/**
 * Postgres refuses to start over a pid file whose process seems to live. In containers the number is soon another
 * program's, or the dead server's for ever (a zombie), and the file would lock the folder.
 */
function removeForeignPidFile(cluster: Cluster): void {
  const pid = serverPid(cluster)
  if (pid !== null && !(isAlive(pid) && isPostgres(pid))) {
    fs.rmSync(path.join(cluster.folder, 'postmaster.pid'))
  }
}

/** True where the system does not tell. */
function isPostgres(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
  } catch {
    return true
  }
}

/** A server that lives but still recovers answers "starting up" (57P03): wait for it. */
async function answers(cluster: Cluster): Promise<boolean> {
  const deadline = Date.now() + START_SECONDS * 1000
  for (;;) {
    const client = new pg.Client({ connectionString: urlOf(cluster), connectionTimeoutMillis: 5000 })
    try {
      await client.connect()
      return true
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // 3D000: the server is up, its starter died before it made the database.
      if (code === '3D000') {
        await ensureDatabase(cluster)
        return true
      }
      if (code !== '57P03' || Date.now() > deadline) return false
      await sleep(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const url = new URL(urlOf(cluster))
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

/** Written at every start, so that a new version's settings reach old folders. */
async function configure(cluster: Cluster, more: Record<string, string>): Promise<void> {
  const port = await choosePort(cluster)
  const settings = {
    listen_addresses: `'127.0.0.1'`,
    port: String(port),
    // Sockets in the file system would need a folder that the server's account may write; loopback is enough.
    unix_socket_directories: `''`,
    max_connections: '200',
    shared_buffers: `'256MB'`,
    // Bulk loads otherwise checkpoint every few seconds.
    max_wal_size: `'4GB'`,
    wal_compression: 'on',
    // Compiling a plan takes longer than the short queries that are asked here.
    jit: 'off',
    random_page_cost: '1.1',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    ...more,
  }
  const text = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  write(cluster.folder, CONFIG_FILE, text.join(''), cluster.account)
  write(cluster.folder, PORT_FILE, String(port), cluster.account)
}

/** The port of last time, so that addresses people noted stay good; another when something else has taken it. */
async function choosePort(cluster: Cluster): Promise<number> {
  const file = path.join(cluster.folder, PORT_FILE)
  const kept = fs.existsSync(file) ? Number(read(cluster, PORT_FILE)) : 0
  return (kept && (await tryListen(kept))) || (await tryListen(0)) || kept
}

/** The port that was bound and given back, or 0 when it is taken. */
const tryListen = (port: number): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(0))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const logFile = (cluster: Cluster) => path.join(cluster.folder, 'server.log')

function tail(file: string, from: number): string {
  const text = fs.existsSync(file) ? fs.readFileSync(file).subarray(from).toString() : ''
  return text.trim().split('\n').slice(-8).join('\n')
}

function write(folder: string, name: string, text: string, account: Account | null): void {
  const file = path.join(folder, name)
  fs.writeFileSync(file, text, { mode: 0o600 })
  give(file, account)
}

function give(file: string, account: Account | null): void {
  if (account) fs.chownSync(file, account.uid, account.gid)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const unavailable = (message: string) => new UserError('DATABASE_UNAVAILABLE', message)
