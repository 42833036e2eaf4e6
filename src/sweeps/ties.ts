/**
 * Reproducible random numbers: one for each token of each sequence, made from a seed, the sequence's ids and the
 * position. Whoever keeps the smallest of them keeps the same tokens, however the work was divided. They also break
 * ties between equal strengths.
 */
import { createHash } from 'node:crypto'

/**
 * A whole number below 2^52 for each position of the sequence. Different tokens of a dataset have different numbers.
 */
export function tiesOf(seed: number, tokenIds: readonly number[]): (position: number) => number {
  const digest = createHash('sha256')
    .update(`${seed}:${tokenIds.join(',')}`)
    .digest()
  const [a, b] = [digest.readUInt32LE(0), digest.readUInt32LE(4)]
  return (position) => {
    const high = mix(a ^ Math.imul(position + 1, 0x9e3779b1))
    const low = mix(b ^ high ^ position)
    return high * 2 ** 20 + (low >>> 12)
  }
}

/** The finaliser of MurmurHash3: every bit depends on every bit. */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
