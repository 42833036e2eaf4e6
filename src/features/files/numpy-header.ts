/**
 * The header of NumPy's array files (numpy.lib.format, "Format Version 1.0 to 3.0"): `\x93NUMPY`, a version, a length,
 * and a Python literal such as {'descr': '<f4', 'fortran_order': False, 'shape': (2304, 16384), }.
 */

export interface NumpyHeader {
  /** The number type as NumPy writes it: `<f4`. */
  descr: string
  /** Whether neighbours along the first axis are adjacent (Fortran order). */
  fortran: boolean
  shape: number[]
  /** Where the elements begin. */
  dataStart: number
}

/** Why some bytes are no header, as the end of a sentence: "it is no NumPy array". */
export interface NumpyFault {
  fault: string
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1')

/** A header of a plain array has about a hundred bytes. */
export const MAX_HEADER_BYTES = 10_000

/** `start`: the file's first MAX_HEADER_BYTES, or the whole file if it is shorter. */
export function readNumpyHeader(start: Uint8Array): NumpyHeader | NumpyFault {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength)
  if (bytes.length < 12 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { fault: 'it is no NumPy array' }
  const version = bytes[6]!
  if (version < 1 || version > 3) return { fault: `its format version is ${version}, expected 1 to 3` }
  const headerStart = version === 1 ? 10 : 12
  const headerBytes = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  const dataStart = headerStart + headerBytes
  if (dataStart > Math.min(bytes.length, MAX_HEADER_BYTES)) return { fault: `its header claims ${headerBytes} bytes, more than there can be` }
  const text = bytes.toString('latin1', headerStart, dataStart)
  const descr = /'descr'\s*:\s*'([^']{1,20})'/.exec(text)?.[1]
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1]
  const extents = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  if (descr === undefined || fortran === undefined || extents === undefined) return { fault: 'its header does not give descr, fortran_order and shape' }
  const shape = extents.split(',').map((extent) => extent.trim()).filter((extent) => extent !== '').map(Number)
  return { descr, fortran: fortran === 'True', shape, dataStart }
}
