/** The body of a request that is larger than GraphQL's may be: read as it comes, and given up as soon as it is too large. */
import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UserError } from '../src/errors.ts'

const MIB = 2 ** 20

/** The text of a body, packed by gzip or not; `limitBytes` counts it unpacked. */
export async function largeBody(request: IncomingMessage, limitBytes: number, signal: AbortSignal): Promise<string> {
  const tooLarge = (bytes: string) =>
    new UserError('TOO_LARGE', `The body has ${bytes}, and the limit is ${Math.floor(limitBytes / MIB)} MiB; send less, or read the file on the server's machine (tributary graph import).`)
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limitBytes) throw tooLarge(`${declared} bytes`)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new UserError('UNSUPPORTED', `The body is packed as ${JSON.stringify(encoding)}; expected gzip, or nothing.`)
  const chunks: Buffer[] = []
  let size = 0
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      size += chunk.length
      if (size > limitBytes) throw tooLarge('more')
      chunks.push(chunk)
    }
  }
  if (encoding === 'gzip') await pipeline(request, createGunzip(), collect, { signal }).catch(asBadGzip)
  else await pipeline(request, collect, { signal })
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks, size))
}

function asBadGzip(error: unknown): never {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
    throw new UserError('BAD_INPUT', 'The body says that it is packed by gzip, and is not.')
  throw error
}
