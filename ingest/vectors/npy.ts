/**
 * NumPy's .npy (numpy.lib.format): magic, version, a header that is a Python dictionary, then the elements. Only what a
 * vector file needs: little-endian float32 or float64 in C order. Everything the header says is held against the file.
 */
import { UserError } from '../../src/errors.ts'
import { rowsAndWidth, toRows } from './matrix.ts'

const MAGIC = Buffer.from('\x93NUMPY', 'latin1')
const MAX_HEADER_BYTES = 64 * 1024

export function parseNpy(bytes: Buffer, path: string): number[][] {
  const bad = (what: string) => new UserError('BAD_INPUT', `${path} is not a usable .npy file: ${what}.`)
  if (bytes.length < 12 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw bad('it does not begin as one')

  const version = bytes[6] ?? 0
  if (version < 1 || version > 3) throw bad(`its format version is ${version}, expected 1 to 3`)
  const headerStart = version === 1 ? 10 : 12
  const headerBytes = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  const dataStart = headerStart + headerBytes
  if (headerBytes > MAX_HEADER_BYTES || dataStart > bytes.length) throw bad('its header is longer than it can be')

  const header = bytes.toString('latin1', headerStart, dataStart)
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const dimensions = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (type === undefined || order === undefined || dimensions === undefined) throw bad('its header lacks descr, fortran_order or shape')
  if (type !== '<f4' && type !== '<f8') throw bad(`its elements are ${type}, expected <f4 or <f8 (astype(numpy.float32) helps)`)
  if (order === 'True') throw bad('it is in Fortran order, expected C order (numpy.ascontiguousarray helps)')

  const shape = dimensions.split(',').filter((part) => part.trim() !== '').map(Number)
  const { rows, width } = rowsAndWidth(shape, path)
  const elementBytes = type === '<f4' ? 4 : 8
  const expected = rows * width * elementBytes
  if (bytes.length - dataStart !== expected)
    throw bad(`its shape [${shape.join(', ')}] needs ${expected} bytes of data, and it has ${bytes.length - dataStart}`)
  // A copy, since the data need not begin where an array of floats may.
  const data = bytes.buffer.slice(bytes.byteOffset + dataStart, bytes.byteOffset + bytes.length)
  return toRows(type === '<f4' ? new Float32Array(data) : new Float64Array(data), rows, width)
}
