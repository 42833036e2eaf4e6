/**
 * The vectors inside intervention requests. Keys, tables and queues refer to them by their hash and store them separately.
 */
import {
  attachField, attachToPartition, attachToTarget, hashOfRows, matrixNamer, replaceField, replaceInPartition, replaceInTarget,
  type NamedMatrix, type RowsOf,
} from '../attribution/vectors.ts'
import { changeVectorField, isChangeKind } from './change/kinds.ts'
import { interventionRequestSchema, type InterventionRequest } from './request.ts'

/** The request with every vector replaced by the name that `name` gives its rows. */
function replaceAll(request: InterventionRequest, name: Parameters<typeof replaceInTarget>[1]): Record<string, unknown> {
  const { selection } = request
  return {
    ...request,
    target: replaceInTarget(request.target, name),
    changes: request.changes.map((change) => replaceField(change, changeVectorField(change), name)),
    ...(selection && { selection: { ...selection, partition: replaceInPartition(selection.partition, name) } }),
  }
}

/** The form of a request from which its key is made. */
export const nameVectors = (request: InterventionRequest): Record<string, unknown> => replaceAll(request, hashOfRows)

/** The request as JSON, with the hash of a matrix in place of each vector. */
export function detachInterventionVectors(request: InterventionRequest): { request: Record<string, unknown>; vectors: NamedMatrix[] } {
  const { name, vectors } = matrixNamer()
  return { request: replaceAll(request, name), vectors }
}

/** The reverse of detaching. Throws if the result is not a request. */
export async function attachInterventionVectors(detached: Record<string, unknown>, rowsOf: RowsOf): Promise<InterventionRequest> {
  const { selection, changes } = detached
  const isChosen = typeof selection === 'object' && selection !== null
  return interventionRequestSchema.parse({
    ...detached,
    target: await attachToTarget(detached.target, rowsOf),
    changes: await Promise.all((Array.isArray(changes) ? changes : []).map((change: unknown) => attachChange(change, rowsOf))),
    ...(isChosen && { selection: { ...selection, partition: await attachToPartition(Reflect.get(selection, 'partition'), rowsOf) } }),
  })
}

function attachChange(change: unknown, rowsOf: RowsOf): Promise<unknown> {
  const kind: unknown = typeof change === 'object' && change !== null ? Reflect.get(change, 'kind') : null
  return attachField(change, isChangeKind(kind) ? changeVectorField({ kind }) : null, rowsOf, (rows) => rows[0])
}
