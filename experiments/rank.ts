/** Orders by score. Equal scores are ordered by index, so that a ranking is the same on every machine. */

/** Numbers of `scores`, the highest first; `among`: only these. */
export function ranked(scores: ArrayLike<number>, among?: readonly number[]): number[] {
  const numbers = among === undefined ? Array.from({ length: scores.length }, (_, i) => i) : [...among]
  return numbers.sort((a, b) => scores[b]! - scores[a]! || a - b)
}

/** Ranks from 1; equal scores share the mean of theirs. */
function ranks(scores: readonly number[]): Float64Array {
  const order = ranked(scores)
  const found = new Float64Array(scores.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && scores[order[to + 1]!] === scores[order[from]!]) to++
    for (let at = from; at <= to; at++) found[order[at]!] = (from + to) / 2 + 1
    from = to + 1
  }
  return found
}

/** Spearman's rank correlation; null where one of the two is constant. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} scores cannot be compared with ${b.length}`)
  const [x, y] = [ranks(a), ranks(b)]
  const middle = (a.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [dx, dy] = [x[i]! - middle, y[i]! - middle]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
}
