/** zod's account of a refused record → the end of a sentence that begins "record 5 (line 12) …". */
import type { z } from 'zod'
import { isLosslessNumber } from '../../src/json/number.ts'
import { quotedName } from './text.ts'

export function brokenReason(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0]
  if (!issue) return 'is not a record of this format'
  if (issue.path.length === 0) return `is ${kindOf(raw)} where an object was expected`
  const field = quotedName(issue.path.map(String).join('.'))
  const value = valueAt(raw, issue.path)
  if (value === undefined) return `lacks ${field}`
  if (issue.code === 'custom') return `has a ${field} that ${issue.message}`
  if (issue.code === 'invalid_type') return `has ${kindOf(value)} as ${field} where ${issue.expected} was expected`
  return `has an unusable ${field} (${issue.message})`
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  )

/** What a value is, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (isLosslessNumber(value)) return 'a number'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
