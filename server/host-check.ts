/**
 * A web page can make a name of its own point at 127.0.0.1 and then talk to this server as if it were the page's own
 * (DNS rebinding). Such requests carry the page's name in `Host`. So a server that is bound to loopback accepts only
 * loopback names and the names that a proxy in front is known to use.
 */
import { isIP } from 'node:net'
import type { RequestHandler } from 'express'
import { refuse } from './refuse.ts'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

const nameOf = (hostHeader: string) => hostHeader.replace(/:\d+$/, '').toLowerCase()

export function hostPasses(boundTo: string, allowed: readonly string[], hostHeader = ''): boolean {
  const name = nameOf(hostHeader)
  return !isLoopback(boundTo) || LOOPBACK_NAMES.has(name) || isLoopback(name) || allowed.includes(name)
}

export function checkHost(boundTo: string, allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (hostPasses(boundTo, allowed, request.headers.host)) return next()
    const name = nameOf(request.headers.host ?? '')
    refuse(response, 403, 'BAD_INPUT', `This server answers on loopback only, and was called ${name || 'nothing'}.`)
  }
}
