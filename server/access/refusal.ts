/** A refusal that is the same over HTTP and WebSocket: a GraphQL error that also knows its status and headers. */
import { HeaderMap } from '@apollo/server'
import { GraphQLError } from 'graphql'
import type { UserErrorCode } from '../../src/errors.ts'

interface RefusalOptions {
  status: number
  code: UserErrorCode
  /** Numbers for programs: a cost, a limit. */
  details?: Record<string, number>
  headers?: Record<string, string>
}

export class Refusal extends GraphQLError {
  readonly status: number
  readonly code: UserErrorCode
  readonly details: Record<string, number>
  readonly headers: Record<string, string>

  constructor(message: string, { status, code, details = {}, headers = {} }: RefusalOptions) {
    const http = { status, headers: new HeaderMap(Object.entries(headers)) }
    super(message, { extensions: { ...details, code, http } })
    this.status = status
    this.code = code
    this.details = details
    this.headers = headers
  }
}

export const unauthenticated = (message: string): Refusal =>
  new Refusal(message, { status: 401, code: 'UNAUTHENTICATED', headers: { 'www-authenticate': 'Bearer' } })

export function rateLimited(message: string, waitMs: number, details: Record<string, number> = {}): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new Refusal(`${message} Try again in ${retryAfterSeconds} s.`, {
    status: 429,
    code: 'RATE_LIMITED',
    details: { ...details, retryAfterSeconds },
    headers: { 'retry-after': String(retryAfterSeconds) },
  })
}
