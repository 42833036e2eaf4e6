/** Refusals before GraphQL takes over, in the shape that GraphQL clients expect of errors. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { UserErrorCode } from '../src/errors.ts'
import { isDatabaseOutage } from '../src/postgres/outage.ts'
import { causesOf, INTERNAL } from './format-error.ts'
import type { ServerLimits } from './limits.ts'
import type { ServerLogger } from './logger.ts'
import { requestIdOf } from './request-id.ts'

export function refuse(
  response: Response,
  status: number,
  code: UserErrorCode | typeof INTERNAL,
  message: string,
  extensions: Record<string, unknown> = {},
): void {
  response.status(status).json({ errors: [{ message, extensions: { ...extensions, code } }] })
}

export const refuseUnknownPath: RequestHandler = (request, response) => {
  refuse(response, 404, 'NOT_FOUND', `There is nothing at ${request.path}; GraphQL is at /graphql.`)
}

/** What the body parser throws: http-errors with a `type`. */
interface BodyError {
  type: string
  length?: number
}
const isBodyError = (error: unknown): error is BodyError =>
  error instanceof Error && 'type' in error && typeof error.type === 'string'

export const refuseFailure =
  (limits: ServerLimits, logger: ServerLogger): ErrorRequestHandler =>
  (error: unknown, _request, response, _next) => {
    // The request timed out: its answer has been sent, so a later one cannot be.
    if (response.headersSent) return
    if (isBodyError(error) && error.type === 'entity.too.large') {
      const message = `The request body is ${error.length ?? 'too many'} bytes, and the limit is ${limits.bodyBytes}.`
      return refuse(response, 413, 'TOO_LARGE', message, { cost: error.length, limit: limits.bodyBytes })
    }
    if (isBodyError(error)) return refuse(response, 400, 'BAD_INPUT', 'The request body is not valid JSON.')
    const requestId = requestIdOf(response)
    if ([...causesOf(error)].some(isDatabaseOutage)) {
      logger.error({ requestId, err: error }, 'the database did not answer')
      const message = 'The database did not answer. Try again later.'
      return refuse(response, 503, 'DATABASE_UNAVAILABLE', message, { requestId })
    }
    logger.error({ requestId, err: error }, 'request failed')
    refuse(response, 500, INTERNAL, 'Something went wrong on the server.', { requestId })
  }
