/** The vectors inside the requests of interventions: keys, tables and queues name them by their hash and keep them apart. */
import {
  attachField, attachToPartition, attachToTarget, hashOfRows, matrixNamer, replaceField, replaceInPartition, replaceInTarget,
  type NamedMatrix, type RowsOf,
} from '../attribution/vectors.ts'
import { changeVectorField, isChangeKind } from './change/kinds.ts'
import { interventionRequestSchema, type InterventionRequest } from './request.ts'

/** The request with every vector replaced by what `name` makes of its rows. */
function replaceAll(request: InterventionRequest, name: Parameters<typeof replaceInTarget>[1]): Record<string, unknown> {
  const { selection } = request
  return {
    ...request,
    target: replaceInTarget(request.target, name),
    changes: request.changes.map((change) => replaceField(change, changeVectorField(change), name)),
    ...(selection && { selection: { ...selection, partition: replaceInPartition(selection.partition, name) } }),
  }
}

/** What the key of a request is made of. */
export const nameVectors = (request: InterventionRequest): Record<string, unknown> => replaceAll(request, hashOfRows)

/** The request as JSON, with the hash of a matrix in place of each vector. */
export function detachInterventionVectors(request: InterventionRequest): { request: Record<string, unknown>; vectors: NamedMatrix[] } {
  const { name, vectors } = matrixNamer()
  return { request: replaceAll(request, name), vectors }
}

/** The reverse. Throws where it is no request. */
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
