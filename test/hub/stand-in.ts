/**
 * A server that behaves as the Hugging Face hub does where downloads are concerned: revisions, pages of the tree, small
 * files at `resolve`, large ones behind a redirect to another host, ranges, tokens, and the ways in which it all fails.
 */
import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface StandInRepository {
  /** As in its address: `org/name`, or `datasets/org/name`. */
  name: string
  files: Record<string, string | Buffer>
  /** Paths that are kept by LFS: known by their sha256 and served by another host. */
  lfs?: readonly string[]
  /** What revisions are there, besides the commit itself. Default: main. */
  revisions?: readonly string[]
  /** Only with this token. */
  token?: string
  isGated?: boolean
}

export interface StandIn {
  endpoint: string
  /** `METHOD path`, with ` [range]` behind it, in order; those of the other host begin with `CDN`. */
  requests: string[]
  /** Called before every answer; one that returns true has answered itself. */
  fault: (request: http.IncomingMessage, response: http.ServerResponse) => boolean
  /** Ends the connection when so many bytes of a large file were sent, as often as there are numbers. */
  cuts: number[]
  /** Awaited before such an end: what was sent, up to this byte of the file, has to be where it belongs by then. */
  beforeCut: (sentUpTo: number) => Promise<void>
  /** Whether the other host answers ranges with the whole file. */
  ignoresRanges: boolean
  commitOf(name: string): string
  etagOf(name: string, path: string): string
  close(): Promise<void>
}

