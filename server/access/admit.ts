/** Access for HTTP. It is checked before the body is read, so that refused requests cost little. */
import type { RequestHandler, Response } from 'express'
import { refuse } from '../refuse.ts'
import type { Access } from './access.ts'
import type { Caller } from './caller.ts'
import { Refusal } from './refusal.ts'

const callers = new WeakMap<Response, Caller>()

export const admit =
  (access: Access): RequestHandler =>
  async (request, response, next) => {
    try {
      const { caller, leave } = await access.enter(request)
      callers.set(response, caller)
      if (response.closed) leave()
      else response.once('close', leave)
      next()
    } catch (error) {
      if (!(error instanceof Refusal)) return next(error)
      response.set(error.headers)
      refuse(response, error.status, error.code, error.message, error.details)
    }
  }

export function callerOf(response: Response): Caller {
  const caller = callers.get(response)
  if (!caller) throw new Error('admit did not run before this handler')
  return caller
}
