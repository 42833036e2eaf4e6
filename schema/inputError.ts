/** Says which argument did not fit, instead of printing zod's list of issues as JSON. */
import type { ZodError } from 'zod'
import { UserError } from '../src/errors.ts'

const shown = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    args,
  )
}

export function describeZodError(error: ZodError, args: Record<string, unknown>): UserError {
  const sentences = error.issues.map(({ path, message }) => {
    const name = path.map(String).join('.') || 'arguments'
    const value = valueAt(args, path)
    return `${name}: ${message}${value === undefined || typeof value === 'object' ? '' : ` (got ${shown(value)})`}`
  })
  return new UserError('BAD_INPUT', sentences.join('; '), { cause: error })
}
