/**
 * Widths that a processor's cache likes. Rows that start a multiple of 4 KiB apart fall into one set of it, so that a
 * product which goes down several rows at once throws out what it has only just fetched: 133 GFLOP/s instead of 186 for
 * [512, 2048] × [2048, 768] (onnxruntime, two cores). A few zeros at the end of each row set the rows apart, and change
 * no digit of the product.
 */
import type { Ops } from './ops.ts'

/** Floats in 4 KiB. */
const COLLIDING = 1024
/** One cache line. */
const ZEROS = 16

/** How many zeros rows of a width get. */
export type Zeros = (width: number) => number

export const zerosAfter: Zeros = (width) => (width % COLLIDING === 0 ? ZEROS : 0)

/** For weights that stay as they are. */
export const noZeros: Zeros = () => 0

/** Rows [R, width] → [R, width + zeros], however many there are. */
export function padRows<T>(ops: Ops<T>, rows: T, width: number, zerosOf: Zeros): T {
  const zeros = zerosOf(width)
  return zeros === 0 ? rows : ops.concat([rows, ops.mul(ops.slice(rows, 1, 0, zeros), ops.scalar(0))], 1)
}

/** A weight [height, width] with zeros after its rows' ends, [height, width + zeros], as `padRows` makes of rows. */
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
