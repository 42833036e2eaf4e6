/**
 * Subscriptions over WebSocket (graphql-transport-ws). A connection, and each operation on it, counts as a request
 * under way; keys come in the connection's payload, since browsers cannot send headers with a WebSocket, or as headers.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { getOperationAST, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { Refusal } from '../access/refusal.ts'
import { authorOf } from '../access/caller.ts'
import { causesOf, formatError, INTERNAL } from '../format-error.ts'
import type { HttpOptions } from '../http-options.ts'
import { labelsOf } from '../metrics/request-metrics.ts'
import { prepare } from './operations.ts'
import { acceptUpgrades } from './upgrade.ts'
import { watchKey } from './watch-key.ts'

/** Operations of one connection at once; if keys are needed, their limit is smaller than this. */
const MOST_OPERATIONS = 100

/** Codes of our own; graphql-ws uses 4400 to 4500. */
const CLOSE_CODES: Record<number, number> = { 401: 4401, 403: 4403, 429: 4429 }
const KEY_ENDED = 'The API key has expired or was revoked; connect again with another.'
/** What a WebSocket's closing can hold, in bytes. */
const LONGEST_REASON = 120

const REFUSED = { type: 'subscription', field: 'none' }

interface Running {
  requestId: string
  controller: AbortController
  leave(): void
  startedAt: number
  labels: { type: string; field: string }
}

interface Connection {
  running: Map<string, Running>
  leave(): void
}

const paramsSchema = z.object({ 'x-api-key': z.string().optional(), authorization: z.string().optional() })

/** A key in the connection's payload; `access` itself looks for one in a header. */
function secretIn(params: unknown): string | undefined {
  const { 'x-api-key': own, authorization } = paramsSchema.safeParse(params).data ?? {}
  return own ?? authorization?.replace(/^Bearer\s+/i, '')
}

export function serveSubscriptions(http: Server, options: HttpOptions): { close(): Promise<void> } {
  const { access, limits, logger, metrics, contextOf } = options
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes })
  acceptUpgrades(http, sockets, options)
  const connections = new WeakMap<IncomingMessage, Connection>()

  const format = (error: GraphQLError, requestId: string): GraphQLFormattedError => {
    const formatted = formatError(error.toJSON(), error)
    const { http: _status, ...extensions } = formatted.extensions ?? {}
    const isInternal = extensions['code'] === INTERNAL
    if (isInternal) logger.error({ requestId, causes: [...causesOf(error)].map(String) }, 'subscription failed')
    return { ...formatted, extensions: { ...extensions, ...(isInternal && { requestId }) } }
  }
  const end = (extra: Extra, id: string) => {
    const running = connections.get(extra.request)?.running
    const operation = running?.get(id)
    if (!operation) return
    running?.delete(id)
    operation.controller.abort()
    operation.leave()
    const seconds = (performance.now() - operation.startedAt) / 1000
    metrics.request({ ...operation.labels, code: operation.labels === REFUSED ? 'REFUSED' : 'OK' }, seconds)
  }
  const endAll = (extra: Extra) => {
    for (const id of connections.get(extra.request)?.running.keys() ?? []) end(extra, id)
  }

  const server = useServer(
    {
      async onConnect({ connectionParams, extra }) {
        try {
          const { caller, leave, keyHolds } = await access.enter(extra.request, secretIn(connectionParams))
          // The connection may have closed while its key was looked up.
          if (extra.socket.readyState !== extra.socket.OPEN) {
            leave()
            return false
          }
          const unwatch = caller.keyName === null ? () => undefined : watchKey(keyHolds, limits.keyCheckMs, () => {
            extra.socket.close(CLOSE_CODES[401], KEY_ENDED)
            // Operations end at once, without waiting until the client agrees to the closing.
            endAll(extra)
          })
          const leaveForGood = () => {
            unwatch()
            leave()
          }
          connections.set(extra.request, { running: new Map(), leave: leaveForGood })
          return true
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          extra.socket.close(CLOSE_CODES[error.status] ?? 4403, error.message.slice(0, LONGEST_REASON))
          return false
        }
      },
      async onSubscribe({ connectionParams, extra }, id, payload) {
        const connection = connections.get(extra.request)
        if (!connection) throw new Error('an operation came before its connection was let in')
        // If an operation of this id is still ending, the new one would share its entry.
        if (connection.running.has(id) || connection.running.size >= MOST_OPERATIONS) {
          const extensions = { code: 'RATE_LIMITED', limit: MOST_OPERATIONS }
          return [new GraphQLError(`A connection follows at most ${MOST_OPERATIONS} at once.`, { extensions })]
        }
        const requestId = randomUUID()
        const controller = new AbortController()
        const began = { startedAt: performance.now(), labels: REFUSED }
        const operation: Running = { requestId, controller, leave: () => undefined, ...began }
        // Set before the first await: operations that come meanwhile must find the place taken.
        connection.running.set(id, operation)
        try {
          // Checked again, because a key may have been revoked since the connection was made.
          const { caller, leave } = await access.enter(extra.request, secretIn(connectionParams))
          operation.leave = leave
          if (controller.signal.aborted) {
            leave()
            return [new GraphQLError('The connection has gone.')]
          }
          const contextValue = { ...contextOf(controller.signal, requestId), author: authorOf(caller) }
          const prepared = await prepare(options, caller, payload, contextValue)
          logger.debug({ requestId, operationName: payload.operationName }, 'subscription')
          if (!('schema' in prepared)) end(extra, id)
          else operation.labels = labelsOf(getOperationAST(prepared.document, prepared.operationName))
          return prepared
        } catch (error) {
          end(extra, id)
          return [error instanceof GraphQLError ? error : new GraphQLError('failed', { originalError: asError(error) })]
        }
      },
      onNext({ extra }, id, _payload, _args, result) {
        if (!result.errors) return
        const requestId = connections.get(extra.request)?.running.get(id)?.requestId ?? id
        return { ...result, errors: result.errors.map((error) => format(error, requestId)) }
      },
      onError: (_context, id, _payload, errors) => errors.map((error) => format(error, id)),
      onComplete: ({ extra }, id) => end(extra, id),
      onClose({ extra }) {
        endAll(extra)
        connections.get(extra.request)?.leave()
      },
      isProd: true,
    },
    sockets,
  )
  // graphql-ws prints every error that breaks a connection, with its trace. A frame over the limit is the client's
  // fault, and ws has already closed the connection with 1009.
  sockets.on('connection', (socket) => {
    socket.removeAllListeners('error')
    socket.on('error', (error) => logger.info({ reason: error.message }, 'WebSocket closed'))
  })
  return { close: async () => server.dispose() }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
