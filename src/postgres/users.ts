/** The processes that use a server: one file each in `<home>/postgres.users`, with the process's mark. */
import fs from 'node:fs'
import path from 'node:path'
import { tryFileLock } from './lock.ts'
import { isMarkAlive } from './process-mark.ts'
import { runningServer } from './running-server.ts'

/** Where a server and its users are; plain data, for threads. */
export interface UsedServer {
  /** The data folder. */
  folder: string
  users: string
  lock: string
}

/** Removes users that are dead, and returns how many are alive. */
export function removeDeadUsers(folder: string): number {
  const alive = fs.readdirSync(folder).filter((name) => {
    const file = path.join(folder, name)
    if (isMarkAlive(fs.readFileSync(file, 'utf8'))) return true
    fs.rmSync(file, { force: true })
    return false
  })
  return alive.length
}

/**
 * For a process that ends now and can wait for nothing: it is no user any more, and tells the server to end if it was the
 * last. If another process is starting or stopping the server, that one looks after it.
 */
export function leaveAtOnce({ folder, users, lock }: UsedServer, pid: number): void {
  if (!fs.existsSync(users)) return
  for (const name of fs.readdirSync(users)) if (name.startsWith(`${pid}-`)) fs.rmSync(path.join(users, name), { force: true })
  const release = tryFileLock(lock)
  if (release === null) return
  try {
    const server = removeDeadUsers(users) === 0 ? runningServer({ folder }) : null
    // A fast shutdown: sessions are ended, and committed data is kept.
    if (server) process.kill(server.pid, 'SIGINT')
  } finally {
    release()
  }
}
