/**
 * The embedded server: PostgreSQL from npm, with its data in `<home>/postgres`. Processes share one server: the first
 * starts it, each is listed as a user while it lives, and the last to leave stops it.
 */
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { UserError } from '../errors.ts'
import { type Account, serverAccount } from './account.ts'
import { SHARED_FOLDER, findBinaries } from './binaries.ts'
import { createCluster } from './cluster-create.ts'
import { type Cluster, urlOf } from './cluster-folder.ts'
import { type Say, START_SECONDS, startCluster, stopCluster } from './cluster.ts'
import { withFileLock } from './lock.ts'
import { processMark } from './process-mark.ts'
import { mayAccess } from './run.ts'
import { portOf, runningServer } from './running-server.ts'
import { diskFull, isFullError } from './server-log.ts'
import { leaveAtOnce, removeDeadUsers, type UsedServer } from './users.ts'

export interface EmbeddedServer {
  /** Contains the password; not for printing. */
  url: string
  /** The data folder. */
  folder: string
  /** Starts a dead server again, on the same port; false if it is alive. */
  revive(signal?: AbortSignal): Promise<boolean>
  /** Leaves the server, and stops it if nobody else uses it. May be called twice. */
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** Additional lines of postgresql.conf, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>
  /** Called if a start (ours or another process's) takes long; prints to the error stream by default. */
  say?: Say
  /** Ends the opening: whatever was started is stopped again. */
  signal?: AbortSignal | undefined
}

/**
 * The lock's holder may be waiting for a recovery. A first start takes 1.1 s, later ones 0.15 s, joining a running server
 * 0.03 s.
 */
const LOCK_TIMEOUT_MS = (START_SECONDS + 30) * 1000

const sayOnStderr: Say = (text) => void process.stderr.write(text)

/** Joins the server of `home`, and starts it if nobody has. */
export async function openEmbedded(home: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  try {
    return await open(home, options)
  } catch (error) {
    throw isFullError(error) ? diskFull(home, error) : error
  }
}

async function open(home: string, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { say = sayOnStderr, signal } = options
  const place = await findPlace(home, say)
  const start = (hasOthers: boolean, until?: AbortSignal) =>
    startCluster(place.cluster, { settings: options.settings ?? {}, keepPort: hasOthers }, say, until)
  const leave = await enter(place, signal, async (hasOthers) => {
    await createCluster(place.cluster)
    signal?.throwIfAborted()
    await start(hasOthers, signal)
    signal?.throwIfAborted()
  })
  const revive = async (until?: AbortSignal) => {
    if (runningServer(place.cluster)) return false
    // The port is kept, because we ourselves still hold its address.
    await locked(place, () => start(true, until), until).catch((error: unknown) => {
      throw isFullError(error) ? diskFull(place.cluster.folder, error) : error
    })
    return true
  }
  return { url: urlOf(place.cluster, portOf(place.cluster)), folder: place.cluster.folder, revive, close: leave }
}

/** Registers as a user without starting the server: once started by anyone, it runs until this user has left, too. */
export async function holdEmbedded(home: string): Promise<() => Promise<void>> {
  return enter(await findPlace(home, sayOnStderr), undefined, async () => undefined)
}

/** The servers that this process uses now. */
export const usedServers = (): UsedServer[] => [...inUse]
const inUse = new Set<UsedServer>()
// A process that is told to end a second time, or takes too long, closes nothing.
process.on('exit', () => {
  for (const used of inUse) leaveAtOnce(used, process.pid)
})

interface Place {
  cluster: Cluster
  /** Has a file per user, named after the user's process. */
  users: string
  lock: string
  say: Say
}

async function findPlace(home: string, say: Say): Promise<Place> {
  makeHome(home)
  const account = serverAccount(path.join(home, 'postgres'))
  const folder = await dataFolder(home, account)
  return {
    cluster: { binaries: await findBinaries(account), account, folder },
    users: path.join(home, 'postgres.users'),
    lock: path.join(home, 'postgres.lock'),
    say,
  }
}

/**
 * Creates parents one by one: with `recursive`, Node never returns if the system answers every attempt with ENOENT
 * (/proc).
 */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  makeFolder(path.dirname(folder))
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    // Another process may have created it at the same moment.
    if (!fs.existsSync(folder)) throw error
  }
}

/** One sentence instead of a stack trace if the folder cannot be created or written. */
function makeHome(home: string): void {
  try {
    makeFolder(home)
    fs.accessSync(home, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UserError(
      'DATABASE_UNAVAILABLE',
      `The folder ${home} cannot be made or written (${reason}); set TRIBUTARY_HOME to one that this user may write, or ` +
        'DATABASE_URL to a server that is running.',
      { cause },
    )
  }
}

const locked = <T>({ lock, say }: Place, action: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
  withFileLock(
    lock,
    {
      timeoutMs: LOCK_TIMEOUT_MS,
      signal,
      onWait: () => say('Waiting for another process that is starting or stopping PostgreSQL …\n'),
    },
    action,
  )

async function enter(place: Place, signal: AbortSignal | undefined, start: (hasOthers: boolean) => Promise<void>) {
  const { cluster, users, say } = place
  const user = path.join(users, `${process.pid}-${randomUUID().slice(0, 8)}`)
  await locked(place, async () => {
    signal?.throwIfAborted()
    fs.mkdirSync(users, { recursive: true })
    try {
      await start(removeDeadUsers(users) > 0)
    } catch (error) {
      // Not after a failure: a server that does not answer is left alone.
      if (signal?.aborted && removeDeadUsers(users) === 0) await stopCluster(cluster, say)
      throw error
    }
    fs.writeFileSync(user, processMark(process.pid))
  }, signal)
  const used = { folder: cluster.folder, users, lock: place.lock }
  inUse.add(used)
  const leave = () =>
    locked(place, async () => {
      inUse.delete(used)
      fs.rmSync(user, { force: true })
      if (removeDeadUsers(users) === 0) await stopCluster(cluster, say)
    })
  let left: Promise<void> | undefined
  return () => (left ??= leave())
}

/**
 * `<home>/postgres`. But root's home folders are closed to the account that runs the server; for root it is a folder under
 * /var/lib whose name is derived from `home`.
 */
async function dataFolder(home: string, account: Account | null): Promise<string> {
  if (account === null || (await mayAccess(account, '-x', home))) return path.join(home, 'postgres')
  const name = createHash('sha256').update(fs.realpathSync(home)).digest('hex').slice(0, 12)
  const folder = path.join(SHARED_FOLDER, name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o755 })
  return path.join(folder, 'postgres')
}
