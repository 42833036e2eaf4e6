/**
 * Reads the bytes of a dataset file piece by piece. A file is never held whole, so memory does not grow with it. Files
 * that are packed with gzip are unpacked on the way.
 */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../src/errors.ts'
import type { DatasetLimits } from './limits.ts'
import { withoutByteOrderMark } from './text.ts'

export interface DatasetBytes {
  path: string
  /** Size of the file on disk. */
  sizeBytes: number
  isCompressed: boolean
  /** The first (unpacked) bytes, without a byte order mark: at least `HEAD_BYTES`, if there are that many. */
  head: Buffer
  /** All bytes; every call begins at the start. */
  chunks(): AsyncGenerator<Buffer>
}

const HEAD_BYTES = 64 * 1024
const CHUNK_BYTES = 1024 * 1024

/** Refuses a path that is no file, and a file larger than `limits.fileBytes`. */
export async function openBytes(path: string, limits: DatasetLimits): Promise<DatasetBytes> {
  const info = await stat(path).catch(() => null)
  if (!info) throw new UserError('NOT_FOUND', `There is no file ${path}; give the path of a dataset file.`)
  if (!info.isFile()) throw new UserError('BAD_DATASET', `${path} is not a file; give one dataset file.`)
  if (info.size > limits.fileBytes)
    throw new UserError(
      'TOO_LARGE',
      `${path} has ${info.size} bytes and at most ${limits.fileBytes} are read; split it.`,
    )
  const isCompressed = (await startOf(path)).equals(GZIP)
  const chunks = () => readChunks(path, isCompressed, limits.fileBytes)
  return { path, sizeBytes: info.size, isCompressed, head: await collect(chunks(), HEAD_BYTES), chunks }
}

const GZIP = Buffer.from([0x1f, 0x8b])

async function startOf(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function collect(chunks: AsyncIterable<Buffer>, bytes: number): Promise<Buffer> {
  const found: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    found.push(chunk)
    length += chunk.length
    if (length >= bytes) break
  }
  return Buffer.concat(found)
}

async function* readChunks(path: string, isCompressed: boolean, limitBytes: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const bytes = isCompressed ? pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : file
  let total = 0
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const isFirst = total === 0
      total += chunk.length
      // The unpacked size is checked, too, because a small packed file can unpack to any size.
      if (total > limitBytes)
        throw new UserError(
          'TOO_LARGE',
          `${path} unpacks to more than ${limitBytes} bytes, which is all that is read; split it.`,
        )
      const content = isFirst ? withoutByteOrderMark(chunk) : chunk
      if (content.length > 0) yield content
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = code.startsWith('Z_')
    ? `${path} is damaged or cut off: its gzip data ends early or does not fit; pack it again.`
    : `${path} cannot be read; check its permissions.`
  return new UserError('BAD_DATASET', message, { cause })
}
