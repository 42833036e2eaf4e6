/** The vectors inside questions about heads (the basis of a subspace): queues name them by their hash and keep them apart. */
import { attachToPartition, matrixNamer, replaceInPartition, type NamedMatrix, type RowsOf } from '../attribution/vectors.ts'
import { attentionRequestSchema, type AttentionRequest } from './request.ts'

/** The request as JSON, with the hash of a matrix in place of each vector. */
export function detachAttentionVectors(request: AttentionRequest): { request: Record<string, unknown>; vectors: NamedMatrix[] } {
  const { name, vectors } = matrixNamer()
  return { request: { ...request, partition: replaceInPartition(request.partition, name) }, vectors }
}

/** The reverse. Throws where it is no request. */
export async function attachAttentionVectors(detached: Record<string, unknown>, rowsOf: RowsOf): Promise<AttentionRequest> {
  return attentionRequestSchema.parse({ ...detached, partition: await attachToPartition(detached['partition'], rowsOf) })
}
