/**
 * Attention patterns that are handed out of a sweep: [H, J, N], over the J positions that a layer output and the N it
 * read.
 */

/** A pattern without the padding of its batch. */
export function trimPattern(
  pattern: Float32Array, padded: { H: number; J: number; N: number }, own: { J: number; N: number },
): Float32Array {
  const { H, J, N } = padded
  if (J === own.J && N === own.N) return pattern.slice()
  const trimmed = new Float32Array(H * own.J * own.N)
  for (let h = 0; h < H; h++) {
    for (let j = 0; j < own.J; j++) {
      const from = (h * J + j) * N
      trimmed.set(pattern.subarray(from, from + own.N), (h * own.J + j) * own.N)
    }
  }
  return trimmed
}
