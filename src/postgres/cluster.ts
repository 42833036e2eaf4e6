/** The server of one data folder: started, stopped. Callers hold the folder's lock. */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { UserError } from '../errors.ts'
import { type Cluster, DATABASE, serverPid, urlOf } from './cluster-folder.ts'
import { configure } from './cluster-settings.ts'
import { connect } from './connect.ts'
import { isAlive } from './lock.ts'
import { run } from './run.ts'

/** Recovery after a crash replays the log before connections are taken. */
const START_SECONDS = 300
/** For how long a start is repeated while a killed server's last processes are still going away. */
const RESTART_MS = 15_000

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
    if (!passing || Date.now() > deadline) {
      throw unavailable(`PostgreSQL did not start (${cluster.folder}): ${reason}`)
    }
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

const isRunning = async (cluster: Cluster): Promise<boolean> => isServerAlive(cluster) && (await answers(cluster))

/** Whether there is a process; it may still recover. */
export function isServerAlive(cluster: Cluster): boolean {
  const pid = serverPid(cluster)
  return pid !== null && isAlive(pid) && isPostgres(pid)
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
    client.on('error', () => undefined)
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
  const client = await connect(url.href)
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

const logFile = (cluster: Cluster) => path.join(cluster.folder, 'server.log')

function tail(file: string, from: number): string {
  const text = fs.existsSync(file) ? fs.readFileSync(file).subarray(from).toString() : ''
  return text.trim().split('\n').slice(-8).join('\n')
}

const unavailable = (message: string) => new UserError('DATABASE_UNAVAILABLE', message)
