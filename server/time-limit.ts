/** Ends a request that takes too long, and tells everything that works for it that nobody is waiting any more. */
import { setMaxListeners } from 'node:events'
import type { RequestHandler, Response } from 'express'
import { refuse } from './refuse.ts'

const controllers = new WeakMap<Response, AbortController>()

export const limitTime =
  (timeoutMs: number): RequestHandler =>
  (_request, response, next) => {
    const controller = new AbortController()
    // Each attribution of a request listens to this signal. The cost limit bounds their number, so many listeners are
    // no leak.
    setMaxListeners(0, controller.signal)
    controllers.set(response, controller)
    const timer = setTimeout(() => {
      controller.abort()
      if (response.headersSent) return
      refuse(response, 504, 'TIMEOUT', `The request took longer than ${timeoutMs / 1000} s. Ask for less at once.`, {
        limit: timeoutMs,
      })
    }, timeoutMs)
    response.on('close', () => {
      clearTimeout(timer)
      if (!response.writableFinished) controller.abort()
    })
    next()
  }

export function signalOf(response: Response): AbortSignal {
  const controller = controllers.get(response)
  if (!controller) throw new Error('limitTime did not run before this handler')
  return controller.signal
}
