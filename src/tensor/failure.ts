/** What a run that did not come to its end is told as. */
import { UserError } from '../errors.ts'

export function engineFailed(program: string, error: unknown): UserError {
  return new UserError(
    'ENGINE_FAILED',
    `the engine failed in ${program}: ${messageOf(error)}; with less memory in use (--memory-limit) or another ` +
      'device (--device) it may go through',
    { cause: error },
  )
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
