/**
 * Merges in the shape that the library reads fastest. Current files write each as a pair, `["a","b"]`, for which the
 * library takes 1.4 times as long to open as for the older `"a b"`; a pair with a blank in it cannot be written so, and
 * then all stay as they are.
 */
import type { Region } from './json-outline.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const BLANK = 0x20
const COMMA = 0x2c

/** One pass over the bytes without an object for any of the half million pairs. */
export function compactMerges(bytes: Buffer, { start, end }: Region): Buffer {
  const asTheyAre = bytes.subarray(start, end)
  const out = Buffer.allocUnsafe(end - start)
  out[0] = OPEN_ARRAY
  let length = 1
  /** Strings read of the pair that is open; -1 between pairs. */
  let inPair = -1
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at]!
    if (byte === OPEN_ARRAY) {
      if (inPair >= 0) return asTheyAre
      inPair = 0
      if (length > 1) out[length++] = COMMA
    } else if (byte === CLOSE_ARRAY) {
      if (inPair !== 2) return asTheyAre
      out[length++] = QUOTE
      inPair = -1
    } else if (byte === QUOTE) {
      // What stands outside a pair, or third in one, does not belong here: the library judges it.
      if (inPair < 0 || inPair > 1) return asTheyAre
      out[length++] = inPair === 0 ? QUOTE : BLANK
      for (at++; at < end; at++) {
        const inside = bytes[at]!
        if (inside === QUOTE) break
        if (inside === BLANK) return asTheyAre
        out[length++] = inside
        if (inside === BACKSLASH) out[length++] = bytes[++at]!
      }
      inPair++
    }
  }
  out[length++] = CLOSE_ARRAY
  return out.subarray(0, length)
}
