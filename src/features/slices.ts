/**
 * Rows or columns of a matrix by index, read from its file. A row takes one read. The numbers of a column of a matrix
 * [height, width] are in `height` places. Several columns are read together if that is less work than reading them
 * one by one.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { elementBytes, type TensorEntry } from '../model/safetensors.ts'
import { decodeAsFloat32, readRowsAsFloat32, readTensorAsFloat32 } from '../model/safetensors-read.ts'
import type { WeightRef } from '../model/weight-ref.ts'

/** A disk reads at least this much at once, so reading across a smaller gap costs less than a second read. */
const GAP_BYTES = 4096

/** Reads in flight at the same time, because one read takes the disk less time than the round trip. */
const READS_AT_ONCE = 64

/** If more than this share of a matrix is wanted, reading all of it in large blocks is faster. */
const WHOLE_SHARE = 0.5

/** The named slices along `axis` (0: rows, 1: columns), one after another: [indices.length, the other extent]. */
export async function readSlices(
  weight: WeightRef,
  axis: 0 | 1,
  indices: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  signal?.throwIfAborted()
  if (weight.source === 'data') return pick(weight.data, weight.shape, axis, indices)
  if (axis === 0) return readRowsAsFloat32(weight.entry, indices)
  return readColumns(weight.entry, indices, signal)
}

function pick(data: Float32Array, shape: readonly number[], axis: 0 | 1, indices: readonly number[]): Float32Array {
  const [height, width] = matrixShape(shape)
  const extent = axis === 0 ? width : height
  const picked = new Float32Array(indices.length * extent)
  indices.forEach((index, i) => {
    for (let j = 0; j < extent; j++)
      picked[i * extent + j] = axis === 0 ? data[index * width + j]! : data[j * width + index]!
  })
  return picked
}

interface Span {
  /** First column, and how many. */
  from: number
  count: number
}

async function readColumns(
  entry: TensorEntry,
  columns: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [height, width] = matrixShape(entry.shape)
  const spans = spansOf(columns, Math.max(1, Math.floor(GAP_BYTES / elementBytes(entry.dtype))))
  const read = spans.reduce((sum, { count }) => sum + count, 0)
  if (read > width * WHOLE_SHARE) return pick(await readTensorAsFloat32(entry), entry.shape, 1, columns)
  const picked = new Float32Array(columns.length * height)
  const places = placesOf(columns, spans)
  const handle = await open(entry.file, 'r')
  try {
    const step = Math.max(1, Math.floor(READS_AT_ONCE / Math.max(1, spans.length)))
    for (let row = 0; row < height; row += step) {
      signal?.throwIfAborted()
      const rows = Array.from({ length: Math.min(step, height - row) }, (_, i) => row + i)
      await Promise.all(
        rows.flatMap((at) =>
          spans.map(async (span, index) => {
            const values = await readSpan(handle, entry, at * width + span.from, span.count)
            for (const { offset, slot } of places[index]!) picked[slot * height + at] = values[offset]!
          }),
        ),
      )
    }
  } finally {
    await handle.close()
  }
  return picked
}

/** The columns as spans to read; neighbours with a gap of at most `gap` share a span. */
function spansOf(columns: readonly number[], gap: number): Span[] {
  const spans: Span[] = []
  for (const column of [...new Set(columns)].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && column - (last.from + last.count) <= gap) last.count = column - last.from + 1
    else spans.push({ from: column, count: 1 })
  }
  return spans
}

/** For each span: which of its values goes to which of the requested slices. */
function placesOf(columns: readonly number[], spans: readonly Span[]): { offset: number; slot: number }[][] {
  const places = spans.map((): { offset: number; slot: number }[] => [])
  columns.forEach((column, slot) => {
    const index = spans.findLastIndex(({ from }) => from <= column)
    places[index]!.push({ offset: column - spans[index]!.from, slot })
  })
  return places
}

/** `count` elements from the element `first` on. */
async function readSpan(handle: FileHandle, entry: TensorEntry, first: number, count: number): Promise<Float32Array> {
  const width = elementBytes(entry.dtype)
  const bytes = new Uint8Array(count * width)
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, entry.byteOffset + first * width + done)
    if (bytesRead === 0) {
      throw new UserError(
        'BAD_FEATURES',
        `${entry.file} ended while ${entry.name} was read: it changed since it was opened.`,
      )
    }
    done += bytesRead
  }
  return decodeAsFloat32(entry, bytes)
}

function matrixShape(shape: readonly number[]): [height: number, width: number] {
  const [height, width] = shape
  if (height === undefined || width === undefined || shape.length !== 2) {
    throw new RangeError(`Slices of a tensor [${shape.join(', ')}] were asked for; they are read of matrices only`)
  }
  return [height, width]
}
