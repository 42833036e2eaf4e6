/**
 * Widths that a processor's cache likes. Rows that start a multiple of 4 KiB apart fall into one set of the cache. A
 * product that goes down several such rows at once evicts what it has just fetched: 133 GFLOP/s instead of 186 for
 * [512, 2048] × [2048, 768] (onnxruntime, two cores). A few zeros at the end of each row move the rows into different
 * sets, and change no digit of the product.
 */
import type { Ops } from './ops.ts'

/** Floats in 4 KiB. */
const COLLIDING = 1024
/** One cache line. */
const ZEROS = 16

/** How many zeros are appended to rows of a width. */
export type Zeros = (width: number) => number

export const zerosAfter: Zeros = (width) => (width % COLLIDING === 0 ? ZEROS : 0)

/** For weights that are used as they are stored. */
export const noZeros: Zeros = () => 0

/** Rows [R, width] → [R, width + zeros], for any number of zeros. */
export function padRows<T>(ops: Ops<T>, rows: T, width: number, zerosOf: Zeros): T {
  const zeros = zerosOf(width)
  return zeros === 0 ? rows : ops.concat([rows, ops.mul(ops.slice(rows, 1, 0, zeros), ops.scalar(0))], 1)
}

/**
 * A weight [height, width] with zeros appended to its rows, [height, width + zeros], just as `padRows` appends them to
 * rows.
 */
export function padColumns<T>(
  ops: Ops<T>, weight: T, { height, width }: { height: number; width: number }, zerosOf: Zeros,
): T {
  const zeros = zerosOf(width)
  return zeros === 0 ? weight : ops.concat([weight, ops.constant(new Float32Array(height * zeros), [height, zeros])], 1)
}

/** A weight [height, width] that padded rows of width `height` are multiplied by: [height + zeros, width]. */
export function padHeight<T>(
  ops: Ops<T>, weight: T, { height, width }: { height: number; width: number }, zerosOf: Zeros,
): T {
  const zeros = zerosOf(height)
  return zeros === 0 ? weight : ops.concat([weight, ops.constant(new Float32Array(zeros * width), [zeros, width])], 0)
}
