/** Archives of NumPy's arrays (.npz). Arrays of objects, which would need unpickling, are refused. */
import { realpath } from 'node:fs/promises'
import { UserError } from '../../errors.ts'
import { type Dtype, elementBytes, elementCount } from '../../model/safetensors.ts'
import { decodeAsFloat32 } from '../../model/safetensors-read.ts'
import { shown } from './documents.ts'
import { MAX_HEADER_BYTES, readNumpyHeader } from './numpy-header.ts'
import { readRange } from './read-range.ts'
import { inFile, type StoredTensor } from './stored-tensor.ts'
import { readZip, type ZipMember } from './zip.ts'

const dtypes: Readonly<Record<string, Dtype>> = {
  '<f4': 'F32',
  '<f2': 'F16',
  '<f8': 'F64',
  '<i8': 'I64',
  '<i4': 'I32',
  '<i2': 'I16',
  '|i1': 'I8',
  '|u1': 'U8',
  '|b1': 'BOOL',
}

/**
 * A compressed array has to fit into memory whole. The limit admits a matrix of 131,072 features at D 4096 in
 * float32.
 */
const MAX_INFLATED_BYTES = 2_200_000_000

/** Every array of an .npz file by name. Uncompressed arrays are read in place. */
export async function openNpz(path: string): Promise<Map<string, StoredTensor>> {
  const file = await realpath(path)
  const arrays = new Map<string, StoredTensor>()
  for (const member of (await readZip(file)).values()) {
    const name = member.name.replace(/\.npy$/, '')
    arrays.set(name, await arrayOf(path, file, name, member))
  }
  return arrays
}

async function arrayOf(path: string, file: string, name: string, member: ZipMember): Promise<StoredTensor> {
  const content = member.storedAt === null ? await member.read(MAX_INFLATED_BYTES) : null
  const start =
    content?.subarray(0, MAX_HEADER_BYTES) ??
    (await readRange(file, member.storedAt!, Math.min(member.size, MAX_HEADER_BYTES), name))
  const { dtype, fortran, shape, dataStart } = parseHeader(path, name, start)
  const byteLength = elementCount(shape) * elementBytes(dtype)
  if (!Number.isSafeInteger(byteLength) || dataStart + byteLength !== member.size) {
    throw broken(
      path,
      name,
      `its shape [${shape.join(', ')}] needs ${byteLength} bytes and it has ${member.size - dataStart}`,
    )
  }
  const turned = fortran && shape.length === 2
  const lying = turned ? [...shape].reverse() : shape
  const entry = { name, dtype, shape: lying, file, byteOffset: (member.storedAt ?? 0) + dataStart, byteLength }
  if (content === null) return inFile(entry, turned)
  if (!dtype.startsWith('F')) throw broken(path, name, `it is compressed and of the type ${dtype}; expected floats`)
  const data = decodeAsFloat32(entry, content.slice(dataStart))
  return { name, shape, content: { kind: 'data', data }, turned }
}

function parseHeader(path: string, name: string, start: Uint8Array) {
  const header = readNumpyHeader(start)
  if ('fault' in header) throw broken(path, name, header.fault)
  const { descr } = header
  const dtype = Object.hasOwn(dtypes, descr) ? dtypes[descr] : undefined
  if (dtype === undefined) {
    throw new UserError(
      'UNSUPPORTED',
      `${path}: ${shown(name)} has the number type '${descr}'; expected one of ${Object.keys(dtypes).join(', ')}.`,
    )
  }
  return { ...header, dtype }
}

const broken = (path: string, name: string, what: string): UserError =>
  new UserError('BAD_FEATURES', `${path}: ${shown(name)} is not a usable array: ${what}; download it again.`)
