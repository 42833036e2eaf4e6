/**
 * The vectors inside requests (a direction, the basis of a subspace). They are large, shared by many requests, and read
 * as float32. Keys, tables and queues refer to them by their hash and store them separately. R vectors of width D.
 */
import { isPartitionKind, partitionVectorField, type Partition } from '../depass/partition/kinds.ts'
import { float32Bytes, float32Hash, sha256 } from '../hash.ts'
import type { AttributionRequest, Target } from './request.ts'
import { isTargetKind, targetVectorField } from './target/kinds.ts'

type Rows = readonly (readonly number[])[]

/** A matrix [R, D] of float32, addressed by its content. */
export interface NamedMatrix {
  hash: string
  rows: number
  width: number
  data: Buffer
}

export function nameMatrix(rows: readonly ArrayLike<number>[]): NamedMatrix {
  const width = rows[0]?.length ?? 0
  if (rows.some((row) => row.length !== width)) throw new Error('nameMatrix: the rows differ in width')
  const data = Buffer.concat(rows.map(float32Bytes))
  const hash = sha256(Buffer.concat([Buffer.from(`${rows.length}x${width}:`), data]))
  return { hash, rows: rows.length, width, data }
}

/** Makes what replaces some rows in a request; a direction has one row. */
type NameRows = (rows: Rows, isMatrix: boolean) => unknown

/** The names that keys use: the hash of the rows as float32. */
export const hashOfRows: NameRows = (rows, isMatrix) => (isMatrix ? rows.map(float32Hash) : float32Hash(rows[0] ?? []))

/** The request with every vector replaced by the name that `name` gives its rows. */
export function replaceVectors(request: AttributionRequest, name: NameRows): Record<string, unknown> {
  const { target, partition } = request
  return { ...request, target: replaceInTarget(target, name), partition: replaceInPartition(partition, name) }
}

export const replaceInTarget = (target: Target, name: NameRows): object => replaceField(target, targetVectorField(target), name)
export const replaceInPartition = (partition: Partition, name: NameRows): object =>
  replaceField(partition, partitionVectorField(partition), name)

/** A part of a request, with the vector in `field` replaced if it has one. */
export function replaceField(part: object, field: string | null, name: NameRows): object {
  if (field === null) return part
  const value: unknown = Reflect.get(part, field)
  if (!Array.isArray(value)) return part
  const isMatrix = Array.isArray(value[0])
  return { ...part, [field]: name(isMatrix ? (value as Rows) : [value as readonly number[]], isMatrix) }
}

/** Names rows by the hash of their matrix, and collects the matrices. */
export function matrixNamer(): { name: NameRows; vectors: NamedMatrix[] } {
  const vectors: NamedMatrix[] = []
  const name = (rows: Rows) => {
    const named = nameMatrix(rows)
    vectors.push(named)
    return named.hash
  }
  return { name, vectors }
}

export interface DetachedRequest {
  /** The request as JSON, with the hash of a matrix in place of each vector. */
  request: Record<string, unknown>
  vectors: NamedMatrix[]
}

export function detachVectors(request: AttributionRequest): DetachedRequest {
  const { name, vectors } = matrixNamer()
  return { request: replaceVectors(request, name), vectors }
}

/** Finds the rows of a matrix by its hash. */
export type RowsOf = (hash: string) => Promise<number[][]>

/** The reverse of detaching. The result still has to be parsed as a request. */
export async function attachVectors(detached: Record<string, unknown>, rowsOf: RowsOf): Promise<Record<string, unknown>> {
  const { target, partition } = detached
  return { ...detached, target: await attachToTarget(target, rowsOf), partition: await attachToPartition(partition, rowsOf) }
}

export const attachToTarget = (target: unknown, rowsOf: RowsOf): Promise<unknown> =>
  attachField(target, vectorFields.target(target), rowsOf, (rows) => rows[0])
export const attachToPartition = (partition: unknown, rowsOf: RowsOf): Promise<unknown> =>
  attachField(partition, vectorFields.partition(partition), rowsOf, (rows) => rows)

const vectorFields = {
  target: (part: unknown) => {
    const type = part !== null && typeof part === 'object' ? Reflect.get(part, 'type') : null
    return isTargetKind(type) ? targetVectorField({ type }) : null
  },
  partition: (part: unknown) => {
    const by = part !== null && typeof part === 'object' ? Reflect.get(part, 'by') : null
    return isPartitionKind(by) ? partitionVectorField({ by }) : null
  },
}

/**
 * A part of a detached request with the rows of its vector put back into `field`; `shape` turns the rows into the field's
 * form.
 */
export async function attachField(
  part: unknown, field: string | null, rowsOf: RowsOf, shape: (rows: number[][]) => unknown,
): Promise<unknown> {
  if (field === null || typeof part !== 'object' || part === null) return part
  const hash: unknown = Reflect.get(part, field)
  return typeof hash === 'string' ? { ...part, [field]: shape(await rowsOf(hash)) } : part
}
