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
  { prefix: [0x1f, 0x8b], what: 'gzip-compressed; unpack it first' },
  { prefix: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed; unpack it first' },
  { prefix: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive; unpack it first' },
  { prefix: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file; export it as JSON lines' },
]

/** What a file that is not UTF-8 text is instead, as far as its first bytes tell; null for what may be text. */
export const foreignFormat = (bytes: Uint8Array): string | (null) =>
  foreign.find(({ prefix }) => startsWith(bytes, prefix))?.what ?? null
