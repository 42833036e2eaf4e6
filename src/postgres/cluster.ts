/** Starts, joins and stops the server of one data folder. Callers hold the folder's lock. */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { UserError } from '../errors.ts'
import { type Cluster, DATABASE, urlOf } from './cluster-folder.ts'
import { configure, notePort, type StartOptions } from './cluster-settings.ts'
import { connect } from './connect.ts'
import { type Finished, run } from './run.ts'
import { diskFull, isDiskFull, tellingLine } from './server-log.ts'
import { portOf, removeDeadPidFile, type RunningServer, runningServer } from './running-server.ts'

/** The longest wait for a start: recovery after a crash replays the log before connections are accepted. */
export const START_SECONDS = 300
/** How long a start is repeated while the last processes of a killed server are still ending. */
const RESTART_MS = 15_000
/** How long to wait for a server that is alive but does not respond at all. */
const SILENCE_MS = 60_000
/** A wait longer than this is reported. */
const LONG_WAIT_MS = 3000
const ANSWER_MS = 5000
const RETRY_MS = 50

/** Tells a person why it takes so long. */
export type Say = (text: string) => void

/**
 * Starts the server unless it is alive, and returns when it accepts connections. A server that is alive is never
 * replaced.
 */
export async function startCluster(cluster: Cluster, options: StartOptions, say: Say, signal?: AbortSignal): Promise<void> {
  if (await join(cluster, say, signal)) return
  removeDeadPidFile(cluster)
  const deadline = Date.now() + RESTART_MS
  for (;;) {
    await configure(cluster, options)
    const log = logFile(cluster)
    const from = fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0
    const word = setTimeout(() => say('PostgreSQL is starting; after a crash it first repeats its log …\n'), LONG_WAIT_MS)
    const starting = run(
      cluster.binaries.pgCtl,
      ['start', '-w', '-t', String(START_SECONDS), '-D', cluster.folder, '-l', log],
      { account: cluster.account, keepOutput: false },
    ).finally(() => clearTimeout(word))
    const started = await orStopped(cluster, starting, say, signal)
    if (started.status === 0) break
    signal?.throwIfAborted()
    const reason = since(log, from)
    // After kill -9 of the server, its backends live for some milliseconds and hold its shared memory.
    const passing = /shared memory block|lock file|Address already in use|could not bind/i.test(reason)
    if (!passing || Date.now() > deadline) {
      if (isDiskFull(cluster.folder, reason)) throw diskFull(cluster.folder)
      throw unavailable(`PostgreSQL did not start (${cluster.folder}): ${tellingLine(reason) || 'its log says nothing'}.`)
    }
    await sleep(100)
    // Another start (pg_ctl by hand, an older version) may have been faster.
    if (await join(cluster, say, signal)) return
    removeDeadPidFile(cluster)
  }
  await ensureDatabase(cluster)
}

/** How a start ended. It may take minutes (a recovery), so `signal` ends the server that is starting, and its start fails. */
async function orStopped(cluster: Cluster, starting: Promise<Finished>, say: Say, signal: AbortSignal | undefined): Promise<Finished> {
  let ended = false
  const stop = async () => {
    // In the first moments there is no pid file, and so nothing that could be told to stop.
    while (!ended && !runningServer(cluster)) await sleep(RETRY_MS)
    if (!ended) await stopCluster(cluster, say)
  }
  const onAbort = () => void stop()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  try {
    return await starting
  } finally {
    ended = true
    signal?.removeEventListener('abort', onAbort)
  }
}

/** A fast shutdown: sessions are ended, and committed data is kept. */
export async function stopCluster(cluster: Cluster, say: Say): Promise<void> {
  if (!runningServer(cluster)) return
  await run(cluster.binaries.pgCtl, ['stop', '-m', 'fast', '-w', '-t', '60', '-D', cluster.folder], {
    account: cluster.account,
    keepOutput: false,
  })
  const left = runningServer(cluster)
  if (left) say(`PostgreSQL (process ${left.pid}, ${cluster.folder}) was told to end and has not within 60 s.\n`)
}

/** Waits until a living server answers; false if there is none, or if it ended meanwhile. */
async function join(cluster: Cluster, say: Say, signal?: AbortSignal): Promise<boolean> {
  const began = Date.now()
  let saidSomething = Date.now()
  let told = false
  for (;;) {
    signal?.throwIfAborted()
    const server = runningServer(cluster)
    if (!server) return false
    const answer = server.port === null ? 'silent' : await ask(cluster, server.port)
    if (server.port !== null && (answer === 'ready' || answer === 'no database')) {
      notePort(cluster, server.port)
      if (answer === 'no database') await ensureDatabase(cluster)
      return true
    }
    if (answer === 'busy') saidSomething = Date.now()
    if (Date.now() - saidSomething > SILENCE_MS || Date.now() - began > START_SECONDS * 1000) {
      throw unavailable(describeSilence(cluster, server, answer))
    }
    if (!told && Date.now() - began > LONG_WAIT_MS) {
      told = true
      say(`Waiting for PostgreSQL (process ${server.pid}), which is running and does not take connections …\n`)
    }
    await sleep(RETRY_MS)
  }
}

type Answer =
  | 'ready'
  /** The process that started it died before it created the database. */
  | 'no database'
  /** Starting, recovering or ending (57P03, cannot_connect_now). */
  | 'busy'
  | 'silent'

async function ask(cluster: Cluster, port: number): Promise<Answer> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port), connectionTimeoutMillis: ANSWER_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return 'ready'
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined
    if (code === undefined) return 'silent'
    // Any other error (a password, too many connections) counts as ready; the next connection reports it.
    return code === '57P03' ? 'busy' : code === '3D000' ? 'no database' : 'ready'
  } finally {
    await client.end().catch(() => undefined)
  }
}

function describeSilence({ folder }: Cluster, { pid, port }: RunningServer, answer: Answer): string {
  const where = port === null ? `process ${pid}` : `process ${pid}, port ${port}`
  return answer === 'busy'
    ? `PostgreSQL (${where}, ${folder}) has been recovering or ending for ${START_SECONDS} s; wait, and try again.`
    : `PostgreSQL (${where}, ${folder}) is running and has not answered for ${SILENCE_MS / 1000} s; it may be stopped ` +
        `(kill -CONT ${pid} continues it) or overloaded. It was left alone.`
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const url = new URL(urlOf(cluster, portOf(cluster)))
  url.pathname = '/postgres'
  const client = await connect(url.href)
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
    // The server belongs to us alone, so roles that read our database need no access to the others.
    await client.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC')
  } finally {
    await client.end()
  }
}

const logFile = (cluster: Cluster) => path.join(cluster.folder, 'server.log')

const since = (file: string, from: number): string => (fs.existsSync(file) ? fs.readFileSync(file).subarray(from).toString() : '')

const unavailable = (message: string) => new UserError('DATABASE_UNAVAILABLE', message)
