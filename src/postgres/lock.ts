/**
 * A lock file that processes of one machine take in turn. It names its owner's process, so that one left behind by
 * a crash is recognised and taken away.
 */
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'

const RETRY_MS = 20
/** A lock without an owner's name was either created this instant or left by a crash in that instant. */
const UNNAMED_MS = 2000

export async function withFileLock<T>(file: string, timeoutMs: number, action: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs
  while (!tryTake(file)) {
    if (isAbandoned(file)) fs.rmSync(file, { force: true })
    else if (Date.now() > deadline) {
      throw new UserError(
        'DATABASE_UNAVAILABLE',
        `Another process has been starting or stopping the database for ${Math.round(timeoutMs / 1000)} s; ` +
          `if none is, delete ${file} and try again.`,
      )
    } else await sleep(RETRY_MS)
  }
  try {
    return await action()
  } finally {
    fs.rmSync(file, { force: true })
  }
}

function tryTake(file: string): boolean {
  try {
    fs.writeFileSync(file, processMark(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function isAbandoned(file: string): boolean {
  try {
    const mark = fs.readFileSync(file, 'utf8')
    return mark === '' ? Date.now() - fs.statSync(file).mtimeMs > UNNAMED_MS : !isMarkAlive(mark)
  } catch {
    // Gone meanwhile: try to take it.
    return false
  }
}

/** `pid` or, where the system tells, `pid start-time`: a number alone may meanwhile belong to another process. */
export function processMark(pid: number): string {
  return `${pid} ${startTime(pid)}`.trim()
}

export function isMarkAlive(mark: string): boolean {
  const [pid = '', start = ''] = mark.split(' ')
  return isAlive(Number(pid)) && startTime(Number(pid)) === start
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  // A zombie: dead, but nobody has asked how it ended (containers without an init process are full of them).
  return processState(pid)?.state !== 'Z'
}

const startTime = (pid: number): string => processState(pid)?.start ?? ''

/** Fields 3 and 22 of /proc/PID/stat; the second field may hold spaces, so count from its closing bracket. */
function processState(pid: number): { state: string; start: string } | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '' }
  } catch {
    return null
  }
}
