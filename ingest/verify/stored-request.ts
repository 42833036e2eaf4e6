/** A stored result → the request that it answers, so that it can be asked again. */
import { attributionRequestSchema, partitionSchema, type AttributionRequest } from '../../src/attribution/request.ts'
import { readDecoded } from '../../src/store/decoded.ts'
import type { Result } from '../../src/store/read-results.ts'
import { readVector } from '../../src/store/vectors.ts'
import type { Store } from '../../src/store/store.ts'

/** With the vectors that it names. Throws where the row is no request, which is news for whoever verifies. */
export async function storedRequest(store: Store, result: Result): Promise<AttributionRequest> {
  const tokens = await store.prisma.sequenceToken.findMany({
    where: { sequenceId: result.sequenceId },
    orderBy: { index: 'asc' },
    select: { tokenId: true },
  })
  const decoded = readDecoded(result.decoded)
  const { position, mode, rule, temperature, excludeFirst } = result
  return attributionRequestSchema.parse({
    tokenIds: tokens.map(({ tokenId }) => tokenId),
    position,
    target: await targetOf(store, result),
    partition: await partitionOf(store, result),
    mode,
    rule,
    temperature,
    excludeFirst,
    ...(decoded !== null && { decode: Math.max(1, ...decoded.map((each) => each.tokens.length)) }),
  })
}

async function targetOf(store: Store, result: Result): Promise<Record<string, unknown>> {
  const { targetType: type, targetTokenId: tokenId, minusTokenId, targetLayer: layer, targetVectorHash } = result
  if (type === 'logit') return { type, tokenId }
  if (type === 'logitDifference') return { type, tokenId, minusTokenId }
  return { type, layer, vector: (await rowsOf(store, targetVectorHash)).at(0) }
}

async function partitionOf(store: Store, { partition, partitionKind }: Result): Promise<unknown> {
  if (partitionKind !== 'subspace' || typeof partition !== 'object' || partition === null || !('basis' in partition)) {
    return partitionSchema.parse(partition)
  }
  return { ...partition, basis: await rowsOf(store, String(partition.basis)) }
}

async function rowsOf(store: Store, hash: string | null): Promise<number[][]> {
  const vector = hash === null ? null : await readVector(store, hash)
  if (!vector) throw new Error(`its vector ${hash ?? '(none named)'} is missing`)
  const { rows, width, values } = vector
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)))
}
