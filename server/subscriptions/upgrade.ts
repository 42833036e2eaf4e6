/**
 * HTTP connections that become WebSockets. Browsers let every page open a WebSocket to any server, and name the page in
 * `Origin`. Only our own and the allowed origins pass. Clients that are no browsers send no `Origin`.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { hostPasses } from '../host-check.ts'

interface UpgradeOptions {
  host: string
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
}

export function acceptUpgrades(http: Server, sockets: WebSocketServer, options: UpgradeOptions): void {
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks here concerns nobody; it only needs to be closed.
    socket.on('error', () => socket.destroy())
    if (!isOurs(request)) return refuse(socket, '404 Not Found')
    if (!hostPasses(options.host, options.allowedHosts, request.headers.host)) return refuse(socket, '403 Forbidden')
    if (!originPasses(request, options.allowedOrigins)) return refuse(socket, '403 Forbidden')
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request))
  })
}

const isOurs = ({ url }: IncomingMessage) => url?.split('?')[0] === '/graphql'

function originPasses({ headers }: Pick<IncomingMessage, 'headers'>, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined || allowedOrigins.includes(origin.toLowerCase())) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
