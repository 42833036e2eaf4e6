/**
 * Reads vectors from NumPy's .npy files. Only little-endian float32 and float64 in C order are supported. Everything
 * that the header says is checked against the file.
 */
import { UserError } from '../../src/errors.ts'
import { readNumpyHeader } from '../../src/features/files/numpy-header.ts'
import { rowsAndWidth, toRows } from './matrix.ts'

export function parseNpy(bytes: Buffer, path: string): number[][] {
  const bad = (what: string) => new UserError('BAD_INPUT', `${path} is not a usable .npy file: ${what}.`)
  const header = readNumpyHeader(bytes)
  if ('fault' in header) throw bad(header.fault)
  const { descr, fortran, shape, dataStart } = header
  if (descr !== '<f4' && descr !== '<f8') throw bad(`its elements are ${descr}, expected <f4 or <f8 (astype(numpy.float32) helps)`)
  if (fortran) throw bad('it is in Fortran order, expected C order (numpy.ascontiguousarray helps)')

  const { rows, width } = rowsAndWidth(shape, path)
  const elementBytes = descr === '<f4' ? 4 : 8
  const expected = rows * width * elementBytes
  if (bytes.length - dataStart !== expected)
    throw bad(`its shape [${shape.join(', ')}] needs ${expected} bytes of data, and it has ${bytes.length - dataStart}`)
  // Copied, since the data may begin at an offset that a typed array of floats does not allow.
  const data = bytes.buffer.slice(bytes.byteOffset + dataStart, bytes.byteOffset + bytes.length)
  return toRows(descr === '<f4' ? new Float32Array(data) : new Float64Array(data), rows, width)
}
