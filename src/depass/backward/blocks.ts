/**
 * Blocks of fixed sizes. A tape needs sizes that are numbers, and every size needs a program of its own, so there are few
 * sizes.
 */

/** Cuts `count` items into blocks of the given sizes (ascending); the last block may be larger than what is left. */
export function* blocks(count: number, sizes: readonly number[]): Generator<{ from: number; size: number; filled: number }> {
  for (let from = 0; from < count; ) {
    const left = count - from
    const size = sizes.findLast((each) => each <= left) ?? sizes[0]!
    const filled = Math.min(size, left)
    yield { from, size, filled }
    from += filled
  }
}
