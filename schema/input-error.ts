/** Says which argument did not fit, instead of printing zod's list of issues as JSON. */
import type { ZodError } from 'zod'
import { describeIssues, UserError } from '../src/errors.ts'

export const describeZodError = (error: ZodError, args: Record<string, unknown>): UserError =>
  new UserError('BAD_INPUT', `${describeIssues(error, args)}.`, { cause: error })
