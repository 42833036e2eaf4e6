/**
 * The server that runs on a data folder, as its own pid file tells: whether it lives, and on which port. Nothing else is
 * asked: what does not answer may be busy, stopped or recovering, and is no less there for that.
 */
import fs from 'node:fs'
import path from 'node:path'
import { type Folder, PORT_FILE, read } from './cluster-folder.ts'
import { isAlive } from './process-mark.ts'

export interface RunningServer {
  pid: number
  /** null in the first instants of a start, before the server has written it. */
  port: number | null
}

const PID_FILE = 'postmaster.pid'
/** Lines of the pid file, from 0. */
const PORT_LINE = 3
/** A start writes its pid in one go; a file that stays empty longer was left by a crash in that instant. */
const EMPTY_MS = 2000

/** The server of this folder, if one lives. */
export function runningServer(folder: Folder): RunningServer | null {
  const found = readPidFile(folder)
  return found && isAlive(found.pid) && isPostmasterOf(folder, found.pid) ? found : null
}

/** The first line of postmaster.pid, whether its process lives or not. */
export const serverPid = (folder: Folder): number | null => readPidFile(folder)?.pid ?? null

/** Where the server listens, or listened the last time. */
export function portOf(folder: Folder): number {
  return runningServer(folder)?.port ?? Number(read(folder, PORT_FILE))
}

/**
 * Postgres refuses to start over a pid file whose process seems to live. In containers the number is soon another
 * program's, or the dead server's for ever (a zombie), and the file would lock the folder.
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

/** True where the system does not tell. A postmaster works in its data folder. */
function isPostmasterOf({ folder }: Folder, pid: number): boolean {
  try {
    if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder)
  } catch {
    return true
  }
}
