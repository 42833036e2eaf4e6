/**
 * A matrix [rows, width] of float32 written row by row as NumPy's .npy. The number of rows is known only at the end, so
 * the header has room for any number and is written twice. The file gets its name only when it is complete.
 */
import { open, rename, rm, type FileHandle } from 'node:fs/promises'

const HEADER_BYTES = 128

export class NpyWriter {
  private readonly file: FileHandle
  private readonly path: string
  private readonly width: number
  private rows = 0

  static async open(path: string, width: number): Promise<NpyWriter> {
    const file = await open(partial(path), 'w')
    await file.write(header(0, width), 0, HEADER_BYTES, 0)
    return new NpyWriter(file, path, width)
  }

  private constructor(file: FileHandle, path: string, width: number) {
    this.file = file
    this.path = path
    this.width = width
  }

  /** Whole rows, [n·width]. */
  async append(values: Float32Array): Promise<void> {
    const bytes = Buffer.alloc(4 * values.length)
    for (let at = 0; at < values.length; at++) bytes.writeFloatLE(values[at]!, 4 * at)
    await this.file.write(bytes, 0, bytes.length, HEADER_BYTES + 4 * this.rows * this.width)
    this.rows += values.length / this.width
  }

  /** How many rows the file has. */
  async finish(): Promise<number> {
    await this.file.write(header(this.rows, this.width), 0, HEADER_BYTES, 0)
    await this.file.close()
    await rename(partial(this.path), this.path)
    return this.rows
  }

  async abandon(): Promise<void> {
    await this.file.close()
    await rm(partial(this.path), { force: true })
  }
}

const partial = (path: string) => `${path}.partial`

/** Version 1.0: ten bytes, the dictionary, blanks, and a newline at the end. */
function header(rows: number, width: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${width}), }`
  const bytes = Buffer.alloc(HEADER_BYTES, ' ')
  bytes.write('\x93NUMPY\x01\x00', 0, 'latin1')
  bytes.writeUInt16LE(HEADER_BYTES - 10, 8)
  bytes.write(text, 10, 'latin1')
  bytes.write('\n', HEADER_BYTES - 1, 'latin1')
  return bytes
}
