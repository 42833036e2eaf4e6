/**
 * The vectors inside questions about heads (the basis of a subspace). Queues refer to them by their hash and store
 * them separately.
 */
import { attachToPartition, matrixNamer, replaceInPartition, type NamedMatrix, type RowsOf } from '../attribution/vectors.ts'
import { attentionRequestSchema, type AttentionRequest } from './request.ts'

/** The request as JSON, with the hash of a matrix in place of each vector. */
export function detachAttentionVectors(request: AttentionRequest): { request: Record<string, unknown>; vectors: NamedMatrix[] } {
  const { name, vectors } = matrixNamer()
  return { request: { ...request, partition: replaceInPartition(request.partition, name) }, vectors }
}

/** The reverse of detaching. Throws if the result is not a request. */
export async function attachAttentionVectors(detached: Record<string, unknown>, rowsOf: RowsOf): Promise<AttentionRequest> {
  return attentionRequestSchema.parse({ ...detached, partition: await attachToPartition(detached['partition'], rowsOf) })
}
