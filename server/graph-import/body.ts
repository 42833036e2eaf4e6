/**
 * Receives a body that is larger than GraphQL allows. It is written to a file as it arrives, and given up as soon as it
 * is too large.
 */
import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../src/errors.ts'

/**
 * Writes a body, packed by gzip or not, to `file`; `limitBytes` limits its unpacked size. The server's limit for all
 * requests says how long it may take to arrive. A refused request stays open, so that it can be answered.
 */
export async function receiveBody(request: IncomingMessage, limitBytes: number, file: string): Promise<void> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limitBytes) throw tooLarge(`${declared} bytes`, limitBytes)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new UserError('UNSUPPORTED', `The body is packed as ${JSON.stringify(encoding)}; expected gzip, or nothing.`)
  try {
    await pipeline(limited(encoding === 'gzip' ? unpacked(request) : request, limitBytes), createWriteStream(file))
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new UserError('BAD_INPUT', 'The body says that it is packed by gzip, and is not.')
    throw error
  }
}

const tooLarge = (size: string, limitBytes: number) => new UserError(
  'TOO_LARGE', `The body has ${size}, and the limit is ${limitBytes}; send less, or import the file on the server's machine (tributary graph import).`)

async function* limited(source: Readable, limitBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limitBytes) throw tooLarge(`more than ${size - chunk.length} bytes`, limitBytes)
    yield chunk
  }
}

function unpacked(request: IncomingMessage): Readable {
  const gunzip = createGunzip()
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('the connection ended'))
  })
  return request.pipe(gunzip)
}
