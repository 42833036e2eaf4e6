/**
 * A linear map that holds several maps: queries, keys and values, or gate and up. Each of them is a choice of its
 * outputs.
 */
import type { TensorEntry } from './safetensors.ts'
import { firstAxisSlice, inFile, inMemory, readWeight, type Linear, type WeightRef } from './weight-ref.ts'

/** Outputs [from, from + count). */
export interface OutputRange {
  from: number
  count: number
}

/** The ranges in order, with neighbouring ranges joined. */
export function merged(ranges: readonly OutputRange[]): OutputRange[] {
  const made: OutputRange[] = []
  for (const { from, count } of ranges) {
    const last = made.at(-1)
    if (last !== undefined && last.from + last.count === from) last.count += count
    else made.push({ from, count })
  }
  return made
}

export class FusedMap {
  private readonly weight: WeightRef
  private readonly bias: WeightRef | null
  private values: Promise<{ weight: Float32Array; bias: Float32Array | null }> | null = null

  constructor(weight: WeightRef, bias: WeightRef | null) {
    this.weight = weight
    this.bias = bias
  }

  /** A map of these outputs only. It stays in the file if the outputs are adjacent there. */
  async take(ranges: readonly OutputRange[]): Promise<Linear> {
    const parts = merged(ranges)
    const [only] = parts
    const isOne = parts.length === 1 && only !== undefined
    const inPlace = isOne ? slices(this.weight, this.bias, only) : null
    if (inPlace !== null) return inPlace
    const { weight, bias } = await (this.values ??= this.read())
    const { orientation } = this.weight
    const [rows, columns] = shapeOf(this.weight)
    const outputs = parts.reduce((sum, { count }) => sum + count, 0)
    return {
      weight: orientation === 'out,in'
        ? inMemory(takeRows(weight, columns, parts), [outputs, columns])
        : inMemory(takeColumns(weight, columns, parts), [rows, outputs], orientation),
      bias: bias && inMemory(takeRows(bias, 1, parts), [outputs]),
    }
  }

  private async read() {
    return { weight: await readWeight(this.weight), bias: this.bias && await readWeight(this.bias) }
  }
}

function slices(weight: WeightRef, bias: WeightRef | null, { from, count }: OutputRange): Linear | null {
  if (weight.source !== 'file' || weight.orientation !== 'out,in') return null
  if (bias !== null && bias.source !== 'file') return null
  const slice = (entry: TensorEntry) => inFile(firstAxisSlice(entry, from, count))
  return { weight: slice(weight.entry), bias: bias && slice(bias.entry) }
}

function shapeOf(weight: WeightRef): readonly [number, number] {
  const [rows = 0, columns = 0] = weight.source === 'data' ? weight.shape : weight.entry.shape
  return [rows, columns]
}

function takeRows(matrix: Float32Array, width: number, ranges: readonly OutputRange[]): Float32Array {
  const taken = new Float32Array(ranges.reduce((sum, { count }) => sum + count, 0) * width)
  let at = 0
  for (const { from, count } of ranges) {
    taken.set(matrix.subarray(from * width, (from + count) * width), at)
    at += count * width
  }
  return taken
}

function takeColumns(matrix: Float32Array, width: number, ranges: readonly OutputRange[]): Float32Array {
  const height = matrix.length / width
  const outputs = ranges.reduce((sum, { count }) => sum + count, 0)
  const taken = new Float32Array(height * outputs)
  for (let row = 0; row < height; row++) {
    let at = row * outputs
    for (const { from, count } of ranges) {
      taken.set(matrix.subarray(row * width + from, row * width + from + count), at)
      at += count
    }
  }
  return taken
}

/** Every second output, from the first or from the second on. */
export const everySecond = (from: 0 | 1, count: number): OutputRange[] =>
  Array.from({ length: count }, (_, k) => ({ from: 2 * k + from, count: 1 }))
