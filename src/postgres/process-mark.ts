/**
 * Names a process so that it can be recognised later. Its number alone does not suffice, because it may be reused.
 */
import fs from 'node:fs'

/** `pid start-time`, or `pid` alone if the system does not tell the start time. */
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
  // A zombie is dead, but its parent has not collected its exit status (frequent in containers without an init
  // process).
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
