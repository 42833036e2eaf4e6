/** What a route outside GraphQL answers if something was refused. */
import type { Response } from 'express'
import { forClients } from '../schema/words.ts'
import { isUserError, type UserErrorCode } from '../src/errors.ts'
import { Refusal } from './access/refusal.ts'
import { refuse } from './refuse.ts'

const STATUS: Partial<Record<UserErrorCode, number>> = {
  BAD_INPUT: 400, UNSUPPORTED: 415, NOT_FOUND: 404, TOO_LARGE: 413, DATABASE_UNAVAILABLE: 503, TIMEOUT: 504,
}

/** Answers a refusal with its sentence, unless an answer has been sent; rethrows a defect. */
export function refuseRouteError(response: Response, error: unknown): void {
  if (response.headersSent) return
  if (error instanceof Refusal) {
    response.set(error.headers)
    return refuse(response, error.status, error.code, error.message, error.details)
  }
  const status = isUserError(error) ? STATUS[error.code] : undefined
  if (!isUserError(error) || status === undefined) throw error
  refuse(response, status, error.code, forClients(error.message))
}
