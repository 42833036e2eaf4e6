/** Puts requests together again whose vectors are stored under their hash. */
import { attachVectors } from '../attribution/vectors.ts'
import { attributionRequestSchema, type AttributionRequest } from '../attribution/request.ts'
import { siteOfText } from '../features/site.ts'
import { readAnswer } from './answer.ts'
import { readDecoded } from './decoded.ts'
import type { Result } from './read-results.ts'
import { readVector } from './vectors.ts'
import type { Store } from './store.ts'

/** A request in the form that jobs hold. Throws if a vector is missing, or if it is no valid request. */
export const attachedRequest = async (store: Store, detached: Record<string, unknown>): Promise<AttributionRequest> =>
  attributionRequestSchema.parse(await attachVectors(detached, (hash) => vectorRows(store, hash)))

/** The request that a stored result answers. Throws if the row holds no valid request, which `verify` has to report. */
export async function storedRequest(store: Store, result: Result): Promise<AttributionRequest> {
  const tokens = await store.prisma.sequenceToken.findMany({
    where: { sequenceId: result.sequenceId },
    orderBy: { index: 'asc' },
    select: { tokenId: true },
  })
  const decoded = readDecoded(result.decoded)
  const { position, mode, rule, temperature, excludeFirst, partition } = result
  return attachedRequest(store, {
    tokenIds: tokens.map(({ tokenId }) => tokenId),
    position,
    target: targetOf(result),
    partition,
    mode,
    rule,
    temperature,
    excludeFirst,
    ...(decoded !== null && { decode: Math.max(1, ...decoded.map((each) => each.tokens.length)) }),
  })
}

function targetOf(result: Result): Record<string, unknown> {
  const { targetType: type, targetTokenId: tokenId, minusTokenId, targetLayer: layer, targetVectorHash: vector } = result
  if (type === 'feature') {
    return { type, set: result.targetFeatureSet, site: siteOfText(result.targetSite ?? ''), feature: result.targetFeature }
  }
  if (type === 'answer') return { type, tokenIds: readAnswer(result.answer)?.map((token) => token.tokenId) }
  if (type === 'logit') return { type, tokenId }
  if (type === 'logitDifference') return { type, tokenId, minusTokenId }
  return { type, layer, vector }
}

/** The rows of a stored matrix. Throws if there is none of that hash. */
export async function vectorRows(store: Store, hash: string): Promise<number[][]> {
  const vector = await readVector(store, hash)
  if (!vector) throw new Error(`its vector ${hash} is missing`)
  const { rows, width, values } = vector
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)))
}
