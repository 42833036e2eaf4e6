/** Bytes of a record → text; never a silent replacement character. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** null where the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

const startsWith = (bytes: Uint8Array, prefix: readonly number[]) => prefix.every((byte, i) => bytes[i] === byte)

/** The UTF-8 byte order mark that Windows editors write is not part of the text. */
export const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  startsWith(bytes, [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes

const foreign: readonly { prefix: readonly number[]; what: string }[] = [
  { prefix: [0xff, 0xfe], what: 'UTF-16 text; save it as UTF-8' },
  { prefix: [0xfe, 0xff], what: 'UTF-16 text; save it as UTF-8' },
  { prefix: [0x1f, 0x8b], what: 'gzip-compressed twice; unpack it once' },
  { prefix: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed; unpack it first' },
  { prefix: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive; unpack it first' },
  { prefix: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file in gzip, which is read from its end; unpack it first' },
  { prefix: [0x50, 0x41, 0x52, 0x45], what: 'an encrypted Parquet file; save it without a key' },
  { prefix: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], what: 'an Arrow file; save it as Parquet' },
  { prefix: [0x46, 0x45, 0x41, 0x31], what: 'a Feather file; save it as Parquet' },
  { prefix: [0xff, 0xff, 0xff, 0xff], what: 'a stream of Arrow records; save it as Parquet' },
  { prefix: [0x89, 0x48, 0x44, 0x46], what: 'an HDF5 file; save it as Parquet' },
  { prefix: [0x42, 0x5a, 0x68], what: 'bzip2-compressed; unpack it first' },
  { prefix: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'xz-compressed; unpack it first' },
]

/** What kind of file this is instead of UTF-8 text, as far as its first bytes tell; null if it may be text. */
export const foreignFormat = (bytes: Uint8Array): string | null =>
  foreign.find(({ prefix }) => startsWith(bytes, prefix))?.what ?? null

/** A field's name in a message: a plain name as it is, any other as JSON writes it, and never long. */
export function shownName(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 60)}…` : name
  return /^[\p{L}\p{N}_. -]+…?$/u.test(short) ? short : quotedName(short)
}

/** The same, always in quotes, because names come from files, and messages go to terminals. */
export const quotedName = (name: string): string =>
  JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name).replace(/\p{C}/gu, '\uFFFD')
