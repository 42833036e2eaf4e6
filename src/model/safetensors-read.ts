/** Reading tensors of an indexed safetensors file as float32, whole or row by row. */
import { type FileHandle, open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { UserError } from '../errors.ts'
import { type Dtype, elementBytes, elementCount, type TensorEntry } from './safetensors.ts'

/** Large enough for full disk speed, small enough that a conversion never doubles a tensor's memory. */
const CHUNK_BYTES = 16 * 1024 * 1024

/** Many rows are read together, because reading a row takes the disk less time than the round trip. */
const ROWS_AT_ONCE = 64

/** The tensor's elements in row-major order. */
export async function readTensorAsFloat32(entry: TensorEntry): Promise<Float32Array> {
  const values = allocate(entry, elementCount(entry.shape))
  await withFile(entry, (handle) => readInto(handle, entry, entry.byteOffset, values))
  return values
}

/** The named rows of a matrix [rows, width], one after another: [rows.length, width]. Rows may repeat. */
export async function readRowsAsFloat32(entry: TensorEntry, rows: readonly number[]): Promise<Float32Array> {
  const [height, width] = entry.shape
  if (height === undefined || width === undefined || entry.shape.length !== 2) {
    throw new RangeError(`${entry.name} has the shape [${entry.shape.join(', ')}]; rows are read of matrices only`)
  }
  const values = allocate(entry, rows.length * width)
  const rowBytes = width * elementBytes(entry.dtype)
  const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= height)
  if (wrong !== undefined) throw new RangeError(`Row ${wrong} of ${entry.name} was asked for; it has rows 0 to ${height - 1}`)
  await withFile(entry, async (handle) => {
    for (let done = 0; done < rows.length; done += ROWS_AT_ONCE) {
      await Promise.all(rows.slice(done, done + ROWS_AT_ONCE).map((row, index) => {
        const target = values.subarray((done + index) * width, (done + index + 1) * width)
        return readInto(handle, entry, entry.byteOffset + row * rowBytes, target)
      }))
    }
  })
  return values
}

/** Do two tensors hold the same numbers? Reads until it finds a difference. */
export async function equalTensors(a: TensorEntry, b: TensorEntry): Promise<boolean> {
  if (a.file === b.file && a.byteOffset === b.byteOffset) return true
  if (a.shape.length !== b.shape.length || a.shape.some((extent, axis) => extent !== b.shape[axis])) return false
  if (a.dtype !== b.dtype) {
    const [left, right] = [await readTensorAsFloat32(a), await readTensorAsFloat32(b)]
    return left.every((value, at) => value === right[at])
  }
  return withFile(a, (left) => withFile(b, async (right) => {
    const [mine, theirs] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)]
    for (let done = 0; done < a.byteLength; done += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, a.byteLength - done)
      await readFully(left, a, mine.subarray(0, length), a.byteOffset + done)
      await readFully(right, b, theirs.subarray(0, length), b.byteOffset + done)
      if (mine.compare(theirs, 0, length, 0, length) !== 0) return false
    }
    return true
  }))
}

/** The bytes of a tensor, unconverted. */
export async function readTensorBytes(entry: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(entry.byteLength)
  await withFile(entry, (handle) => readFully(handle, entry, bytes, entry.byteOffset))
  return bytes
}

export interface Block {
  entry: TensorEntry
  /** Number of the block within its tensor. */
  index: number
  bytes: Uint8Array<ArrayBuffer>
}

/**
 * All bytes of the tensors in blocks of `blockBytes` (a multiple of 8; a tensor's last block may be shorter). Blocks
 * come in no particular order, as many at once as there are cores. A block's bytes are overwritten once its visit has
 * ended.
 */
