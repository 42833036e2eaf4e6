/** Why a job failed, as the error for whoever asked. */
import pg from 'pg'
import { z } from 'zod'
import { UserError, type UserErrorCode, isUserError } from '../../src/errors.ts'
import type { JobRow } from './job-table.ts'
import { type JobError, jobErrorSchema } from './job.ts'

/** null for a job that has not failed (yet). */
export function jobFailure({ state, output }: Pick<JobRow, 'state' | 'output'>): UserError | null {
  if (state === 'cancelled') {
    return new UserError('CANCELLED', 'The computation was called off; ask again to start it anew.')
  }
  return state === 'failed' ? errorOf(output) : null
}

/** From a job's output: ours, pg-boss' word for a dead worker, or an exception. */
export function errorOf(output: unknown): UserError {
  const ours = jobErrorSchema.safeParse(output)
  if (ours.success && isCode(ours.data.code)) return new UserError(ours.data.code, ours.data.message)
  const timeout = z.object({ value: z.object({ message: z.string().regex(/timeout/) }) }).safeParse(output)
  if (timeout.success) {
    return new UserError(
      'ENGINE_FAILED',
      'Every worker that took this computation died or hung on it, so it was given up; their logs say more.',
    )
  }
  const other = z.object({ message: z.string() }).safeParse(output)
  const message = other.success ? other.data.message : 'The computation failed for no stated reason.'
  return new UserError('ENGINE_FAILED', message)
}

/** What is written into a job's output. */
export function toJobError(error: unknown): JobError {
  if (isUserError(error)) return { code: error.code, message: error.message }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'ENGINE_FAILED', message: `The computation failed: ${reason}` }
}

/** Whether trying again can help: the reason lies in this moment or this machine, not in the request. */
export const isPassing = (error: unknown): boolean => !isUserError(error) || PASSING.has(error.code)

/**
 * Whether the database has no room, no memory or a broken disk (SQLSTATE classes 53 and 58). That is not the job's
 * fault, and ends when someone has mended it.
 */
export const isShortage = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^5[38]/.test(error.code ?? '')

const PASSING: ReadonlySet<UserErrorCode> = new Set(['DATABASE_UNAVAILABLE', 'ENGINE_UNAVAILABLE', 'CANCELLED'])
const CODES: Record<UserErrorCode, true> = {
  BAD_INPUT: true,
  BAD_MODEL: true,
  BAD_FEATURES: true,
  UNSUPPORTED: true,
  BAD_DATASET: true,
  NOT_FOUND: true,
  TOO_LARGE: true,
  DATABASE_UNAVAILABLE: true,
  DATABASE_TOO_NEW: true,
  ENGINE_UNAVAILABLE: true,
  ENGINE_FAILED: true,
  CANCELLED: true,
  TIMEOUT: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  RATE_LIMITED: true,
}
const isCode = (code: string): code is UserErrorCode => Object.hasOwn(CODES, code)
