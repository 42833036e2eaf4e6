/** zod's account of a refused record → the end of a sentence that begins "record 5 (line 12) …". */
import type { z } from 'zod'

export function brokenReason(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0]
  if (!issue) return 'is not a record of this format'
  if (issue.path.length === 0) return `is ${typeName(raw)} where an object was expected`
  const field = issue.path.map(String).join('.')
  const value = valueAt(raw, issue.path)
  if (value === undefined) return `lacks "${field}"`
  if (issue.code === 'custom') return `has a "${field}" that ${issue.message}`
  if (issue.code === 'invalid_type') return `has ${typeName(value)} as "${field}" where ${issue.expected} was expected`
  return `has an unusable "${field}" (${issue.message})`
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  )

const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
