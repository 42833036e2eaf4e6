/** A matrix read from its file in blocks of rows, for code that goes once through all of it. */
import { elementBytes } from '../model/safetensors.ts'
import { decodeAsFloat32 } from '../model/safetensors-read.ts'
import { type WeightRef, weightShape } from '../model/weight-ref.ts'
import { readRange } from './files/read-range.ts'

export interface RowBlock {
  /** Index of its first row. */
  first: number
  count: number
  /** [count, width] */
  values: Float32Array
}

/** Large enough for full disk speed, small beside any set. */
const BLOCK_ELEMENTS = 4 * 1024 * 1024

/** The rows of the matrix as stored, in order. */
export async function* rowBlocks(weight: WeightRef, signal?: AbortSignal): AsyncGenerator<RowBlock> {
  const [height = 0, width = 0] = weightShape(weight)
  const step = Math.max(1, Math.floor(BLOCK_ELEMENTS / Math.max(1, width)))
  for (let first = 0; first < height; first += step) {
    signal?.throwIfAborted()
    const count = Math.min(step, height - first)
    yield { first, count, values: await readRows(weight, first * width, count * width) }
  }
}

async function readRows(weight: WeightRef, from: number, count: number): Promise<Float32Array> {
  if (weight.source === 'data') return weight.data.subarray(from, from + count)
  const { entry } = weight
  const bytes = elementBytes(entry.dtype)
  return decodeAsFloat32(entry, await readRange(entry.file, entry.byteOffset + from * bytes, count * bytes, entry.name))
}

/**
 * [F]: the norm of each feature's decoder row. Squares are summed in float64, in order along the row, and rounded
 * once, so that every machine gets the same numbers.
 */
export async function decoderNorms(decoder: WeightRef, F: number, signal?: AbortSignal): Promise<Float64Array> {
  const squares = new Float64Array(F)
  const [, width = 0] = weightShape(decoder)
  for await (const { first, count, values } of rowBlocks(decoder, signal)) {
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < width; column++) {
        const value = values[row * width + column]!
        squares[decoder.orientation === 'in,out' ? first + row : column]! += value * value
      }
    }
  }
  return squares.map(Math.sqrt)
}
