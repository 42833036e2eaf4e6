/**
 * NumPy's array files (.npy) and archives of them (.npz). An array begins with `\x93NUMPY`, a version, and a header
 * that is a Python literal: {'descr': '<f4', 'fortran_order': False, 'shape': (2304, 16384), } (numpy.lib.format,
 * "Format Version 1.0 to 3.0"). Objects, which would need unpickling, are refused.
 */
import { realpath } from 'node:fs/promises'
import { UserError } from '../../errors.ts'
import { type Dtype, elementBytes, elementCount } from '../../model/safetensors.ts'
import { decodeAsFloat32 } from '../../model/safetensors-read.ts'
import { shown } from './documents.ts'
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

/** A header of a plain array has about a hundred bytes. */
const MAX_HEADER_BYTES = 10_000

/** A compressed array has to fit into memory whole: that of a matrix of 131,072 features at D 4096 in float32. */
const MAX_INFLATED_BYTES = 2_200_000_000

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Every array of an .npz file by name. Arrays that are not compressed stay where they are. */
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
  if (start.length < 12 || MAGIC.some((byte, i) => start[i] !== byte)) throw broken(path, name, 'it is no NumPy array')
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const version = start[6]!
  const headerStart = version === 1 ? 10 : 12
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (headerStart + headerBytes > start.length) throw broken(path, name, `its header claims ${headerBytes} bytes`)
  const text = new TextDecoder('latin1').decode(start.subarray(headerStart, headerStart + headerBytes))
  const descr = /'descr'\s*:\s*'([^']{1,20})'/.exec(text)?.[1]
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape'\s*:\s*\(([0-9, ]*)\)/.exec(text)?.[1]
  if (descr === undefined || fortran === undefined || shape === undefined) {
    throw broken(path, name, 'its header does not give descr, fortran_order and shape')
  }
  const dtype = Object.hasOwn(dtypes, descr) ? dtypes[descr] : undefined
  if (dtype === undefined) {
    throw new UserError(
      'UNSUPPORTED',
      `${path}: ${shown(name)} has the number type '${descr}'; expected one of ${Object.keys(dtypes).join(', ')}.`,
    )
  }
  const extents = shape
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map(Number)
  return { dtype, fortran: fortran === 'True', shape: extents, dataStart: headerStart + headerBytes }
}

const broken = (path: string, name: string, what: string): UserError =>
  new UserError('BAD_FEATURES', `${path}: ${shown(name)} is not a usable array: ${what}; download it again.`)
