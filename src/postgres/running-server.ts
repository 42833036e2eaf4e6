/**
 * The server that runs on a data folder, according to its own pid file: whether it is alive, and on which port. Nothing
 * else is checked, because a server that does not answer may be busy, stopped or recovering, but it still exists.
 */
import fs from 'node:fs'
import path from 'node:path'
import { type Folder, PORT_FILE, read } from './cluster-folder.ts'
import { isAlive } from './process-mark.ts'

export interface RunningServer {
  pid: number
  /** null in the first moments of a start, before the server has written it. */
  port: number | null
}

const PID_FILE = 'postmaster.pid'
/** Lines of the pid file, from 0. */
const PORT_LINE = 3
/** A starting server writes its pid at once. A file that stays empty longer was left by a crash at that moment. */
const EMPTY_MS = 2000

/** The server of this folder, if it is alive. */
export function runningServer(folder: Folder): RunningServer | null {
  const found = readPidFile(folder)
  return found && isAlive(found.pid) && isPostmasterOf(folder, found.pid) ? found : null
}

/** The first line of postmaster.pid, whether or not its process is alive. */
export const serverPid = (folder: Folder): number | null => readPidFile(folder)?.pid ?? null

/** The port on which the server listens, or last listened. */
export function portOf(folder: Folder): number {
  return runningServer(folder)?.port ?? Number(read(folder, PORT_FILE))
}

/**
 * Removes the pid file of a dead server. Postgres refuses to start over a pid file whose process seems to be alive. In
 * containers, the number soon belongs to another program, or stays the dead server's (a zombie), and the file would lock
 * the folder.
 */
export function removeDeadPidFile(folder: Folder): void {
  const file = path.join(folder.folder, PID_FILE)
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (!stat || runningServer(folder)) return
  const isBeingWritten = readPidFile(folder) === null && Date.now() - stat.mtimeMs < EMPTY_MS
  if (!isBeingWritten) fs.rmSync(file, { force: true })
}

function readPidFile(folder: Folder): RunningServer | null {
  let lines: string[]
  try {
    lines = read(folder, PID_FILE).split('\n')
  } catch {
    return null
  }
  const pid = Number.parseInt(lines[0] ?? '', 10)
  const port = Number.parseInt(lines[PORT_LINE] ?? '', 10)
  if (!Number.isInteger(pid) || pid <= 0) return null
  return { pid, port: Number.isInteger(port) && port > 0 ? port : null }
}

/** Whether the process is a postmaster of this folder, in which it then works. True if the system does not tell. */
function isPostmasterOf({ folder }: Folder, pid: number): boolean {
  try {
    if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder)
  } catch {
    return true
  }
}
