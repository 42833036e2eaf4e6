/** A reference to a weight: in the model's file if it can be used from there, otherwise in memory. */
import { readTensorAsFloat32 } from './safetensors-read.ts'
import { elementBytes, elementCount, type TensorEntry } from './safetensors.ts'

/** 'out,in': y = x Wᵀ (torch Linear, and rows of an embedding); 'in,out': y = x W (GPT-2's Conv1D). */
export type Orientation = 'out,in' | 'in,out'

export type WeightRef =
  /** In place: entry.file, entry.byteOffset, entry.dtype, entry.shape. */
  | { source: 'file'; entry: TensorEntry; orientation: Orientation; factor?: number }
  | { source: 'data'; data: Float32Array; shape: readonly number[]; orientation: Orientation; factor?: number }

/** weight: [out, in] or [in, out] by its orientation; bias: [out]. */
export interface Linear {
  weight: WeightRef
  bias: WeightRef | null
}

/** The gain as stored; config.norm.gainOffset has to be added to it. Gain and bias are null if the norm has none. */
export interface Norm {
  gain: WeightRef | null
  bias: WeightRef | null
}

export const inFile = (entry: TensorEntry, orientation: Orientation = 'out,in'): WeightRef =>
  ({ source: 'file', entry, orientation })

export const inMemory = (data: Float32Array, shape: readonly number[], orientation: Orientation = 'out,in'): WeightRef =>
  ({ source: 'data', data, shape, orientation })

/** The values of a weight, row-major in its own orientation, multiplied by its factor. */
export async function readWeight(weight: WeightRef): Promise<Float32Array> {
  const values = weight.source === 'data' ? weight.data : await readTensorAsFloat32(weight.entry)
  const { factor } = weight
  return factor === undefined ? values : values.map((value) => value * factor)
}

export const weightShape = (weight: WeightRef): readonly number[] =>
  weight.source === 'data' ? weight.shape : weight.entry.shape

export function outputCount({ weight }: Linear): number {
  const [rows = 0, columns = 0] = weightShape(weight)
  return weight.orientation === 'out,in' ? rows : columns
}

/** A linear map with its outputs multiplied by a factor. */
export function scaled({ weight, bias }: Linear, factor: number): Linear {
  return factor === 1 ? { weight, bias } : { weight: { ...weight, factor }, bias: bias && { ...bias, factor } }
}

/** Entries [from, from + count) along the first axis, as a place in the same file. */
export function firstAxisSlice(entry: TensorEntry, from: number, count: number): TensorEntry {
  const [, ...rest] = entry.shape
  const bytes = elementCount(rest) * elementBytes(entry.dtype)
  return { ...entry, shape: [count, ...rest], byteOffset: entry.byteOffset + from * bytes, byteLength: count * bytes }
}

/** Entry `at` of the first axis, without that axis. */
export function firstAxisEntry(entry: TensorEntry, at: number): TensorEntry {
  const slice = firstAxisSlice(entry, at, 1)
  return { ...slice, shape: slice.shape.slice(1) }
}