const PAGE = 2
const digest = (algorithm: string, ...parts: (string | Buffer)[]) => {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

export async function standInHub(repositories: readonly StandInRepository[]): Promise<StandIn> {
  const commitOf = (name: string) => digest('sha1', name)
  const find = (name: string) => repositories.find((repository) => repository.name === name)
  const bytesOf = (repository: StandInRepository, path: string) => Buffer.from(repository.files[path] ?? '')
  const etag = (repository: StandInRepository, path: string) => {
    const bytes = bytesOf(repository, path)
    return repository.lfs?.includes(path) ? digest('sha256', bytes) : digest('sha1', `blob ${bytes.length}\0`, bytes)
  }
  const requests: string[] = []
  const cdn = await listen((request, response) => {
    requests.push(`CDN ${request.url}${request.headers.range ? ` [${request.headers.range}]` : ''}`)
    // The hub's storage refuses signed addresses that come with a token, too.
    if (request.headers.authorization !== undefined) return answer(response, 400, 'two ways to be authorized')
    if (standIn.fault(request, response)) return
    const [, name = '', path = ''] = /^\/(.*)\/-\/(.*)$/.exec(decodeURIComponent(request.url ?? '')) ?? []
    const repository = find(name)
    if (!repository) return answer(response, 404, 'gone')
    sendBytes(request, response, bytesOf(repository, path), {}, { cut: standIn.cuts.shift(), beforeCut: standIn.beforeCut, ranges: !standIn.ignoresRanges })
  })
  const hub = await listen((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}${request.headers.range ? ` [${request.headers.range}]` : ''}`)
    if (standIn.fault(request, response)) return
    route(request, response)
  })

  function route(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '', standIn.endpoint)
    const path = decodeURIComponent(url.pathname).slice(1)
    const [, kind, asked = '', what = '', rest = ''] =
      /^api\/(models|datasets)\/(.+?)\/(revision|tree)\/(.+)$/.exec(path) ?? []
    if (kind !== undefined) {
      const name = kind === 'datasets' ? `datasets/${asked}` : asked
      const repository = find(name)
      if (!repository || !mayRead(repository, request, response)) return repository ? undefined : refuse(response, 404, 'RepoNotFound', 'Repository not found')
      if (![commitOf(name), ...(repository.revisions ?? ['main'])].includes(rest)) return refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${rest}`)
      return what === 'revision' ? sendInfo(response, repository) : sendTree(url, response, repository)
    }
    const [, name = '', commit = '', file = ''] = /^((?:datasets\/)?[^/]+(?:\/[^/]+)?)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? []
    const repository = find(name)
    if (!repository || commit !== commitOf(name)) return refuse(response, 404, 'RepoNotFound', 'Repository not found')
    if (!mayRead(repository, request, response)) return
    if (repository.files[file] === undefined) return refuse(response, 404, 'EntryNotFound', 'Entry not found')
    const headers = { etag: `"${etag(repository, file)}"`, 'x-repo-commit': commit }
    if (!repository.lfs?.includes(file)) return sendBytes(request, response, bytesOf(repository, file), headers, { ranges: true })
    const location = `${cdn.address}/${repository.name}/-/${file.split('/').map(encodeURIComponent).join('/')}`
    response.writeHead(302, {
      location, 'x-repo-commit': commit,
      'x-linked-etag': `"${etag(repository, file)}"`, 'x-linked-size': bytesOf(repository, file).length,
    }).end()
  }

  function mayRead({ token, isGated }: StandInRepository, request: http.IncomingMessage, response: http.ServerResponse): boolean {
    const isKnown = token === undefined || request.headers.authorization === `Bearer ${token}`
    if (isKnown && !isGated) return true
    if (isGated) refuse(response, isKnown ? 403 : 401, 'GatedRepo', 'Access to this model is restricted')
    else refuse(response, 401, 'RepoNotFound', 'Repository not found')
    return false
  }

  function sendInfo(response: http.ServerResponse, { name }: StandInRepository): void {
    const id = name.replace(/^datasets\//, '')
    json(response, { _id: '1', id, sha: commitOf(name), private: false, gated: false, downloads: 0, likes: 0, lastModified: '2026-01-01T00:00:00.000Z' })
  }

  function sendTree(url: URL, response: http.ServerResponse, repository: StandInRepository): void {
    const folders = new Set(Object.keys(repository.files).flatMap((path) => path.split('/').slice(0, -1).join('/') || []))
    const entries = [
      ...[...folders].map((path) => ({ type: 'directory', oid: digest('sha1', path), size: 0, path })),
      ...Object.keys(repository.files).map((path) => {
        const size = bytesOf(repository, path).length
        const oid = digest('sha1', path)
        const lfs = { oid: etag(repository, path), size, pointerSize: 130 }
        return repository.lfs?.includes(path) ? { type: 'file', oid, size, lfs, path } : { type: 'file', oid: etag(repository, path), size, path }
      }),
    ]
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const next = new URL(url)
    next.searchParams.set('cursor', String(from + PAGE))
    json(response, entries.slice(from, from + PAGE), from + PAGE < entries.length ? { link: `<${next.href}>; rel="next"` } : {})
  }

  const standIn: StandIn = {
    endpoint: hub.address,
    requests,
    fault: () => false,
    cuts: [],
    beforeCut: async () => {},
    ignoresRanges: false,
    commitOf,
    etagOf: (name, path) => {
      const repository = find(name)
      if (!repository) throw new Error(`no repository ${name}`)
      return etag(repository, path)
    },
    close: async () => {
      await Promise.all([hub.close(), cdn.close()])
    },
  }
  onTestFinished(() => standIn.close())
  return standIn
}

async function listen(handle: http.RequestListener): Promise<{ address: string; close(): Promise<void> }> {
  const server = http.createServer(handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((done) => {
      server.closeAllConnections()
      server.close(() => done())
    })
  return { address: `http://127.0.0.1:${port}`, close }
}

function sendBytes(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  bytes: Buffer,
  headers: Record<string, string>,
  { cut, beforeCut, ranges }: { cut?: number | undefined; beforeCut?: StandIn['beforeCut']; ranges: boolean },
): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const start = ranges && from !== undefined ? Number(from) : 0
  const end = ranges && to ? Number(to) + 1 : bytes.length
  const part = bytes.subarray(start, end)
  const isPart = ranges && from !== undefined
  response.writeHead(isPart ? 206 : 200, {
    ...headers,
    'content-length': part.length,
    ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
  })
  if (cut === undefined) response.end(part)
  else response.write(part.subarray(0, cut), () => void beforeCut?.(start + cut).finally(() => response.destroy()))
}

function json(response: http.ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

function refuse(response: http.ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-error-code': code, 'x-error-message': message })
    .end(JSON.stringify({ error: message }))
}

export function answer(response: http.ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text)
}
