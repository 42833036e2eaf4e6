/** What a log of PostgreSQL's programs says about a failure, for one sentence to a person. */
import fs from 'node:fs'
import { UserError } from '../errors.ts'

/** Less than this is no room: the server writes its log ahead in files of 16 MiB, and then data. */
const LEAST_BYTES = 1024 * 1024
const FULL = /No space left on device|Disk quota exceeded|not enough space/i
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT'])
const TELLING = /\b(?:PANIC|FATAL|ERROR|error):\s/
/** `2026-11-28 17:29:33.058 UTC [32020] ` */
const PREFIX = /^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[\d+\] /

/** The line that tells most: the last error, or the last line. Without control characters. */
export function tellingLine(log: string): string {
  const lines = log.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const line = lines.findLast((each) => TELLING.test(each)) ?? lines.at(-1) ?? ''
  return line.replace(PREFIX, '').replace(/[\p{Cc}\s]+/gu, ' ').trim()
}

/** Whether a full disk is the cause: the log says so, or there was no room even for the log. */
export function isDiskFull(folder: string, log: string): boolean {
  if (FULL.test(log)) return true
  try {
    const { bavail, bsize } = fs.statfsSync(folder)
    return bavail * bsize < LEAST_BYTES
  } catch {
    return false
  }
}

export const isFullError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && FULL_CODES.has(error.code)

export const diskFull = (folder: string, cause?: unknown): UserError =>
  new UserError(
    'DATABASE_UNAVAILABLE',
    `The disk that holds ${folder} is full, and PostgreSQL cannot run without room to write; free some space on it.`,
    { cause },
  )
