/**
 * MXFP4 (https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf): 32 numbers of 4 bits share
 * a power of two. Two numbers lie in a byte, the first in its lower half.
 */
import { UserError } from '../errors.ts'

/** Numbers of one block, and its bytes without the scale. */
export const BLOCK_NUMBERS = 32
export const BLOCK_BYTES = BLOCK_NUMBERS / 2

/** What stands behind the name of a weight: the packed numbers, and the scales of their blocks. */
export const BLOCKS = '_blocks'
export const SCALES = '_scales'

/** By their 4 bits: sign, two bits of exponent, one of fraction (FP4 E2M1). */
const VALUES = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6]
const SCALE_BIAS = 127
/** The scale (E8M0) that stands for no number. */
const NOT_A_SCALE = 255

/**
 * Numbers [scales.length · 32] of blocks and their scales. Every product is exact in float32, or 0 where it is smaller
 * than any. Refuses (BAD_MODEL) a scale that is no number; `name` is the tensor's, for the message.
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
