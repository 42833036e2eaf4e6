/** Every request has an id: the caller's own if its form is valid, else a new one. Answers and log lines carry it. */
import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'

const HEADER = 'x-request-id'
const SANE = /^[\w-]{8,64}$/

export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get(HEADER)
  response.setHeader(HEADER, given && SANE.test(given) ? given : randomUUID())
  next()
}

export const requestIdOf = (response: Response): string => String(response.getHeader(HEADER))
