/**
 * Blocks of fixed sizes: a tape wants sizes that are numbers, and every size is a program of its own, so there are few.
 */

/** Cuts `count` things into blocks of the given sizes (ascending); the last may be larger than what is left. */
export function* blocks(count: number, sizes: readonly number[]): Generator<{ from: number; size: number; filled: number }> {
  for (let from = 0; from < count; ) {
    const left = count - from
    const size = sizes.findLast((each) => each <= left) ?? sizes[0]!
    const filled = Math.min(size, left)
    yield { from, size, filled }
    from += filled
  }
}
