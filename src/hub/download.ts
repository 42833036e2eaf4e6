/**
 * Downloads one blob from the hub. A download that was interrupted is continued, by this process or another. The file
 * becomes a blob only if its bytes have the digest that the hub states.
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
  /** Called with the number of bytes of the file that have arrived. */
  onProgress(bytes: number): void
}

/** The most consecutive attempts without a new byte. */
const BARREN_ATTEMPTS = 5
/** A connection that sends nothing for this long is closed. */
const SILENCE_MS = 30_000

/** Returns the blob's path. */
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

/** Requests the missing bytes until none is missing. */
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

/** The connection ended before the file did, or sent something other than what was requested. */
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
      // Stops a server that sends more than it announced.
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

/** Errors of the disk, and answers of the hub that would be the same in another attempt. */
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
  // Only sent to this host: redirects to other hosts go to addresses that the hub has signed.
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

/** Servers without support for ranges send the whole file; bytes that are already here are skipped. */
async function* skipping(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of body) {
    const rest = chunk.subarray(Math.min(left, chunk.length))
    left -= chunk.length - rest.length
    if (rest.length > 0) yield rest
  }
}

/** The number of bytes of the file that are already here; 0, if there are more than the file has. */
async function trimmed(path: string, bytes: number): Promise<number> {
  const size = await sizeOf(path)
  if (size <= bytes) return size
  await truncate(path, 0)
  return 0
}

const exists = async (path: string) => (await stat(path).catch(() => null)) !== null

/** Whether the bytes are right: large files are identified by their sha256, small ones by git's sha1. */
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