export async function visitBlocks(
  entries: Iterable<TensorEntry>,
  blockBytes: number,
  visit: (block: Block) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<void> {
  const blocks = listBlocks(entries, blockBytes)
  const handles = new Map<string, Promise<FileHandle>>()
  const handleOf = (file: string) => {
    const handle = handles.get(file) ?? open(file, 'r')
    handles.set(file, handle)
    return handle
  }
  let failed = false
  const work = async () => {
    const buffer = new Uint8Array(blockBytes)
    for (let next = blocks.next(); !next.done && !failed; next = blocks.next()) {
      signal?.throwIfAborted()
      const { entry, index } = next.value
      const done = index * blockBytes
      const bytes = buffer.subarray(0, Math.min(blockBytes, entry.byteLength - done))
      await readFully(await handleOf(entry.file), entry, bytes, entry.byteOffset + done)
      await visit({ entry, index, bytes })
    }
  }
  // Every worker must have stopped before the files are closed, also if one of them failed.
  const workers = Array.from({ length: availableParallelism() }, () => work().catch((error: unknown) => {
    failed = true
    throw error
  }))
  const outcomes = await Promise.allSettled(workers)
  for (const handle of handles.values()) await handle.then((opened) => opened.close(), () => undefined)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function* listBlocks(entries: Iterable<TensorEntry>, blockBytes: number): Generator<{ entry: TensorEntry; index: number }> {
  for (const entry of entries) {
    for (let index = 0; index * blockBytes < entry.byteLength; index++) yield { entry, index }
  }
}

function allocate(entry: TensorEntry, elements: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(elements)
  } catch (cause) {
    const gigabytes = (elements * 4 / 1e9).toFixed(1)
    throw new UserError('TOO_LARGE', `Reading ${entry.name} needs ${gigabytes} GB of memory in one piece, which this ` +
      'process cannot get; use a smaller model or a machine with more memory.', { cause })
  }
}

async function readInto(handle: FileHandle, entry: TensorEntry, position: number, values: Float32Array<ArrayBuffer>) {
  if (entry.dtype === 'F32') {
    await readFully(handle, entry, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position)
    return
  }
  const convert = converterOf(entry)
  const width = elementBytes(entry.dtype)
  const perChunk = CHUNK_BYTES / width
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, values.length * width))
  for (let done = 0; done < values.length; done += perChunk) {
    const part = values.subarray(done, done + perChunk)
    const bytes = chunk.subarray(0, part.length * width)
    await readFully(handle, entry, bytes, position + done * width)
    convert(bytes, part)
  }
}

/** Elements of the tensor as float32, from bytes in the form of its file. `bytes` is aligned to an element. */
export function decodeAsFloat32(entry: TensorEntry, bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bytes.length / elementBytes(entry.dtype))
  if (entry.dtype === 'F32') new Uint8Array(values.buffer).set(bytes)
  else converterOf(entry)(bytes, values)
  return values
}

type Converter = (bytes: Uint8Array<ArrayBuffer>, out: Float32Array<ArrayBuffer>) => void

/** The format is little-endian, and so is every machine that Node's release builds run on. */
function converterOf(entry: TensorEntry): Converter {
  const converter = converters[entry.dtype]
  if (!converter) {
    const readable = ['F32', ...Object.keys(converters)].join(', ')
    throw new UserError('UNSUPPORTED', `${entry.name} is stored as ${entry.dtype}; expected ${readable}. ` +
      'Convert the model to one of these, for instance with `model.float().save_pretrained(…)`.')
  }
  return converter
}

const converters: Partial<Record<Dtype, Converter>> = {
  /** The upper half of a float32. */
  BF16(bytes, out) {
    const input = new Uint16Array(bytes.buffer, bytes.byteOffset, out.length)
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length)
    for (let i = 0; i < bits.length; i++) bits[i] = input[i]! << 16
  },
  F16(bytes, out) {
    const input = new Uint16Array(bytes.buffer, bytes.byteOffset, out.length)
    const table = (halfTable ??= makeHalfTable())
    for (let i = 0; i < out.length; i++) out[i] = table[input[i]!]!
  },
  F64(bytes, out) {
    out.set(new Float64Array(bytes.buffer, bytes.byteOffset, out.length))
  },
}

/** All 65,536 half floats: a table look-up is several times faster than the arithmetic. */
let halfTable: Float32Array | undefined
function makeHalfTable(): Float32Array {
  const table = new Float32Array(65536)
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity
    else if (exponent === 0) table[bits] = sign * fraction * 2 ** -24
    else table[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25)
  }
  return table
}

async function withFile<R>(entry: TensorEntry, use: (handle: FileHandle) => Promise<R>): Promise<R> {
  const handle = await open(entry.file, 'r')
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/** A single read returns at most 2 GiB, and may return less. */
async function readFully(handle: FileHandle, entry: TensorEntry, into: Uint8Array<ArrayBuffer>, position: number) {
  for (let done = 0; done < into.length;) {
    const length = Math.min(into.length - done, 1 << 30)
    const { bytesRead } = await handle.read(into, done, length, position + done)
    if (bytesRead === 0) {
      throw new UserError('BAD_MODEL', `${entry.file} ended while ${entry.name} was read: it changed since it was opened.`)
    }
    done += bytesRead
  }
}
