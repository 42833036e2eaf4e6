/**
 * One blob from the hub onto this disk. It goes on where it was broken off, in this process or another, and becomes a
 * blob only when its bytes have the digest that the hub says.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { claimPartial, sizeOf, type Partial } from './partial.ts'
import { HubRefusal, HubUnreachable, type HubRequests } from './request.ts'
import type { HubFile } from './repository.ts'

export interface Download {
  file: HubFile
  url: string
  /** The folder of blobs. */
  folder: string
  requests: HubRequests
  /** Bytes of the file that are here. */
  onProgress(bytes: number): void
}

/** Attempts that bring nothing, one after another. */
const BARREN_ATTEMPTS = 5
/** A connection that brings nothing for so long is given up. */
const SILENCE_MS = 30_000

/** The blob's path. */
export async function downloadBlob(download: Download): Promise<string> {
  const { file, folder, onProgress } = download
  const blob = join(folder, file.etag)
  const there = await stat(blob).catch(() => null)
  if (there?.size === file.bytes) {
    onProgress(file.bytes)
    return blob
  }
  const partial = await claimPartial(folder, file.etag)
  try {
    for (const isLast of [false, true]) {
      await complete(download, partial)
      if (await isRight(partial.path, file)) {
        await partial.finish()
        return blob
      }
      await partial.discard()
      if (isLast)
        throw new UserError(
          'BAD_INPUT',
          `${file.path} arrived twice with other bytes than the hub announces; does something on the way change them?`,
        )
    }
    throw new Error('unreachable')
  } catch (error) {
    await partial.release().catch(() => undefined)
    throw diskFull(error, file)
  }
}

/** Asks for what is missing until nothing is. */
async function complete(download: Download, partial: Partial): Promise<void> {
  const { file, requests } = download
  for (let barren = 0; ; ) {
    const before = await trimmed(partial.path, file.bytes)
    download.onProgress(before)
    if (before === file.bytes && (before > 0 || (await exists(partial.path)))) return
    try {
      await append(download, partial.path, before)
    } catch (error) {
      requests.signal.throwIfAborted()
      if (!(error instanceof BrokenOff)) throw error
      barren = (await sizeOf(partial.path)) > before ? 0 : barren + 1
      if (barren === BARREN_ATTEMPTS)
        throw new HubUnreachable(`${file.path} broke off ${barren} times at ${before} of ${file.bytes} bytes`, {
          cause: error,
        })
      await sleep(requests.pauseMs * 2 ** barren, undefined, { signal: requests.signal })
    }
  }
}

/** The connection ended before the file did, or brought what was not asked for. */
class BrokenOff extends Error {}

async function append({ file, url, requests, onProgress }: Download, path: string, from: number): Promise<void> {
  const { settings, signal } = requests
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), SILENCE_MS)
  let done = from
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      timer.refresh()
      done += chunk.length
      onProgress(Math.min(done, file.bytes))
      // More than was announced is not written on and on.
      if (done > file.bytes) next(new BrokenOff('too many bytes'))
      else next(null, chunk)
    },
  })
  try {
    const body = await open(url, from, requests, settings.token)
    const sink = createWriteStream(path, { flags: from === 0 ? 'w' : 'a', mode: 0o644 })
    await pipeline(body, watch, sink, { signal: AbortSignal.any([signal, silence.signal]) })
    if (done < file.bytes) throw new BrokenOff('too few bytes')
  } catch (error) {
    throw isFault(error)
      ? error
      : new BrokenOff(error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Errors of the disk, and answers of the hub that another attempt would get again. */
const isFault = (error: unknown): boolean =>
  error instanceof BrokenOff ||
  error instanceof HubRefusal ||
  error instanceof HubUnreachable ||
  diskCode(error) !== null

const diskCode = (error: unknown): string | null =>
  error instanceof Error &&
  'syscall' in error &&
  'code' in error &&
  /^(?:open|write|close)$/.test(String(error.syscall))
    ? String(error.code)
    : null

/** The bytes from `from` on. */
async function open(url: string, from: number, { fetch }: HubRequests, token: string | null): Promise<Readable> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  // Sent on to the same host only: what redirects lead to elsewhere is signed by the hub.
  if (token !== null) headers['authorization'] = `Bearer ${token}`
  if (from > 0) headers['range'] = `bytes=${from}-`
  const response = await fetch(url, { headers })
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  const starts = response.status === 206 ? Number(range ?? from) : 0
  const body = response.body ? Readable.fromWeb(response.body) : Readable.from([])
  if (starts === from) return body
  if (starts > from) throw new BrokenOff('another range')
  return Readable.from(skipping(body, from - starts))
}

/** Servers that know no ranges send all of it: what is here already is passed over. */
async function* skipping(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of body) {
    const rest = chunk.subarray(Math.min(left, chunk.length))
    left -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}

/** What is here of the file: nothing where there is more than the file has. */
async function trimmed(path: string, bytes: number): Promise<number> {
  const size = await sizeOf(path)
  if (size <= bytes) return size
  await truncate(path, 0)
  return 0
}

const exists = async (path: string) => (await stat(path).catch(() => null)) !== null

/** Large files are known by their sha256, small ones as git knows them. */
async function isRight(path: string, { etag, bytes }: HubFile): Promise<boolean> {
  const hash: Hash = etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`)
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash)
  return hash.digest('hex') === etag
}

function diskFull(error: unknown, { path, bytes }: HubFile): unknown {
  if (diskCode(error) !== 'ENOSPC') return error
  return new UserError(
    'TOO_LARGE',
    `The disk is full before all ${bytes} bytes of ${path} were there; make room and give the same command again, ` +
      'which goes on from there.',
    { cause: error },
  )
}
