/**
 * The members of a zip file, for the formats that are zip files underneath (NumPy's .npz, PyTorch's .pt). Nothing is
 * unpacked to disk. An uncompressed member can be read in place. A compressed one is inflated into memory, up to the
 * size in its entry and a limit.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { UserError } from '../../errors.ts'
import { shown } from './documents.ts'

export interface ZipMember {
  name: string
  /** Bytes of the content. */
  size: number
  /** Where the content begins in the file if it is uncompressed; null if it is compressed. */
  storedAt: number | null
  /** The content, in memory. Refuses a content of more than `limitBytes`. */
  read(limitBytes: number): Promise<Uint8Array<ArrayBuffer>>
}

/** A set has a dozen tensors; a checkpoint of a whole trainer some hundreds. */
const MAX_MEMBERS = 10_000

const STORED = 0

/** The members of a zip file by name. Throws BAD_FEATURES for a broken file, or one that is not a zip file. */
export async function readZip(path: string): Promise<Map<string, ZipMember>> {
  return withZip(path, async (zip) => {
    if (zip.entryCount > MAX_MEMBERS)
      throw broken(path, `it claims ${zip.entryCount} members; expected at most ${MAX_MEMBERS}`)
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) entries.push(entry)
    const members = new Map<string, ZipMember>()
    for (const entry of entries) {
      if (members.has(entry.fileName)) throw broken(path, `it has two members ${shown(entry.fileName)}`)
      members.set(entry.fileName, await memberOf(zip, path, entry))
    }
    return members
  })
}

async function memberOf(zip: ZipFile, path: string, entry: Entry): Promise<ZipMember> {
  if (entry.isEncrypted()) throw broken(path, `${shown(entry.fileName)} is encrypted`)
  // This also checks that the content lies within the file.
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  return {
    name: entry.fileName,
    size: entry.uncompressedSize,
    storedAt: entry.compressionMethod === STORED ? fileDataStart : null,
    read: (limitBytes) => inflate(path, entry, limitBytes),
  }
}

async function inflate(path: string, entry: Entry, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { uncompressedSize: size, fileName } = entry
  if (size > limitBytes) {
    throw new UserError(
      'TOO_LARGE',
      `${path}: ${shown(fileName)} claims ${size} bytes; expected at most ${limitBytes}. ` +
        'Save it uncompressed, or smaller.',
    )
  }
  return withZip(path, async (zip) => {
    const content = new Uint8Array(size)
    let done = 0
    // The stream fails if there is more or less than the entry says, so a zip bomb ends at the size that was checked.
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      const bytes: unknown = chunk
      if (!(bytes instanceof Uint8Array) || done + bytes.length > size)
        throw broken(path, `${shown(fileName)} is longer than it claims`)
      content.set(bytes, done)
      done += bytes.length
    }
    if (done < size) throw broken(path, `${shown(fileName)} is shorter than it claims`)
    return content
  })
}

/**
 * The file, for the library. The library's own reader passes any position that a zip file names to `fs.read`. Beyond
 * 2⁵³ that throws where nothing catches it, which ends the process. Here a position outside of the file is an error of
 * the file.
 */
class BoundedReader extends RandomAccessReader {
  private readonly handle: FileHandle
  private readonly size: number

  constructor(handle: FileHandle, size: number) {
    super()
    this.handle = handle
    this.size = size
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (!this.holds(position, length)) {
      setImmediate(callback, new Error(`it names a place that it does not have (${position})`))
      return
    }
    this.handle
      .read(buffer, offset, length, position)
      .then(({ bytesRead }) => callback(bytesRead === length ? null : new Error('it ends within a part')), callback)
  }

  override _readStreamForRange(start: number, end: number): Readable {
    if (!this.holds(start, end - start) || start === end) return Readable.from([])
    return this.handle.createReadStream({ start, end: end - 1, autoClose: false })
  }

  /** Does not close the handle: whoever opened it does. */
  override close(callback: (error: Error | null) => void): void {
    setImmediate(callback, null)
  }

  private holds(position: number, length: number): boolean {
    return Number.isSafeInteger(position) && position >= 0 && length >= 0 && position + length <= this.size
  }
}

/** Turns errors of the library into ours, which say what is wrong with the file. */
async function withZip<R>(path: string, use: (zip: ZipFile) => Promise<R>): Promise<R> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const options = { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true }
    const zip = await fromRandomAccessReaderPromise(new BoundedReader(handle, size), size, options)
    try {
      return await use(zip)
    } finally {
      zip.close()
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw broken(path, cause instanceof Error ? shown(cause.message).replace(/\.$/, '') : 'it cannot be read', {
      cause,
    })
  } finally {
    await handle.close()
  }
}

const broken = (path: string, what: string, options?: ErrorOptions): UserError =>
  new UserError(
    'BAD_FEATURES',
    `${path} is not a usable zip file (which .npz and .pt files are): ${what}; download it again.`,
    options,
  )
