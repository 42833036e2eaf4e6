/**
 * The content address of an attribution: everything that the numbers depend on and nothing else, so that the same
 * question has the same key wherever and whenever it is asked.
 */
import { createHash } from 'node:crypto'
import type { ModelIdentity } from '../model/identity.ts'
import type { AttributionRequest } from './request.ts'

/** Part of every key: a change of what is computed under the same request must change it. */
const VERSION = 1

/** sha256 (hex). `engine` is an Attributor's `engine`. */
export function resultKey(
  model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'>,
  engine: string,
  request: AttributionRequest,
): string {
  const { partition, target } = request
  return sha256(
    canonicalJson({
      version: VERSION,
      model: model.hash,
      tokenizer: model.tokenizerHash,
      engine,
      ...request,
      partition: partition.by === 'subspace' ? { ...partition, basis: partition.basis.map(float32Hash) } : partition,
      target: target.type === 'direction' ? { ...target, vector: float32Hash(target.vector) } : target,
    }),
  )
}

/** The engines read vectors as float32: what rounds to the same numbers is the same question. */
const float32Hash = (vector: readonly number[]): string => sha256(float32Bytes(vector))

/** Little-endian, on every machine. */
export function float32Bytes(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4)
  for (let i = 0; i < numbers.length; i++) bytes.writeFloatLE(numbers[i] ?? 0, i * 4)
  return bytes
}

/** JSON with the keys of every object in order and without what is undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
