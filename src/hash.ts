/** Hashes that identify content. They are the same on every machine and in every version of Node. */
import { createHash } from 'node:crypto'

/** Lower-case hexadecimal. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** JSON with sorted keys in every object and without undefined fields. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** Numbers as float32, always little-endian. */
export function float32Bytes(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4)
  for (let i = 0; i < numbers.length; i++) bytes.writeFloatLE(numbers[i] ?? 0, i * 4)
  return bytes
}

/** Vectors that round to the same float32 numbers count as the same vector. */
export const float32Hash = (vector: readonly number[]): string => sha256(float32Bytes(vector))
