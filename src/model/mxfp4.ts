/**
 * MXFP4 (https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf): 32 numbers of 4 bits share
 * a power of two. A byte holds two numbers, the first in its lower half.
 */
import { UserError } from '../errors.ts'

/** Numbers of one block, and its bytes without the scale. */
export const BLOCK_NUMBERS = 32
export const BLOCK_BYTES = BLOCK_NUMBERS / 2

/** The endings of a weight's names: the packed numbers, and the scales of their blocks. */
export const BLOCKS = '_blocks'
export const SCALES = '_scales'

/** The values of the 4-bit numbers: one sign bit, two bits of exponent, one of fraction (FP4 E2M1). */
const VALUES = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6]
const SCALE_BIAS = 127
/** The value of a scale (E8M0) that means NaN. */
const NOT_A_SCALE = 255

/**
 * The numbers [scales.length · 32] of blocks with their scales. Every product is exact in float32, or 0 if it is too small
 * for float32. Refuses (BAD_MODEL) a scale that is NaN; `name` is the tensor's name for the message.
 */
export function dequantize(blocks: Uint8Array, scales: Uint8Array, name: string): Float32Array {
  const values = new Float32Array(scales.length * BLOCK_NUMBERS)
  for (let block = 0; block < scales.length; block++) {
    const scale = powerOfTwo(scales[block]!, name)
    for (let byte = 0; byte < BLOCK_BYTES; byte++) {
      const pair = blocks[block * BLOCK_BYTES + byte]!
      const at = block * BLOCK_NUMBERS + 2 * byte
      values[at] = VALUES[pair & 15]! * scale
      values[at + 1] = VALUES[pair >> 4]! * scale
    }
  }
  return values
}

function powerOfTwo(bits: number, name: string): number {
  if (bits !== NOT_A_SCALE) return 2 ** (bits - SCALE_BIAS)
  throw new UserError('BAD_MODEL', `${name} holds a scale that is no number; download the model again.`)
}
