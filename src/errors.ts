import type { ZodError } from 'zod'

/**
 * Errors that a user can act on: one sentence that says what was given, what was expected and what to do. Programs look
 * at the code (`extensions.code` in GraphQL). Any other error that is thrown is a defect of ours.
 */
export const userErrorCodes = [
  'BAD_INPUT',
  'BAD_MODEL',
  /** Files of a feature set that cannot be used. */
  'BAD_FEATURES',
  'UNSUPPORTED',
  'BAD_DATASET',
  'NOT_FOUND',
  'TOO_LARGE',
  'DATABASE_UNAVAILABLE',
  'DATABASE_TOO_NEW',
  'ENGINE_UNAVAILABLE',
  'ENGINE_FAILED',
  'CANCELLED',
  'TIMEOUT',
  /** No API key, or an invalid one. */
  'UNAUTHENTICATED',
  /** A valid key without the right for this request. */
  'FORBIDDEN',
  'RATE_LIMITED',
] as const
export type UserErrorCode = (typeof userErrorCodes)[number]

export class UserError extends Error {
  override readonly name = 'UserError'
  readonly code: UserErrorCode
  constructor(code: UserErrorCode, message: string, options?: ErrorOptions) {
    super(onOneLine(message), options)
    this.code = code
  }
}

/** Characters that would break a line or control a terminal, because a sentence may quote a stranger's file. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/gu

const onOneLine = (message: string): string =>
  message.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const isUserError = (error: unknown): error is UserError => error instanceof UserError

const SHOWN_ISSUES = 3
const SHOWN_CHARACTERS = 60

/**
 * What a zod schema found wrong with `value`, as sentences with the place and the value there; zod's own message is a
 * list in JSON. Only the first few issues, because one mistake often causes many.
 */
export function describeIssues({ issues }: Pick<ZodError, 'issues'>, value: unknown): string {
  const sentences = issues.slice(0, SHOWN_ISSUES).map((issue) => {
    const { path, message } = issue
    const place = path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('')
    const found = valueAt(value, path)
    const range = rangeOf(issue)
    if (range !== null && typeof found === 'number') return `${place === '' ? 'the value' : place} is ${found}; expected ${range}`
    const got = found === undefined || typeof found === 'object' ? '' : ` (got ${shown(found)})`
    return `${place === '' ? '' : `${place}: `}${message}${got}`
  })
  const more = issues.length > SHOWN_ISSUES ? `; and ${issues.length - SHOWN_ISSUES} more` : ''
  return `${sentences.join('; ')}${more}`
}

/** What a number was expected to be, where it is outside; null for anything else. */
function rangeOf(issue: ZodError['issues'][number]): string | null {
  if (issue.code === 'too_small') return issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`
  if (issue.code === 'too_big') return issue.inclusive === false ? `less than ${issue.maximum}` : `at most ${issue.maximum}`
  return null
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = Reflect.get(at, key)
  }
  return at
}

/** A value from a stranger's file as an error quotes it: as JSON, and shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text
}
