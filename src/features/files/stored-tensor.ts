/** A tensor in a feature set's files, whatever the container: where its numbers are, and how they are laid out. */
import { UserError } from '../../errors.ts'
import { elementCount, type TensorEntry } from '../../model/safetensors.ts'
import { decodeAsFloat32, readTensorAsFloat32 } from '../../model/safetensors-read.ts'
import type { Orientation, WeightRef } from '../../model/weight-ref.ts'
import { readRange } from './read-range.ts'

export interface StoredTensor {
  name: string
  /** The shape that the library sees. */
  shape: readonly number[]
  /** The numbers: in a file, with `entry.shape` as stored, or in memory in the order of `shape`. */
  content: { kind: 'file'; entry: TensorEntry } | { kind: 'data'; data: Float32Array }
  /** Whether a matrix is stored as its transpose, column by column (Fortran order, or a transposed view). */
  turned: boolean
}

/** Types that an engine can map. */
const mappable: readonly string[] = ['F32', 'F16', 'BF16']

/** Types that are read as numbers. */
const readable: readonly string[] = [...mappable, 'F64']

/** No vector of a feature set is longer: 16 million features. */
const MAX_VECTOR = 1 << 24

export const inFile = (entry: TensorEntry, turned = false): StoredTensor => ({
  name: entry.name,
  shape: turned ? [...entry.shape].reverse() : entry.shape,
  content: { kind: 'file', entry },
  turned,
})

const bad = (tensor: StoredTensor, what: string): UserError => new UserError('BAD_FEATURES', `${tensor.name} ${what}.`)

/** Values of a vector, or of a matrix with one row or column. */
export async function readVector(tensor: StoredTensor): Promise<Float32Array> {
  if (elementCount(tensor.shape) > MAX_VECTOR)
    throw bad(tensor, `has the shape [${tensor.shape.join(', ')}]; expected a vector`)
  if (tensor.content.kind === 'data') return tensor.content.data
  const { entry } = tensor.content
  if (readable.includes(entry.dtype)) return readTensorAsFloat32(entry)
  throw bad(tensor, `is stored as ${entry.dtype}; expected one of ${readable.join(', ')}`)
}

/** The one number of a tensor with one element, of any number type. */
export async function readNumber(tensor: StoredTensor): Promise<number> {
  if (elementCount(tensor.shape) !== 1)
    throw bad(tensor, `has the shape [${tensor.shape.join(', ')}]; expected one number`)
  if (tensor.content.kind === 'data') return tensor.content.data[0]!
  const { entry } = tensor.content
  const bytes = await readRange(entry.file, entry.byteOffset, entry.byteLength, entry.name)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (entry.dtype) {
    case 'I64':
      return Number(view.getBigInt64(0, true))
    case 'I32':
      return view.getInt32(0, true)
    case 'I16':
      return view.getInt16(0, true)
    case 'F64':
      return view.getFloat64(0, true)
    case 'F32':
    case 'F16':
    case 'BF16':
      return decodeAsFloat32(entry, bytes)[0]!
    default:
      throw bad(tensor, `is stored as ${entry.dtype}; expected an ordinary number type`)
  }
}

/**
 * The matrix as a weight of the given orientation (in the library's view). It stays in its file if an engine can map
 * it; float64 is read into memory.
 */
export async function asWeight(tensor: StoredTensor, orientation: Orientation): Promise<WeightRef> {
  const lies: Orientation = tensor.turned ? (orientation === 'out,in' ? 'in,out' : 'out,in') : orientation
  const shape = tensor.turned ? [...tensor.shape].reverse() : tensor.shape
  if (tensor.content.kind === 'data') return { source: 'data', data: tensor.content.data, shape, orientation: lies }
  const { entry } = tensor.content
  if (mappable.includes(entry.dtype)) return { source: 'file', entry, orientation: lies }
  if (entry.dtype !== 'F64') throw bad(tensor, `is stored as ${entry.dtype}; expected one of ${readable.join(', ')}`)
  return { source: 'data', data: await readTensorAsFloat32(entry), shape, orientation: lies }
}
