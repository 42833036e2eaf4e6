/**
 * The embedded server: PostgreSQL from npm, with its data in `<home>/postgres`. Processes share one server: the first
 * starts it, each is listed as a user while it lives, and the last to leave stops it.
 */
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { type Account, serverAccount } from './account.ts'
import { SHARED_FOLDER, findBinaries } from './binaries.ts'
import { createCluster } from './cluster-create.ts'
import { type Cluster, urlOf } from './cluster-folder.ts'
import { isServerAlive, startCluster, stopCluster } from './cluster.ts'
import { isMarkAlive, processMark, withFileLock } from './lock.ts'
import { mayAccess } from './run.ts'

export interface EmbeddedServer {
  /** With its password; not for printing. */
  url: string
  /** The data folder. */
  folder: string
  /** Starts it again when it has died, on the same port; false when it lives. */
  revive(): Promise<boolean>
  /** Leaves the server; stops it when nobody else uses it. Safe to call twice. */
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** Lines of postgresql.conf beyond our own, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>
}

/** First start 1.1 s, later ones 0.15 s, joining a running one 0.03 s. */
const LOCK_TIMEOUT_MS = 120_000

/** Joins the server of `home`, starting it when nobody has. */
export async function openEmbedded(home: string, options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const place = await findPlace(home)
  const leave = await enter(place, async (cluster) => {
    await createCluster(cluster)
    await startCluster(cluster, options.settings)
  })
  const revive = async () => {
    if (isServerAlive(place.cluster)) return false
    await withFileLock(place.lock, LOCK_TIMEOUT_MS, () => startCluster(place.cluster, options.settings))
    return true
  }
  return { url: urlOf(place.cluster), folder: place.cluster.folder, revive, close: leave }
}

/** Becomes a user without starting it: whoever starts it finds it running until this one has left, too. */
export async function holdEmbedded(home: string): Promise<() => Promise<void>> {
  return enter(await findPlace(home), async () => undefined)
}

interface Place {
  cluster: Cluster
  /** Has a file per user, which names its process. */
  users: string
  lock: string
}

async function findPlace(home: string): Promise<Place> {
  fs.mkdirSync(home, { recursive: true })
  const account = serverAccount(path.join(home, 'postgres'))
  const folder = await dataFolder(home, account)
  return {
    cluster: { binaries: await findBinaries(account), account, folder },
    users: path.join(home, 'postgres.users'),
    lock: path.join(home, 'postgres.lock'),
  }
}

async function enter({ cluster, users, lock }: Place, start: (cluster: Cluster) => Promise<void>) {
  const user = path.join(users, `${process.pid}-${randomUUID().slice(0, 8)}`)
  await withFileLock(lock, LOCK_TIMEOUT_MS, async () => {
    await start(cluster)
    fs.mkdirSync(users, { recursive: true })
    fs.writeFileSync(user, processMark(process.pid))
  })
  const leave = () =>
    withFileLock(lock, LOCK_TIMEOUT_MS, async () => {
      fs.rmSync(user, { force: true })
      if (removeDeadUsers(users) === 0) await stopCluster(cluster)
    })
  let left: Promise<void> | undefined
  return () => (left ??= leave())
}

/** How many are alive. */
function removeDeadUsers(folder: string): number {
  const alive = fs.readdirSync(folder).filter((name) => {
    const file = path.join(folder, name)
    if (isMarkAlive(fs.readFileSync(file, 'utf8'))) return true
    fs.rmSync(file, { force: true })
    return false
  })
  return alive.length
}

/**
 * `<home>/postgres`, except that root's home folders are closed to the account that runs the server: then a folder
 * under /var/lib whose name is made from `home`.
 */
async function dataFolder(home: string, account: Account | null): Promise<string> {
  if (account === null || (await mayAccess(account, '-x', home))) return path.join(home, 'postgres')
  const name = createHash('sha256').update(fs.realpathSync(home)).digest('hex').slice(0, 12)
  const folder = path.join(SHARED_FOLDER, name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o755 })
  return path.join(folder, 'postgres')
}
