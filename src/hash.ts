/** What content is addressed by: hashes that come out the same on every machine and in every version of Node. */
import { createHash } from 'node:crypto'

/** Lower-case hexadecimal. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** JSON with the keys of every object in order and without what is undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** Numbers as float32, little-endian on every machine. */
export function float32Bytes(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4)
  for (let i = 0; i < numbers.length; i++) bytes.writeFloatLE(numbers[i] ?? 0, i * 4)
  return bytes
}

/** What rounds to the same float32 numbers is the same vector. */
export const float32Hash = (vector: readonly number[]): string => sha256(float32Bytes(vector))
